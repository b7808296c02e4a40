/**
 * The SockJS bridge that delivers notifications to browsers. Start with {@link
 * io.classbell.http.live.LiveBridge}.
 */
@NullMarked
package io.classbell.http.live;

import org.jspecify.annotations.NullMarked;
