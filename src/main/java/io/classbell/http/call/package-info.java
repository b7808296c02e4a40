/**
 * A request after validation, its answer, and the client that asks the modules. Start with {@link
 * io.classbell.http.call.Call}.
 */
@NullMarked
package io.classbell.http.call;

import org.jspecify.annotations.NullMarked;
