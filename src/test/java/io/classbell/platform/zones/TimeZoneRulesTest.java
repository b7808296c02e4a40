package io.classbell.platform.zones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeZoneRulesTest {
  /**
   * Zones, with their links, whose rules since 1970 differ between 2025 and the bundled version.
   */
  private static final Set<String> CHANGED =
      Set.of(
          "Africa/Casablanca",
          "Africa/El_Aaiun",
          "America/Bogota",
          "America/Coyhaique",
          "America/Edmonton",
          "America/Havana",
          "America/Inuvik",
          "America/Rainy_River",
          "America/Vancouver",
          "America/Winnipeg",
          "America/Yellowknife",
          "Asia/Manila",
          "Asia/Tehran",
          "Canada/Central",
          "Canada/Mountain",
          "Canada/Pacific",
          "Cuba",
          "EET",
          "Europe/Chisinau",
          "Europe/Tiraspol",
          "Iran",
          "WET");

  /** Up to here a TimeZone has transitions one by one; afterwards it simplifies some rules. */
  private static final long END_OF_2037 = 2_145_916_800L;

  private final ZoneDatabase bundled = TimeZoneRules.current();

  @AfterEach
  void restore() {
    TimeZoneRules.use(bundled);
  }

  @Test
  void java_time_uses_the_rules_that_come_with_the_platform() {
    assertThat(TimeZoneRules.isInForce()).isTrue();
    assertThat(bundled.version()).isGreaterThanOrEqualTo("2026d");
    // British Columbia stays on UTC-7 all year from 2026 on.
    assertThat(
            ZonedDateTime.of(
                    LocalDateTime.parse("2027-01-05T18:00"), ZoneId.of("America/Vancouver"))
                .toInstant())
        .isEqualTo(Instant.parse("2027-01-06T01:00:00Z"));
    assertThat(ZoneId.of("EST").getRules().getOffset(Instant.EPOCH)).hasToString("-05:00");
  }

  @Test
  void every_zone_whose_rules_did_not_change_is_as_the_jdk_has_it() {
    List<String> different = new ArrayList<>();
    for (String id : bundled.ids()) {
      // java.util.TimeZone reads the JDK's own data.
      TimeZone jdk = TimeZone.getTimeZone(id);
      ZoneRules rules = bundled.rules(id);
      if (!jdk.getID().equals(id) || CHANGED.contains(id) || rules == null) {
        continue;
      }
      for (long second = 0; second < END_OF_2037; second += 6 * 3_600 + 1_800) {
        int offset = rules.getOffset(Instant.ofEpochSecond(second)).getTotalSeconds();
        if (offset * 1_000 != jdk.getOffset(second * 1_000)) {
          different.add(id + " " + Instant.ofEpochSecond(second));
          break;
        }
      }
    }
    assertThat(different).isEmpty();
  }

  @Test
  void packed_rules_are_the_same_and_packing_them_again_gives_the_same_bytes(@TempDir Path dir)
      throws IOException {
    Path file = dir.resolve("rules.zip");
    Files.write(file, packed(bundled));
    ZoneDatabase read = ZoneDatabase.read(file);
    assertThat(read.version()).isEqualTo(bundled.version());
    assertThat(read.date()).isEqualTo(bundled.date());
    assertThat(read.ids()).isEqualTo(bundled.ids());
    for (String id : List.of("America/Vancouver", "Canada/Pacific", "Europe/Dublin", "UTC")) {
      assertThat(read.rules(id)).isEqualTo(bundled.rules(id));
    }
    assertThat(packed(read)).isEqualTo(packed(bundled));
  }

  @Test
  void rules_of_a_directory_replace_those_in_use_for_zones_that_are_held_already(@TempDir Path dir)
      throws IOException {
    ZoneId london = ZoneId.of("Europe/London");
    Instant noon = Instant.parse("2030-06-01T12:00:00Z");
    assertThat(london.getRules().getOffset(noon)).hasToString("+01:00");
    write(dir, "tzdata.zi", "# version 2099z\n".getBytes(StandardCharsets.UTF_8));
    write(dir, "UTC", tzif("UTC0", 0));
    write(dir, "Europe/London", tzif("XXX-5", 5 * 3_600));
    write(dir, "Test/New_Zone", tzif("YYY-6", 6 * 3_600));
    write(dir, "posix/Europe/London", tzif("ZZZ-7", 7 * 3_600));

    TimeZoneRules.use(dir);

    assertThat(TimeZoneRules.current().version()).isEqualTo("2099z");
    assertThat(TimeZoneRules.isInForce()).isTrue();
    assertThat(london.getRules().getOffset(noon)).hasToString("+05:00");
    assertThat(ZoneId.of("Test/New_Zone").getRules().getOffset(noon)).hasToString("+06:00");
    assertThat(ZoneId.of("Europe/Berlin").getRules().getOffset(noon))
        .as("what the directory lacks is as it was")
        .hasToString("+02:00");
    assertThat(bundled.ids()).noneMatch(id -> id.startsWith("posix/"));
  }

  @Test
  void what_is_no_time_zone_database_is_refused(@TempDir Path dir) throws IOException {
    assertThatIOException().isThrownBy(() -> ZoneDatabase.read(dir.resolve("missing")));
    assertThatIOException().isThrownBy(() -> ZoneDatabase.read(dir));
    write(dir, "tzdata.zi", "# version 2099z\n".getBytes(StandardCharsets.UTF_8));
    assertThatIOException().isThrownBy(() -> ZoneDatabase.read(dir)).withMessageContaining("UTC");
    write(dir, "UTC", tzif("UTC0", 0));
    byte[] damaged = tzif("XXX-5", 5 * 3_600);
    write(dir, "Europe/London", java.util.Arrays.copyOf(damaged, damaged.length - 3));
    assertThatIOException()
        .isThrownBy(() -> ZoneDatabase.read(dir))
        .withMessageContaining("Europe/London");
    Path text = dir.resolve("rules.zip");
    Files.writeString(text, "no zip");
    assertThatIOException().isThrownBy(() -> ZoneDatabase.read(text));
    assertThatIllegalArgumentException().isThrownBy(() -> TzifFile.read(new byte[44]));
  }

  @Test
  void old_rules_and_rules_older_than_those_of_stored_slots_are_reported() {
    Instant packaged = bundled.date().atStartOfDay(java.time.ZoneOffset.UTC).toInstant();
    Duration year = Duration.ofDays(365);
    assertThat(TimeZoneRules.report(packaged.plus(year), year).warnings()).isEmpty();
    assertThat(TimeZoneRules.report(packaged.plus(year).plus(Duration.ofDays(1)), year).warnings())
        .singleElement()
        .asString()
        .contains(bundled.version(), "366 days", "timeZones.file");
    try {
      TimeZoneRules.noteUsed("2099z");
      assertThat(TimeZoneRules.report(packaged, year).warnings())
          .singleElement()
          .asString()
          .contains("2099z", bundled.version());
    } finally {
      TimeZoneRules.noteUsed(null);
    }
  }

  private static byte[] packed(ZoneDatabase database) throws IOException {
    var out = new ByteArrayOutputStream();
    database.pack(out);
    return out.toByteArray();
  }

  private static void write(Path directory, String name, byte[] bytes) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  /** A zone of one offset (RFC 9636). */
  private static byte[] tzif(String footer, int offset) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    for (int block = 0; block < 2; block++) {
      out.writeBytes("TZif2");
      out.write(new byte[15]);
      for (int count : new int[] {0, 0, 0, 0, 1, 4}) {
        out.writeInt(count);
      }
      out.writeInt(offset);
      out.writeByte(0);
      out.writeByte(0);
      out.writeBytes("XXX\0");
    }
    out.writeBytes("\n" + footer + "\n");
    return bytes.toByteArray();
  }
}
