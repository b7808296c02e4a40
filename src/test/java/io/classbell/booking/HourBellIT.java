package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.MeetingApi.Milestone;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Task.Due;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Many classes that open at the same instant. It measures and prints; it does not judge speed. */
@OnBothDatabases
class HourBellIT {
  private static final int CLASSES = Integer.getInteger("classbell.hourBell", 2_000);

  @Parameter TestDatabase database;

  @Test
  void every_class_of_the_hour_opens_once_and_tells_both_of_its_people() {
    try (BookingWorld world = new BookingWorld(database)) {
      List<Due<Milestone>> bell = new ArrayList<>();
      for (int from = 0; from < CLASSES; from += 1_000) {
        bell.addAll(classes(world, Math.min(1_000, CLASSES - from)));
      }
      world.moveTo(BookingWorld.START.minus(Duration.ofMinutes(15)));
      long cpuBefore = cpu();
      long serversBefore = servers();
      long started = System.nanoTime();
      assertThat(world.life.carryOut(bell)).isEmpty();
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      System.out.printf(
          "%s: %d classes opened in %d ms (processor time: JVM %d ms, servers %d ms)%n",
          database,
          CLASSES,
          took.toMillis(),
          (cpu() - cpuBefore) / 1_000_000,
          servers() - serversBefore);

      Long open =
          world
              .read()
              .first(
                  "SELECT COUNT(*) AS n FROM meeting WHERE status = 'open' AND opened_at >= ?",
                  r -> r.getLong("n"),
                  BookingWorld.START.minus(Duration.ofMinutes(15)));
      assertThat(open).isEqualTo(CLASSES);
      assertThat(world.told()).hasSize(2 * CLASSES);
      assertThat(world.stored()).hasSize(CLASSES).allMatch(d -> d.body().name().equals("start"));
    }
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long servers() {
    return ProcessHandle.current()
        .descendants()
        .mapToLong(p -> p.info().totalCpuDuration().map(Duration::toMillis).orElse(0L))
        .sum();
  }

  private static List<Due<Milestone>> classes(BookingWorld world, int count) {
    List<Meeting> slots = new ArrayList<>();
    List<Booking> bookings = new ArrayList<>();
    List<Due<Milestone>> bell = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Meeting slot =
          Meeting.scheduled(
                  Ids.next(),
                  Ids.next(),
                  null,
                  "Algebra",
                  BookingWorld.START,
                  60,
                  5,
                  2500,
                  world.now())
              .withSeats(1);
      slots.add(slot);
      bookings.add(
          Booking.pending(
                  Ids.next(),
                  Ids.next(),
                  slot,
                  CancellationPolicy.frozen(BookingDefaults.SETTINGS),
                  world.now())
              .confirmed());
      bell.add(
          new Due<>(
              Ids.next(),
              BookingWorld.START.minus(Duration.ofMinutes(15)),
              1,
              new Milestone(slot.id(), "open", null)));
    }
    return world
        .node
        .database()
        .inTransaction(
            tx -> {
              world.meetings.insert(tx, slots);
              world.participants.insert(tx, bookings, world.now());
              world.participants.save(tx, bookings, world.now());
              return bell;
            });
  }
}
