/**
 * The ledger as admins read it: accounts, entries and transactions. Start with {@link
 * io.classbell.wallet.explorer.LedgerExplorer}.
 */
@NullMarked
package io.classbell.wallet.explorer;

import org.jspecify.annotations.NullMarked;
