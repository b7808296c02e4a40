/**
 * Keys of push providers and of browsers. Start with {@link
 * io.classbell.notification.push.keys.VapidKeys}.
 */
@NullMarked
package io.classbell.notification.push.keys;

import org.jspecify.annotations.NullMarked;
