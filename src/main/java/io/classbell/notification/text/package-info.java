/**
 * Texts in the recipient's language and time zone. Start with {@link
 * io.classbell.notification.text.NotificationText}.
 */
@NullMarked
package io.classbell.notification.text;

import org.jspecify.annotations.NullMarked;
