package io.classbell.schedule;

import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.OutcomeUnknown;
import io.classbell.platform.bus.Refused;
import io.classbell.platform.outbox.Task;
import io.classbell.platform.time.PlatformClock;
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
final class Courier {
  private final Context home;
  private final Bus bus;
  private final PlatformClock clock;
  private final Acknowledgements acknowledgements;
  private final Setbacks setbacks;
  private final ScheduleMeters meters;
  private final ScheduleSettings settings;
  private final Runnable roomAgain;
  private final Map<String, Lane> lanes = new HashMap<>();
  private int waiting;
  private int onTheWay;
  private boolean stopped;

  Courier(
      Context home,
      Bus bus,
      PlatformClock clock,
      Acknowledgements acknowledgements,
      Setbacks setbacks,
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
  void takeOver(List<Task.Stored> messages, Instant leasedUntil) {
    if (waiting < 20 * settings.batchSize()) {
      deliver(messages.stream().map(m -> Claimed.handedOff(m, leasedUntil)).toList());
    } else {
      meters.left(messages.size());
    }
  }

  /** Delivers, as soon as their turn comes. */
  void deliver(List<Claimed> messages) {
    Set<Lane> touched = new HashSet<>();
    for (Claimed claimed : messages) {
      Lane lane =
          lanes.computeIfAbsent(
              claimed.message().address(), a -> new Lane(a, settings.batchSize()));
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
        .map(Lane::address)
        .toList();
  }

  boolean isIdle() {
    return onTheWay == 0 && waiting == 0;
  }

  int onTheWay() {
    return onTheWay;
  }

  /** Sends nothing more; answers what has not left. */
  List<Claimed> stop() {
    stopped = true;
    List<Claimed> left = new ArrayList<>();
    lanes.values().forEach(lane -> left.addAll(lane.clear()));
    waiting = 0;
    return left;
  }

  /** An answer that comes later than this may find the message with somebody else. */
  private Duration patience() {
    return settings.lease().multipliedBy(3).dividedBy(4);
  }

  private void send(Lane lane) {
    while (!stopped) {
      int before = lane.waiting();
      List<Claimed> batch = lane.next(clock.realNow().plus(settings.lease().dividedBy(4)));
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
              new Task.Deliver(batch.stream().map(Claimed::message).toList()),
              patience())
          .onComplete(answer -> home.runOnContext(v -> answered(lane, batch, answer)));
    }
    setbacks.release(lane.takeExpired());
  }

  private void answered(Lane lane, List<Claimed> batch, AsyncResult<Task.Delivered> answer) {
    onTheWay--;
    lane.ended(batch);
    if (answer.succeeded() || answer.cause() instanceof Refused) {
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

  private void settle(Lane lane, List<Claimed> batch, Task.Delivered delivered) {
    Map<String, Task.Failed> failures = new HashMap<>();
    delivered.failed().forEach(f -> failures.put(f.id(), f));
    List<String> done = new ArrayList<>();
    Map<Claimed, String> again = new LinkedHashMap<>();
    Map<Claimed, String> later = new LinkedHashMap<>();
    Instant now = clock.now();
    for (Claimed claimed : batch) {
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

  private void failed(Lane lane, List<Claimed> batch, Throwable cause) {
    if (isUnserved(cause)) {
      setbacks.unserved(lane.address(), batch);
    } else if (isNotNow(cause)) {
      setbacks.notNow(lane.address(), batch, String.valueOf(cause.getMessage()));
    } else if (batch.size() > 1 && cause instanceof Refused) {
      batch.forEach(claimed -> lane.add(claimed.afterFailingTogether()));
      waiting += batch.size();
    } else if (cause instanceof OutcomeUnknown) {
      String why = String.valueOf(cause.getMessage());
      setbacks.unanswered(lane.address(), batch, why, lane.lastAnswer());
    } else {
      Map<Claimed, String> again = new LinkedHashMap<>();
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
    return cause instanceof Refused refused && refused.failure().status() == 503;
  }
}
