/**
 * Argon2id password hashes and the bounded pool of threads that computes them. Start with {@link
 * io.classbell.account.password.PasswordHasher}.
 */
@NullMarked
package io.classbell.account.password;

import org.jspecify.annotations.NullMarked;
