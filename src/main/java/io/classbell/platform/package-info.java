/**
 * Ids, back-off, text rules and fail points that all modules use. Each subpackage holds one
 * service; {@code platform.node} collects the services of a node.
 */
@NullMarked
package io.classbell.platform;

import org.jspecify.annotations.NullMarked;
