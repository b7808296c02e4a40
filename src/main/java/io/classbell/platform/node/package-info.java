/**
 * The services that every verticle of a node gets, and the synchronization of its clock. Start with
 * {@link io.classbell.platform.node.Node}.
 */
@NullMarked
package io.classbell.platform.node;

import org.jspecify.annotations.NullMarked;
