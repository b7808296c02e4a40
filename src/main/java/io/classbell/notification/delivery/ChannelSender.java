package io.classbell.notification.delivery;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.notification.store.DeliveryStore.Delivery;
import io.classbell.notification.store.DeliveryStore.Said;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a delivery to where it is to go, by one channel. */
public interface ChannelSender {

  /**
   * All that is needed to deliver.
   *
   * @param said the notification; several for a digest, none for mails that are no notification
   */
  record Job(Delivery delivery, Person recipient, List<Said> said) {}

  /** What became of an attempt. */
  sealed interface Outcome {}

  /** It is delivered, or nobody wants it any more. */
  record Delivered() implements Outcome {}

  /** Not now; {@code after} is when the other side said to come again, null where it did not. */
  record Again(String error, @Nullable Duration after) implements Outcome {}

  /** Never. */
  record Refused(String error) implements Outcome {}

  /** On a virtual thread; whatever it throws is an {@link Again}. */
  Outcome deliver(Job job);
}
