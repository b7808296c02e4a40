package io.classbell.schedule.api;

import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import java.time.Duration;

/** Settings of the outbox's delivery. */
public record ScheduleSettings(
    @Setting(value = "Most messages claimed at once.", byDefault = "500", min = 1, max = 5000)
        int batchSize,
    @Setting(
            value = "How long a claim holds; after it another node may deliver.",
            byDefault = "PT10S",
            atLeast = "PT1S",
            atMost = "PT5M")
        Duration lease,
    @Setting(
            value = "How often to look when nothing calls: finds what other nodes wrote.",
            byDefault = "PT1S",
            atLeast = "PT0.05S",
            atMost = "PT2S")
        Duration fallbackPoll,
    @Setting(
            value =
                "Failures after which a message is parked as a dead letter; that it cannot be done just"
                    + " now, or that nobody answers, is none.",
            byDefault = "12",
            min = 1,
            max = 1000)
        int maxAttempts,
    @Setting(
            value =
                "A message for which nobody answers for so long, while others of its kind are answered,"
                    + " is parked too.",
            byDefault = "PT6H",
            atLeast = "PT0S",
            atMost = "P30D")
        Duration unansweredFor,
    @Setting(
            value = "Wait after the first failure; doubles with each.",
            byDefault = "PT0.5S",
            atLeast = "PT0.01S",
            atMost = "PT5M")
        Duration firstBackoff,
    @Setting(
            value = "Longest wait between attempts.",
            byDefault = "PT5M",
            atLeast = "PT0.1S",
            atMost = "P1D")
        Duration maxBackoff)
    implements ValidatedSettings {

  @Override
  public void check(SettingsErrors mistakes) {
    if (maxBackoff.compareTo(firstBackoff) < 0) {
      mistakes.add("maxBackoff", "must not be shorter than firstBackoff");
    }
  }
}
