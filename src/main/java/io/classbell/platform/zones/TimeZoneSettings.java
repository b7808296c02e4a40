package io.classbell.platform.zones;

import io.classbell.platform.config.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of the time zone rules of a node. */
public record TimeZoneSettings(
    @Setting(
            "Time zone rules to use instead of those that come with Classbell: a zoneinfo directory"
                + " such as /usr/share/zoneinfo, or a file that scripts/zones wrote.")
        @Nullable String file,
    @Setting(
            value = "Age of the rules after which the log and the health details warn.",
            byDefault = "P365D",
            atLeast = "P1D",
            atMost = "P3650D")
        Duration warnAfter) {}
