/**
 * Push messages to devices. Start with {@link io.classbell.notification.push.PushPort}, which a
 * provider implements.
 */
@NullMarked
package io.classbell.notification.push;

import org.jspecify.annotations.NullMarked;
