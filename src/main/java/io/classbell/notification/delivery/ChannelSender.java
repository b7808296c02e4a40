package io.classbell.notification.delivery;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.notification.store.DeliveryStore.Delivery;
import io.classbell.notification.store.DeliveryStore.Said;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends deliveries by one channel. */
public interface ChannelSender {

  /**
   * All that is needed to deliver.
   *
   * @param said the notification; several for a digest, none for mails that are no notification
   */
  record Job(Delivery delivery, Person recipient, List<Said> said) {}

  /** Outcome of an attempt. */
  sealed interface Outcome {}

  /** Delivered, or no longer needed. */
  record Delivered() implements Outcome {}

  /** Temporary failure; {@code after} is the wait that the receiver requested, or null. */
  record Again(String error, @Nullable Duration after) implements Outcome {}

  /** Permanent failure. */
  record Refused(String error) implements Outcome {}

  /** Attempts a delivery, on a virtual thread. An exception counts as {@link Again}. */
  Outcome deliver(Job job);
}
