/**
 * Accounts, identity and sessions. {@link io.classbell.account.AccountVerticle} lists the bus
 * operations and the class that serves each.
 */
@NullMarked
package io.classbell.account;

import org.jspecify.annotations.NullMarked;
