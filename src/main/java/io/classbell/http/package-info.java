/**
 * The HTTP side of a node. {@link io.classbell.http.HttpVerticle} starts one {@link
 * io.classbell.http.Listener} per event loop.
 */
@NullMarked
package io.classbell.http;

import org.jspecify.annotations.NullMarked;
