/** All SQL of the payment module. */
@NullMarked
package io.classbell.payment.store;

import org.jspecify.annotations.NullMarked;
