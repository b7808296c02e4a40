/**
 * The handlers that every request passes, in their order. Start with {@link
 * io.classbell.http.pipeline.Pipeline}.
 */
@NullMarked
package io.classbell.http.pipeline;

import org.jspecify.annotations.NullMarked;
