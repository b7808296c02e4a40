/**
 * Logins, access tokens and refresh tokens. Start with {@link
 * io.classbell.account.session.Sessions}.
 */
@NullMarked
package io.classbell.account.session;

import org.jspecify.annotations.NullMarked;
