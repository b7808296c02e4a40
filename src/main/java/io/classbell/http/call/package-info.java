/**
 * A validated request, its response, and the client for bus requests to modules. Start with {@link
 * io.classbell.http.call.Call}.
 */
@NullMarked
package io.classbell.http.call;

import org.jspecify.annotations.NullMarked;
