/**
 * How an operation fails: a typed rejection, or an unknown outcome. Start with {@link
 * io.classbell.platform.failure.Rejection}.
 */
@NullMarked
package io.classbell.platform.failure;

import org.jspecify.annotations.NullMarked;
