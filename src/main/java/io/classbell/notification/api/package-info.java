/**
 * The part of the notification module that other modules use: bus operations, tasks and settings.
 * Start with {@link io.classbell.notification.api.NotificationApi}.
 */
@NullMarked
package io.classbell.notification.api;

import org.jspecify.annotations.NullMarked;
