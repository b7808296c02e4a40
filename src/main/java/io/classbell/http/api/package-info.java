/**
 * The part of the HTTP module that other modules and the boot code use. Start with {@link
 * io.classbell.http.api.HttpSettings}.
 */
@NullMarked
package io.classbell.http.api;

import org.jspecify.annotations.NullMarked;
