/**
 * Verification of access tokens and the list of sessions that ended early. Start with {@link
 * io.classbell.http.auth.TokenVerifier}.
 */
@NullMarked
package io.classbell.http.auth;

import org.jspecify.annotations.NullMarked;
