package io.classbell.booking.api;

import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import java.time.Duration;
import java.util.List;

/** Settings of classes: opening and reminders, refunds for cancellations, and limits of slots. */
public record BookingSettings(
    @Setting(
            value = "How long before its start a meeting opens.",
            byDefault = "PT15M",
            atMost = "P1D")
        Duration openBefore,
    @Setting(
            value = "How long before its start a meeting reminds.",
            byDefault = "PT24H,PT1H",
            atLeast = "PT1M",
            atMost = "P30D")
        List<Duration> reminders,
    @Setting(
            value =
                "What a student gets back who cancels `before` the start or earlier; longest first,"
                    + " the last at PT0S.",
            byDefault =
                "[{\"before\": \"PT24H\", \"studentPercent\": 100}, {\"before\": \"PT0S\","
                    + " \"studentPercent\": 50}]")
        List<Tier> cancellationTiers,
    @Setting(
            value = "The platform's part of what a teacher earns, in percent.",
            byDefault = "10",
            min = 0,
            max = 100)
        int feePercent,
    @Setting(
            value = "How long after its close a meeting's money waits for disputes.",
            byDefault = "PT24H",
            atMost = "P90D")
        Duration disputeWindow,
    @Setting(
            value = "How long the other side has to answer a dispute before an admin decides.",
            byDefault = "PT72H",
            atLeast = "PT1M",
            atMost = "P90D")
        Duration disputeAnswerTime,
    @Setting(
            value = "Link to the classroom; {room} becomes an unguessable name.",
            byDefault = "https://meet.jit.si/classbell-{room}")
        String joinUrlTemplate,
    @Setting(
            value = "After this a booking, cancellation or move that has not ended is driven on.",
            byDefault = "PT5S",
            atLeast = "PT0.2S",
            atMost = "PT1M")
        Duration watchdogDelay,
    @Setting(value = "Most seats a slot may offer.", byDefault = "1000", min = 1, max = 100_000)
        int maxCapacity,
    @Setting(value = "Longest class, in minutes.", byDefault = "1440", min = 1, max = 10_080)
        int maxDurationMinutes,
    @Setting(
            value = "Highest price of a seat, in minor units.",
            byDefault = "100000000",
            min = 1,
            max = 1_000_000_000_000L)
        long maxPrice,
    @Setting(value = "Most slots that one series makes.", byDefault = "200", min = 1, max = 1000)
        int maxSeriesSlots,
    @Setting(value = "Most commands that share one commit.", byDefault = "64", min = 1, max = 1024)
        int groupSize,
    @Setting(
            value = "Most commands that wait for a commit; more get 503 with Retry-After.",
            byDefault = "4096",
            min = 1,
            max = 1_000_000)
        int maxWaiting)
    implements ValidatedSettings {

  /**
   * A tier of the cancellation policy: the refund for cancelling at least this long before the
   * start.
   */
  public record Tier(
      @Setting(value = "Least time to the start; exactly this long counts.", atMost = "P366D")
          Duration before,
      @Setting(value = "The student's part of the price, in percent.", min = 0, max = 100)
          int studentPercent) {}

  /** Returns the cancellation policy that a booking made now would freeze. */
  public BookingApi.Policy policy() {
    return new BookingApi.Policy(
        cancellationTiers.stream()
            .map(tier -> new BookingApi.Tier(tier.before(), tier.studentPercent()))
            .toList(),
        feePercent);
  }

  @Override
  public void check(SettingsErrors mistakes) {
    if (cancellationTiers.isEmpty() || !cancellationTiers.getLast().before().isZero()) {
      mistakes.add("cancellationTiers", "must end with a tier at PT0S");
    }
    for (int i = 1; i < cancellationTiers.size(); i++) {
      Tier earlier = cancellationTiers.get(i - 1);
      Tier later = cancellationTiers.get(i);
      if (later.before().compareTo(earlier.before()) >= 0) {
        mistakes.add(
            "cancellationTiers[" + i + "].before", "must be shorter than the tier's before it");
      }
      if (later.studentPercent() > earlier.studentPercent()) {
        mistakes.add(
            "cancellationTiers[" + i + "].studentPercent",
            "must not give more for cancelling later");
      }
    }
    if (!joinUrlTemplate.matches("https?://.*\\{room}.*")) {
      mistakes.add("joinUrlTemplate", "must be a web address with {room} in it");
    }
  }
}
