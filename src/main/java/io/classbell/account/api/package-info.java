/**
 * The part of the account module that other modules use: bus operations, settings and the profile
 * cache. Start with {@link io.classbell.account.api.AccountApi}.
 */
@NullMarked
package io.classbell.account.api;

import org.jspecify.annotations.NullMarked;
