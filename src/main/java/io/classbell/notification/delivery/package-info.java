/**
 * Delivery of mails and pushes: the queue, the workers and the record of results. Start with {@link
 * io.classbell.notification.delivery.DeliveryWorker}.
 */
@NullMarked
package io.classbell.notification.delivery;

import org.jspecify.annotations.NullMarked;
