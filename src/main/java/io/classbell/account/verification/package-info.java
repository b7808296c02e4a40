/**
 * Verification of e-mail addresses, and the limits of mails about accounts. Start with {@link
 * io.classbell.account.verification.EmailVerifications}.
 */
@NullMarked
package io.classbell.account.verification;

import org.jspecify.annotations.NullMarked;
