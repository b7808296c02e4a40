/**
 * Notifications: the inbox, live messages, mails and pushes. {@link
 * io.classbell.notification.NotificationVerticle} wires the parts.
 */
@NullMarked
package io.classbell.notification;

import org.jspecify.annotations.NullMarked;
