/**
 * What other modules and the program may use of the HTTP module. Start with {@link
 * io.classbell.http.api.HttpSettings}.
 */
@NullMarked
package io.classbell.http.api;

import org.jspecify.annotations.NullMarked;
