/** Checks the invariants of the payment module's tables and its part of the ledger. */
@NullMarked
package io.classbell.payment.audit;

import org.jspecify.annotations.NullMarked;
