/** The part of the payment module that other modules use: bus operations and settings. */
@NullMarked
package io.classbell.payment.api;

import org.jspecify.annotations.NullMarked;
