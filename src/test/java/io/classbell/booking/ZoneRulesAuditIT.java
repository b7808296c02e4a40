package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.MeetingApi.CreateSeries;
import io.classbell.booking.api.MeetingApi.CreateSlot;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.audit.ZoneRulesAudit;
import io.classbell.booking.slot.SeriesCreation;
import io.classbell.booking.slot.Slots;
import io.classbell.booking.slot.Teachers;
import io.classbell.booking.store.ListStore;
import io.classbell.booking.store.WallTimeStore;
import io.classbell.platform.Ids;
import io.classbell.platform.zones.TimeZoneRules;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.time.Instant;
import java.time.LocalDateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class ZoneRulesAuditIT {
  private static final String VANCOUVER = "America/Vancouver";

  @Parameter TestDatabase database;
  private final String teacher = Ids.next();
  private BookingWorld world;

  @BeforeEach
  void start() {
    world = new BookingWorld(database);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void a_series_in_vancouver_starts_by_the_rules_of_2026d() {
    assertThat(series("2031-01-06T18:00").startsAt())
        .isEqualTo(Instant.parse("2031-01-07T01:00:00Z"));
  }

  @Test
  void slots_that_other_rules_put_at_another_wall_time_are_found() {
    MeetingView shifted = series("2031-01-06T18:00");
    MeetingView kept = series("2031-01-07T18:00");
    MeetingView byInstant = slot(Instant.parse("2031-01-09T02:00:00Z"));
    MeetingView current = series("2031-01-09T18:00");
    // As rules of British Columbia that still had standard time (UTC-8) would have stored them.
    update(
        "meeting",
        "starts_at = '2031-01-07 02:00:00', ends_at = '2031-01-07 03:00:00'",
        shifted.id());
    update("slot_wall_time", "zone_rules = '2026a'", shifted.id());
    update("slot_wall_time", "zone_rules = '2026a'", kept.id());
    update(
        "slot_wall_time",
        "zone_rules = '2026a', local_starts_at = '2031-01-08 18:00:00'",
        byInstant.id());
    update(
        "meeting",
        "starts_at = '2031-01-10 02:00:00', ends_at = '2031-01-10 03:00:00'",
        current.id());

    ZoneRulesAudit.Result found = ZoneRulesAudit.find(world.read(), world.now());

    assertThat(found.affected())
        .extracting(ZoneRulesAudit.Affected::meetingId)
        .containsExactlyInAnyOrder(shifted.id(), byInstant.id());
    assertThat(found.affected())
        .filteredOn(slot -> slot.meetingId().equals(shifted.id()))
        .containsExactly(
            new ZoneRulesAudit.Affected(
                shifted.id(),
                teacher,
                0,
                VANCOUVER,
                LocalDateTime.parse("2031-01-06T18:00"),
                Instant.parse("2031-01-07T02:00:00Z"),
                Instant.parse("2031-01-07T01:00:00Z"),
                "2026a"));
    assertThat(found.unknown()).isZero();

    world.moveTo(Instant.parse("2031-02-01T00:00:00Z"));
    assertThat(ZoneRulesAudit.find(world.read(), world.now()).affected()).as("past").isEmpty();
  }

  @Test
  void slots_without_a_recorded_wall_time_are_counted() {
    world.slot(5, 100);
    assertThat(ZoneRulesAudit.find(world.read(), world.now()).unknown()).isEqualTo(1);
  }

  @Test
  void the_newest_rules_of_all_slots_are_known() {
    WallTimeStore store = new WallTimeStore();
    assertThat(store.newestRules(world.read())).isNull();
    MeetingView slot = series("2031-01-06T18:00");
    assertThat(store.newestRules(world.read())).isEqualTo(TimeZoneRules.current().version());
    update("slot_wall_time", "zone_rules = '2099a'", slot.id());
    assertThat(store.newestRules(world.read())).isEqualTo("2099a");
  }

  private MeetingView series(String first) {
    return new SeriesCreation(world.node, BookingDefaults.SETTINGS, world.stores, () -> {})
        .create(
            new CreateSeries(
                Ids.next(),
                teacher,
                "Algebra",
                first,
                VANCOUVER,
                "FREQ=WEEKLY;COUNT=1",
                60,
                5,
                100))
        .created()
        .getFirst();
  }

  private MeetingView slot(Instant startsAt) {
    return new Slots(
            world.node,
            BookingDefaults.SETTINGS,
            world.stores,
            new ListStore(),
            new Teachers(world.node.bus(), world.stores))
        .create(new CreateSlot(Ids.next(), teacher, "Algebra", startsAt, 60, 5, 100, VANCOUVER));
  }

  private void update(String table, String change, String meetingId) {
    String key = table.equals("meeting") ? "id" : "meeting_id";
    database.execute(
        world.databaseSettings,
        "UPDATE %s SET %s WHERE %s = '%s'".formatted(table, change, key, meetingId));
  }
}
