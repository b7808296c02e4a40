/**
 * What other modules may use of the notification module. Start with {@link
 * io.classbell.notification.api.NotificationApi}.
 */
@NullMarked
package io.classbell.notification.api;

import org.jspecify.annotations.NullMarked;
