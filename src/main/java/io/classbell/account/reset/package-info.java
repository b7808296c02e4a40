/**
 * Password resets by a link in a mail. Start with {@link
 * io.classbell.account.reset.PasswordResets}.
 */
@NullMarked
package io.classbell.account.reset;

import org.jspecify.annotations.NullMarked;
