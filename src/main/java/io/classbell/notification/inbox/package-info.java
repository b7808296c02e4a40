/**
 * The inbox of each user and the fan-out of events to recipients. Start with {@link
 * io.classbell.notification.inbox.NotificationFanOut}.
 */
@NullMarked
package io.classbell.notification.inbox;

import org.jspecify.annotations.NullMarked;
