/**
 * The rules of purchases, without Vert.x and SQL. Start with {@link
 * io.classbell.payment.model.PurchaseDecider}.
 */
@NullMarked
package io.classbell.payment.model;

import org.jspecify.annotations.NullMarked;
