/**
 * Ids, back-off, text rules and fail points that all modules use. The subpackages hold one service
 * each; {@code platform.node} gathers them for a node.
 */
@NullMarked
package io.classbell.platform;

import org.jspecify.annotations.NullMarked;
