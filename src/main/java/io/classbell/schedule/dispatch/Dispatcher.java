package io.classbell.schedule.dispatch;

import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Task;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.time.PlatformClock;
import io.classbell.schedule.api.ScheduleSettings;
import io.classbell.schedule.model.LeasedMessage;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Delivers claimed messages in batches per address and handles the result of each message: done,
 * retried or parked. Belongs to one context; a handed-off message is delivered with the trace of
 * its writer.
 */
public final class Dispatcher {
  private final Context home;
  private final Bus bus;
  private final PlatformClock clock;
  private final Acknowledgements acknowledgements;
  private final RetryPolicy retries;
  private final ScheduleMeters meters;
  private final ScheduleSettings settings;
  private final Runnable roomAgain;
  private final Map<String, AddressQueue> queues = new HashMap<>();
  private int waiting;
  private int onTheWay;
  private boolean stopped;

  public Dispatcher(
      Context home,
      Bus bus,
      PlatformClock clock,
      Acknowledgements acknowledgements,
      RetryPolicy retries,
      ScheduleMeters meters,
      ScheduleSettings settings,
      Runnable roomAgain) {
    this.home = home;
    this.bus = bus;
    this.clock = clock;
    this.acknowledgements = acknowledgements;
    this.retries = retries;
    this.meters = meters;
    this.settings = settings;
    this.roomAgain = roomAgain;
  }

  /**
   * Takes messages that were handed off by the commit that wrote them. Messages beyond the limit
   * are dropped: their lease expires, and they are claimed like any other.
   */
  public void takeOver(List<Task.Stored> messages, Instant leasedUntil) {
    if (waiting < 20 * settings.batchSize()) {
      deliver(messages.stream().map(m -> LeasedMessage.handedOff(m, leasedUntil)).toList());
    } else {
      meters.left(messages.size());
    }
  }

  /** Queues messages for delivery. */
  void deliver(List<LeasedMessage> messages) {
    Set<AddressQueue> touched = new HashSet<>();
    for (LeasedMessage claimed : messages) {
      AddressQueue queue =
          queues.computeIfAbsent(
              claimed.message().address(), a -> new AddressQueue(a, settings.batchSize()));
      queue.add(claimed);
      waiting++;
      touched.add(queue);
    }
    touched.forEach(this::send);
  }

  /** Whether more should be claimed. */
  boolean hasRoom() {
    return waiting < 4 * settings.batchSize();
  }

  /** Returns the addresses whose queues are full. */
  List<String> crowded() {
    return queues.values().stream()
        .filter(queue -> queue.waiting() >= settings.batchSize())
        .map(AddressQueue::address)
        .toList();
  }

  boolean isIdle() {
    return onTheWay == 0 && waiting == 0;
  }

  public int onTheWay() {
    return onTheWay;
  }

  /** Stops sending and returns the messages that were not sent. */
  public List<LeasedMessage> stop() {
    stopped = true;
    List<LeasedMessage> left = new ArrayList<>();
    queues.values().forEach(queue -> left.addAll(queue.clear()));
    waiting = 0;
    return left;
  }

  /** Limit for a reply; after it another node may have claimed the message. */
  private Duration patience() {
    return settings.lease().multipliedBy(3).dividedBy(4);
  }

  private void send(AddressQueue queue) {
    while (!stopped) {
      int before = queue.waiting();
      List<LeasedMessage> batch = queue.next(clock.realNow().plus(settings.lease().dividedBy(4)));
      waiting -= before - queue.waiting();
      if (batch.isEmpty()) {
        break;
      }
      onTheWay++;
      if (batch.getFirst().isSuspect() && !retries.suspect(batch.getFirst())) {
        onTheWay--;
        queue.ended(batch);
        continue;
      }
      meters.batch(queue.address(), batch.size());
      bus.ask(
              Task.deliveryTo(queue.address()),
              new Task.Deliver(batch.stream().map(LeasedMessage::message).toList()),
              patience())
          .onComplete(answer -> home.runOnContext(v -> answered(queue, batch, answer)));
    }
    retries.release(queue.takeExpired());
  }

  private void answered(
      AddressQueue queue, List<LeasedMessage> batch, AsyncResult<Task.Delivered> answer) {
    onTheWay--;
    queue.ended(batch);
    if (answer.succeeded() || answer.cause() instanceof RejectedException) {
      queue.answered(clock.realNow());
    }
    if (answer.succeeded()) {
      settle(queue, batch, answer.result());
    } else {
      failed(queue, batch, answer.cause());
    }
    send(queue);
    if (hasRoom()) {
      roomAgain.run();
    }
  }

  private void settle(AddressQueue queue, List<LeasedMessage> batch, Task.Delivered delivered) {
    Map<String, Task.Failed> failures = new HashMap<>();
    delivered.failed().forEach(f -> failures.put(f.id(), f));
    List<String> done = new ArrayList<>();
    Map<LeasedMessage, String> again = new LinkedHashMap<>();
    Map<LeasedMessage, String> later = new LinkedHashMap<>();
    Instant now = clock.now();
    for (LeasedMessage claimed : batch) {
      Task.Failed failure = failures.get(claimed.id());
      if (failure != null) {
        (failure.canWait() ? later : again).put(claimed, String.valueOf(failure.error()));
        continue;
      }
      done.add(claimed.id());
      if (claimed.attempt() == 1) {
        meters.late(Duration.between(claimed.message().dueAt(), now));
      }
    }
    meters.delivered(queue.address(), done.size());
    acknowledgements.add(done, isIdle());
    if (!again.isEmpty()) {
      retries.failed(queue.address(), again);
    }
    if (!later.isEmpty()) {
      String why = later.values().iterator().next();
      retries.notNow(queue.address(), List.copyOf(later.keySet()), why);
    }
  }

  private void failed(AddressQueue queue, List<LeasedMessage> batch, Throwable cause) {
    if (isUnserved(cause)) {
      retries.unserved(queue.address(), batch);
    } else if (isNotNow(cause)) {
      retries.notNow(queue.address(), batch, String.valueOf(cause.getMessage()));
    } else if (batch.size() > 1 && cause instanceof RejectedException) {
      batch.forEach(claimed -> queue.add(claimed.afterFailingTogether()));
      waiting += batch.size();
    } else if (cause instanceof OutcomeUnknown) {
      String why = String.valueOf(cause.getMessage());
      retries.unanswered(queue.address(), batch, why, queue.lastAnswer());
    } else {
      Map<LeasedMessage, String> again = new LinkedHashMap<>();
      batch.forEach(claimed -> again.put(claimed, String.valueOf(cause.getMessage())));
      retries.failed(queue.address(), again);
    }
  }

  /** Whether no handler received the message, so that it does not count as an attempt. */
  private static boolean isUnserved(Throwable cause) {
    return cause instanceof OutcomeUnknown
        && cause.getCause() instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  /**
   * Whether the failure is temporary (such as an unreachable database) and not caused by a message.
   */
  private static boolean isNotNow(Throwable cause) {
    return cause instanceof RejectedException refused && refused.failure().status() == 503;
  }
}
