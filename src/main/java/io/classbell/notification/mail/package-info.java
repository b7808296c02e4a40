/**
 * The text of mails and their transport by SMTP. Start with {@link
 * io.classbell.notification.mail.MailSender}.
 */
@NullMarked
package io.classbell.notification.mail;

import org.jspecify.annotations.NullMarked;
