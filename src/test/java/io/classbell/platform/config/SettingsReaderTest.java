package io.classbell.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class SettingsReaderTest {
  enum Colour {
    RED,
    DARK_BLUE
  }

  record Door(
      @Setting(value = "Port.", byDefault = "8080", min = 1, max = 65535) int port,
      @Setting(value = "Wait.", byDefault = "PT5S", atLeast = "PT1S", atMost = "PT1M")
          Duration patience,
      @Setting("Name.") @Nullable String publicName,
      @Setting("Key.") @Nullable Secret key,
      @Setting(value = "Colours.", byDefault = "red") List<Colour> colours) {}

  record Step(@Setting(value = "Height.", min = 0, max = 9) int height) {}

  record Visitor(@Setting("Name.") String name) {}

  record House(
      @Setting(value = "Kind.", unanimous = true, byDefault = "small") String kind,
      @Setting("Door.") Door door,
      @Setting(value = "Stairs.", byDefault = "[{\"height\": 1}, {\"height\": 2}]")
          List<Step> stairs,
      @Setting("Visitor.") @Nullable Visitor visitor,
      @Setting(value = "Warm.", byDefault = "true") boolean warm,
      @Setting(value = "Rent.", byDefault = "5000000000") long rent)
      implements ValidatedSettings {
    @Override
    public void check(SettingsErrors mistakes) {
      if (rent == 13) {
        mistakes.add("rent", "is unlucky");
      }
    }
  }

  private static SettingsReader<House> reader() {
    return SettingsReader.of(House.class);
  }

  private static List<String> mistakesOf(SettingsReader<House> reader) {
    try {
      reader.read();
    } catch (ConfigurationException e) {
      return e.mistakes();
    }
    return List.of();
  }

  @Test
  void nothing_said_gives_the_defaults() {
    House house = SettingsReader.defaults(House.class);

    assertThat(house.door().port()).isEqualTo(8080);
    assertThat(house.door().patience()).isEqualTo(Duration.ofSeconds(5));
    assertThat(house.door().publicName()).isNull();
    assertThat(house.door().colours()).containsExactly(Colour.RED);
    assertThat(house.stairs()).containsExactly(new Step(1), new Step(2));
    assertThat(house.visitor()).isNull();
    assertThat(house.rent()).isEqualTo(5_000_000_000L);
  }

  @Test
  void later_files_override_earlier_ones_and_the_environment_overrides_all(@TempDir Path dir)
      throws IOException {
    Path first =
        Files.writeString(
            dir.resolve("a.json"), "{\"door\": {\"port\": 1, \"publicName\": \"a\"}, \"rent\": 7}");
    Path second =
        Files.writeString(
            dir.resolve("b.json"),
            "{ // comments are fine\n \"door\": {\"port\": 2, \"patience\": \"PT9S\"}}");

    House house =
        reader()
            .file(first)
            .file(second)
            .environment(Map.of("CLASSBELL_DOOR_PATIENCE", "PT11S", "PATH", "/bin"))
            .read();

    assertThat(house.door().port()).isEqualTo(2);
    assertThat(house.door().publicName()).isEqualTo("a");
    assertThat(house.door().patience()).isEqualTo(Duration.ofSeconds(11));
    assertThat(house.rent()).isEqualTo(7);
  }

  @Test
  void the_environment_gives_every_type() {
    House house =
        reader()
            .environment(
                Map.of(
                    "CLASSBELL_DOOR_PUBLIC_NAME", "x",
                    "CLASSBELL_DOOR_COLOURS", "red, dark-blue",
                    "CLASSBELL_STAIRS", "[{\"height\": 9}]",
                    "CLASSBELL_VISITOR_NAME", "42",
                    "CLASSBELL_WARM", "false"))
            .read();

    assertThat(house.door().publicName()).isEqualTo("x");
    assertThat(house.door().colours()).containsExactly(Colour.RED, Colour.DARK_BLUE);
    assertThat(house.stairs()).containsExactly(new Step(9));
    assertThat(house.visitor()).isEqualTo(new Visitor("42"));
    assertThat(house.warm()).isFalse();
  }

  @Test
  void a_secret_may_come_from_a_file_and_never_prints(@TempDir Path dir) throws IOException {
    Path key = Files.writeString(dir.resolve("key"), "open sesame\n");

    House house = reader().environment(Map.of("CLASSBELL_DOOR_KEY_FILE", key.toString())).read();

    assertThat(house.door().key()).isEqualTo(Secret.of("open sesame"));
    assertThat(house.toString()).doesNotContain("sesame").contains("***");
  }

  @Test
  void all_mistakes_are_reported_together_each_with_its_source() {
    List<String> mistakes =
        mistakesOf(
            reader()
                .json(
                    "house.json",
                    """
                    {"dor": 1, "door": {"port": 70000, "patience": "5s", "colours": ["green"], "handle": true},
                     "stairs": [{"height": 1}, {"height": 10}, {"step": 1}], "warm": "yes", "rent": 1.5,
                     "visitor": {}}
                    """)
                .environment(Map.of("CLASSBELL_DOOR_POTR", "1", "CLASSBELL_DOOR_KEY", "")));

    assertThat(mistakes)
        .containsExactlyInAnyOrder(
            "CLASSBELL_DOOR_POTR: no such setting (environment)",
            "dor: no such setting (house.json)",
            "door.handle: no such setting (house.json)",
            "door.port: 70000 is not from 1 to 65535 (house.json)",
            "door.patience: must be an ISO-8601 duration such as PT15M, PT24H or P30D (house.json)",
            "door.colours[0]: must be one of red, dark-blue",
            "stairs[1].height: 10 is not from 0 to 9",
            "stairs[2].step: no such setting",
            "stairs[2].height: must be set (here or as CLASSBELL_STAIRS[2]_HEIGHT)",
            "visitor.name: must be set (here or as CLASSBELL_VISITOR_NAME)",
            "warm: must be true or false (house.json)",
            "rent: must be a whole number (house.json)");
  }

  @Test
  void numbers_must_be_whole_and_fit() {
    assertThat(mistakesOf(reader().json("a", "{\"rent\": 9223372036854775808}"))).hasSize(1);
    assertThat(mistakesOf(reader().json("a", "{\"rent\": 1e3}"))).hasSize(1);
    assertThat(mistakesOf(reader().json("a", "{\"door\": {\"port\": \"80\"}}"))).hasSize(1);
    assertThat(mistakesOf(reader().json("a", "{\"door\": {\"patience\": \"PT-1S\"}}"))).hasSize(1);
    assertThat(mistakesOf(reader().environment(Map.of("CLASSBELL_RENT", "12x")))).hasSize(1);
  }

  @Test
  void a_rule_between_settings_is_checked_and_named() {
    assertThat(mistakesOf(reader().json("a.json", "{\"rent\": 13}")))
        .containsExactly("rent: is unlucky (a.json)");
  }

  @Test
  void what_must_be_unanimous_cannot_be_changed_by_a_later_source() {
    assertThat(
            mistakesOf(
                reader()
                    .json("a", "{\"kind\": \"big\"}")
                    .environment(Map.of("CLASSBELL_KIND", "tiny"))))
        .containsExactly("kind: is big in a but tiny in environment (environment)");
    assertThat(
            mistakesOf(reader().json("a", "{\"kind\": \"big\"}").json("b", "{\"kind\": \"big\"}")))
        .isEmpty();
  }

  @Test
  void a_file_that_is_no_json_object_is_named_without_its_text(@TempDir Path dir)
      throws IOException {
    Path broken = Files.writeString(dir.resolve("broken.json"), "{\"door\": {\"key\": hunter2");
    Path twice = Files.writeString(dir.resolve("twice.json"), "{\"rent\": 1, \"rent\": 2}");
    Path list = Files.writeString(dir.resolve("list.json"), "[]");

    assertThatThrownBy(
            () ->
                reader().file(broken).file(twice).file(list).file(dir.resolve("none.json")).read())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("broken.json: is not JSON: line 1")
        .hasMessageContaining("twice.json: is not JSON: line 1")
        .hasMessageContaining("list.json: must hold one JSON object")
        .hasMessageContaining("none.json: can't be read")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void variables_that_kubernetes_makes_for_services_are_none_of_ours() {
    House house =
        reader()
            .environment(
                Map.of(
                    "CLASSBELL_DOOR_PORT", "tcp://10.0.0.1:8080",
                    "CLASSBELL_DOOR_SERVICE_HOST", "10.0.0.1",
                    "CLASSBELL_DOOR_SERVICE_PORT_HTTP", "8080",
                    "CLASSBELL_PORT_8080_TCP_ADDR", "10.0.0.1"))
            .read();

    assertThat(house.door().port()).isEqualTo(8080);
  }
}
