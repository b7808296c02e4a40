/**
 * The life of a purchase: checkout, facts from the provider, postings and refunds. Start with
 * {@link io.classbell.payment.purchase.FactRecorder}.
 */
@NullMarked
package io.classbell.payment.purchase;

import org.jspecify.annotations.NullMarked;
