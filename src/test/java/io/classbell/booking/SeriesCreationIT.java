package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.booking.api.MeetingApi.Conflict;
import io.classbell.booking.api.MeetingApi.CreateSeries;
import io.classbell.booking.api.MeetingApi.Series;
import io.classbell.booking.slot.SeriesCreation;
import io.classbell.platform.Ids;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class SeriesCreationIT {
  @Parameter TestDatabase database;
  private final String teacher = Ids.next();
  private BookingWorld world;
  private SeriesCreation creation;
  private int changes;

  @BeforeEach
  void start() {
    world = new BookingWorld(database);
    creation =
        new SeriesCreation(world.node, BookingDefaults.SETTINGS, world.stores, () -> changes++);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void a_series_makes_its_slots_each_with_its_reminders_and_its_opening() {
    Series made = creation.create(series("2030-03-24T10:00", "FREQ=WEEKLY;COUNT=3"));
    assertThat(made.created().stream().map(m -> m.startsAt().toString()))
        .containsExactly("2030-03-24T09:00:00Z", "2030-03-31T08:00:00Z", "2030-04-07T08:00:00Z");
    assertThat(made.created())
        .allMatch(m -> m.status().equals("scheduled") && made.id().equals(m.seriesId()));
    assertThat(made.conflicts()).isEmpty();
    assertThat(world.stored().stream().map(d -> d.body().name()))
        .hasSize(9)
        .containsOnly("reminder", "open");
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void the_same_command_gives_the_first_answer_and_another_with_its_id_is_refused() {
    CreateSeries command = series("2030-03-24T10:00", "FREQ=WEEKLY;COUNT=3");
    Series first = creation.create(command);
    assertThat(creation.create(command)).isEqualTo(first);
    assertThat(world.stored()).hasSize(9);
    world.moveTo(Instant.parse("2031-01-01T00:00:00Z"));
    assertThat(creation.create(command)).as("also when all of it is past").isEqualTo(first);

    CreateSeries other =
        new CreateSeries(
            command.commandId(),
            teacher,
            "Other",
            command.firstStartsAt(),
            command.timezone(),
            command.rrule(),
            60,
            5,
            100);
    assertThatThrownBy(() -> creation.create(other))
        .isInstanceOfSatisfying(
            RejectedException.class,
            r -> assertThat(r.failure().code()).isEqualTo("idempotency_key_reused"));
  }

  @Test
  void occurrences_that_overlap_are_listed_and_not_made() {
    world.slot(teacher, Instant.parse("2030-03-31T07:30:00Z"), 1, 100); // until 08:30, Berlin 10:30
    Series made = creation.create(series("2030-03-24T10:00", "FREQ=WEEKLY;COUNT=3"));
    assertThat(made.created()).hasSize(2);
    assertThat(made.conflicts())
        .containsExactly(
            new Conflict(
                "2030-03-31T10:00",
                Instant.parse("2030-03-31T08:00:00Z"),
                "overlapping_slot",
                "Another of your slots is at that time."));
  }

  @Test
  void the_same_series_under_another_key_is_a_conflict_and_makes_nothing() {
    creation.create(series("2030-03-24T10:00", "FREQ=WEEKLY;COUNT=3"));
    int told = changes;
    assertThatThrownBy(() -> creation.create(series("2030-03-24T10:00", "FREQ=WEEKLY;COUNT=3")))
        .isInstanceOfSatisfying(
            RejectedException.class,
            r -> {
              assertThat(r.failure().status()).isEqualTo(409);
              assertThat(r.failure().code()).isEqualTo("overlapping_slot");
              assertThat(r.failure().detail())
                  .isEqualTo(
                      "None of the 3 classes was created, as each overlaps another of your classes.");
              assertThat(r.failure().params()).containsEntry("occurrences", 3);
              assertThat((List<?>) r.failure().params().get("conflicts")).hasSize(3);
            });
    assertThat(world.stored()).hasSize(9);
    assertThat(changes).isEqualTo(told);
  }

  @Test
  void slots_that_touch_do_not_overlap_and_other_teachers_slots_are_theirs() {
    world.slot(teacher, Instant.parse("2030-03-24T08:00:00Z"), 1, 100); // ends as it starts
    world.slot(teacher, Instant.parse("2030-03-24T10:00:00Z"), 1, 100); // starts as it ends
    world.slot(Ids.next(), Instant.parse("2030-03-24T09:00:00Z"), 1, 100);
    assertThat(creation.create(series("2030-03-24T10:00", "FREQ=DAILY;COUNT=1")).conflicts())
        .isEmpty();
  }

  @Test
  void occurrences_of_one_series_do_not_overlap_each_other() {
    Series made =
        creation.create(series("2030-03-24T10:00", "FREQ=DAILY;COUNT=4;BYHOUR=10;BYMINUTE=0,30"));
    assertThat(made.created()).hasSize(2);
    assertThat(made.conflicts()).hasSize(2).allMatch(c -> c.code().equals("overlapping_slot"));
  }

  @Test
  void what_daylight_saving_did_is_said_with_the_slot_made() {
    Series gap = creation.create(series("2030-03-30T02:30", "FREQ=DAILY;COUNT=3"));
    assertThat(gap.created()).hasSize(3);
    assertThat(gap.conflicts())
        .containsExactly(
            new Conflict(
                "2030-03-31T02:30",
                Instant.parse("2030-03-31T01:30:00Z"),
                "dst_gap",
                "Daylight saving skips 02:30 in Europe/Berlin; the slot is at 03:30."));
    Series overlap = creation.create(series("2030-10-26T02:30", "FREQ=DAILY;COUNT=2"));
    assertThat(overlap.created().get(1).startsAt()).isEqualTo("2030-10-27T00:30:00Z");
    assertThat(overlap.conflicts())
        .singleElement()
        .satisfies(c -> assertThat(c.code()).isEqualTo("dst_overlap"));
  }

  @Test
  void every_field_at_fault_is_named_at_once() {
    CreateSeries bad =
        new CreateSeries(
            Ids.next(), teacher, " ", "2030-03-24 10:00", "Berlin", "FREQ=NEVER", 0, 0, -1);
    assertThat(fields(bad))
        .containsExactlyInAnyOrder(
            "title", "durationMinutes", "capacity", "price", "timezone", "firstStartsAt");
    assertThat(fields(series("2030-03-24T10:00", "FREQ=HOURLY;COUNT=2"))).containsExactly("rrule");
    assertThat(fields(series("2020-03-24T10:00", "FREQ=DAILY;COUNT=2")))
        .containsExactly("firstStartsAt");
    assertThat(fields(series("2030-03-24T10:00:00Z", "FREQ=DAILY;COUNT=2")))
        .containsExactly("firstStartsAt");
  }

  private List<String> fields(CreateSeries command) {
    try {
      creation.create(command);
    } catch (RejectedException refused) {
      assertThat(refused.failure().status()).isEqualTo(422);
      return refused.failure().errors().stream().map(e -> e.field()).toList();
    }
    throw new AssertionError("was taken: " + command);
  }

  private CreateSeries series(String first, String rrule) {
    return new CreateSeries(
        Ids.next(), teacher, "Algebra", first, "Europe/Berlin", rrule, 60, 5, 2500);
  }
}
