/**
 * The decisions of the ledger, without Vert.x and SQL. Start with {@link
 * io.classbell.wallet.model.Ledger}.
 */
@NullMarked
package io.classbell.wallet.model;

import org.jspecify.annotations.NullMarked;
