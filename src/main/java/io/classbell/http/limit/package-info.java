/**
 * Rate limits and the client address that they count by. Start with {@link
 * io.classbell.http.limit.RateLimits}.
 */
@NullMarked
package io.classbell.http.limit;

import org.jspecify.annotations.NullMarked;
