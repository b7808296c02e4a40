/**
 * Checks of the invariants of the ledger. Start with {@link io.classbell.wallet.audit.WalletAudit}.
 */
@NullMarked
package io.classbell.wallet.audit;

import org.jspecify.annotations.NullMarked;
