/**
 * The double-entry ledger. {@link io.classbell.wallet.WalletVerticle} lists the bus operations;
 * {@link io.classbell.wallet.LedgerGroup} commits groups of commands.
 */
@NullMarked
package io.classbell.wallet;

import org.jspecify.annotations.NullMarked;
