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
 * Delivers claimed messages, as batches per address, and sorts out what became of each: done, to be
 * tried again, or parked. Belongs to one context; what is handed over leaves with the trace of who
 * wrote it.
 */
public final class Dispatcher {
  private final Context home;
  private final Bus bus;
  private final PlatformClock clock;
  private final Acknowledgements acknowledgements;
  private final RetryPolicy setbacks;
  private final ScheduleMeters meters;
  private final ScheduleSettings settings;
  private final Runnable roomAgain;
  private final Map<String, AddressQueue> lanes = new HashMap<>();
  private int waiting;
  private int onTheWay;
  private boolean stopped;

  public Dispatcher(
      Context home,
      Bus bus,
      PlatformClock clock,
      Acknowledgements acknowledgements,
      RetryPolicy setbacks,
      ScheduleMeters meters,
      ScheduleSettings settings,
      Runnable roomAgain) {
    this.home = home;
    this.bus = bus;
    this.clock = clock;
    this.acknowledgements = acknowledgements;
    this.setbacks = setbacks;
    this.meters = meters;
    this.settings = settings;
    this.roomAgain = roomAgain;
  }

  /**
   * Takes messages that were handed over with the commit that wrote them. What is too much is left:
   * its lease runs out, and it is claimed like any other.
   */
  public void takeOver(List<Task.Stored> messages, Instant leasedUntil) {
    if (waiting < 20 * settings.batchSize()) {
      deliver(messages.stream().map(m -> LeasedMessage.handedOff(m, leasedUntil)).toList());
    } else {
      meters.left(messages.size());
    }
  }

  /** Delivers, as soon as their turn comes. */
  void deliver(List<LeasedMessage> messages) {
    Set<AddressQueue> touched = new HashSet<>();
    for (LeasedMessage claimed : messages) {
      AddressQueue lane =
          lanes.computeIfAbsent(
              claimed.message().address(), a -> new AddressQueue(a, settings.batchSize()));
      lane.add(claimed);
      waiting++;
      touched.add(lane);
    }
    touched.forEach(this::send);
  }

  /** Whether more should be claimed. */
  boolean hasRoom() {
    return waiting < 4 * settings.batchSize();
  }

  /** Addresses that have more than enough waiting already. */
  List<String> crowded() {
    return lanes.values().stream()
        .filter(lane -> lane.waiting() >= settings.batchSize())
        .map(AddressQueue::address)
        .toList();
  }

  boolean isIdle() {
    return onTheWay == 0 && waiting == 0;
  }

  public int onTheWay() {
    return onTheWay;
  }

  /** Sends nothing more; answers what has not left. */
  public List<LeasedMessage> stop() {
    stopped = true;
    List<LeasedMessage> left = new ArrayList<>();
    lanes.values().forEach(lane -> left.addAll(lane.clear()));
    waiting = 0;
    return left;
  }

  /** An answer that comes later than this may find the message with somebody else. */
  private Duration patience() {
    return settings.lease().multipliedBy(3).dividedBy(4);
  }

  private void send(AddressQueue lane) {
    while (!stopped) {
      int before = lane.waiting();
      List<LeasedMessage> batch = lane.next(clock.realNow().plus(settings.lease().dividedBy(4)));
      waiting -= before - lane.waiting();
      if (batch.isEmpty()) {
        break;
      }
      onTheWay++;
      if (batch.getFirst().isSuspect() && !setbacks.suspect(batch.getFirst())) {
        onTheWay--;
        lane.ended(batch);
        continue;
      }
      meters.batch(lane.address(), batch.size());
      bus.ask(
              Task.deliveryTo(lane.address()),
              new Task.Deliver(batch.stream().map(LeasedMessage::message).toList()),
              patience())
          .onComplete(answer -> home.runOnContext(v -> answered(lane, batch, answer)));
    }
    setbacks.release(lane.takeExpired());
  }

  private void answered(
      AddressQueue lane, List<LeasedMessage> batch, AsyncResult<Task.Delivered> answer) {
    onTheWay--;
    lane.ended(batch);
    if (answer.succeeded() || answer.cause() instanceof RejectedException) {
      lane.answered(clock.realNow());
    }
    if (answer.succeeded()) {
      settle(lane, batch, answer.result());
    } else {
      failed(lane, batch, answer.cause());
    }
    send(lane);
    if (hasRoom()) {
      roomAgain.run();
    }
  }

  private void settle(AddressQueue lane, List<LeasedMessage> batch, Task.Delivered delivered) {
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
    meters.delivered(lane.address(), done.size());
    acknowledgements.add(done, isIdle());
    if (!again.isEmpty()) {
      setbacks.failed(lane.address(), again);
    }
    if (!later.isEmpty()) {
      String why = later.values().iterator().next();
      setbacks.notNow(lane.address(), List.copyOf(later.keySet()), why);
    }
  }

  private void failed(AddressQueue lane, List<LeasedMessage> batch, Throwable cause) {
    if (isUnserved(cause)) {
      setbacks.unserved(lane.address(), batch);
    } else if (isNotNow(cause)) {
      setbacks.notNow(lane.address(), batch, String.valueOf(cause.getMessage()));
    } else if (batch.size() > 1 && cause instanceof RejectedException) {
      batch.forEach(claimed -> lane.add(claimed.afterFailingTogether()));
      waiting += batch.size();
    } else if (cause instanceof OutcomeUnknown) {
      String why = String.valueOf(cause.getMessage());
      setbacks.unanswered(lane.address(), batch, why, lane.lastAnswer());
    } else {
      Map<LeasedMessage, String> again = new LinkedHashMap<>();
      batch.forEach(claimed -> again.put(claimed, String.valueOf(cause.getMessage())));
      setbacks.failed(lane.address(), again);
    }
  }

  /** Nobody was asked, so it is no attempt. */
  private static boolean isUnserved(Throwable cause) {
    return cause instanceof OutcomeUnknown
        && cause.getCause() instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  /** The time or the place is to blame, as while the database is away; no message is. */
  private static boolean isNotNow(Throwable cause) {
    return cause instanceof RejectedException refused && refused.failure().status() == 503;
  }
}
