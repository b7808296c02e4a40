package io.classbell.booking;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.BookingSettings.Tier;
import java.time.Duration;
import java.util.List;

/** The rules of classes as they are without configuration. */
public final class BookingDefaults {

  public static final BookingSettings SETTINGS =
      with(
          List.of(new Tier(Duration.ofHours(24), 100), new Tier(Duration.ZERO, 50)),
          List.of(Duration.ofHours(24), Duration.ofHours(1)));

  public static BookingSettings with(List<Tier> tiers, List<Duration> reminders) {
    return new BookingSettings(
        Duration.ofMinutes(15),
        reminders,
        tiers,
        10,
        Duration.ofHours(24),
        Duration.ofHours(72),
        "https://meet.jit.si/classbell-{room}",
        Duration.ofSeconds(5),
        1000,
        1440,
        100_000_000,
        200,
        64,
        4096);
  }

  private BookingDefaults() {}
}
