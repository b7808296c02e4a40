/** Webhooks: verified, recorded and acknowledged first, carried out by the outbox. */
@NullMarked
package io.classbell.payment.webhook;

import org.jspecify.annotations.NullMarked;
