package io.classbell.platform.zones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PosixZoneTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CET-1CEST,M3.5.0,M10.5.0/3|2030-03-31T01:00:00Z 2030-10-27T01:00:00Z",
        "EST5EDT,M3.2.0,M11.1.0|2030-03-10T07:00:00Z 2030-11-03T06:00:00Z",
        // Irish winter time is the saving one, and negative.
        "IST-1GMT0,M10.5.0,M3.5.0/1|2030-03-31T01:00:00Z 2030-10-27T01:00:00Z",
        // Saving of half an hour.
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0|2030-04-06T15:00:00Z 2030-10-05T15:30:00Z",
        // Times before midnight of the day, and more than a day after it.
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0|2030-03-31T01:00:00Z 2030-10-27T01:00:00Z",
        "EET-2EEST,M3.4.4/50,M10.4.4/50|2030-03-30T00:00:00Z 2030-10-25T23:00:00Z",
        // Days of the year, with and without 29 February.
        "AAA0BBB,J60/0,J300/0|2032-03-01T00:00:00Z 2032-10-26T23:00:00Z",
        "AAA0BBB,59/0,299/0|2032-02-29T00:00:00Z 2032-10-25T23:00:00Z",
      })
  void a_year_has_the_transitions_that_the_text_says(String text, String expected) {
    List<String> instants = List.of(expected.split(" "));
    int year = Integer.parseInt(instants.getFirst().substring(0, 4));
    long newYear = Instant.parse(year + "-01-01T00:00:00Z").getEpochSecond();
    assertThat(
            PosixZone.parse(text).transitions(newYear, year).stream()
                .map(ZoneOffsetTransition::getInstant)
                .map(Instant::toString))
        .isEqualTo(instants);
  }

  @Test
  void a_zone_without_daylight_saving_time_has_no_transitions() {
    assertThat(PosixZone.parse("MST7").transitions(0, 2100)).isEmpty();
    assertThat(PosixZone.parse("<+0545>-5:45").standard()).hasToString("+05:45");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CET", "1", "CET-1CEST,M3.5.0", "CET-1,", "<CET-1"})
  void other_texts_are_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> PosixZone.parse(text));
  }
}
