package io.classbell.http.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The texts of the web application: the same keys, slots and plurals in each language, all used.
 */
class WebTextTest {
  private static final Path WEB = Path.of("src/main/resources/web");

  /** The plural categories of whole numbers (Unicode CLDR). */
  private static final Map<String, Set<String>> PLURALS =
      Map.of("en", Set.of("one", "other"), "de", Set.of("one", "other"), "zh-CN", Set.of("other"));

  /** Keys that are made of a prefix and a value of an enum of the contract. */
  private static final Map<String, String> ENUMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("error.", "ErrorCode"),
              Map.entry("field.", "FieldErrorCode"),
              Map.entry("status.", "MeetingStatus"),
              Map.entry("booking.", "BookingStatus"),
              Map.entry("attendance.", "Attendance"),
              Map.entry("line.", "WalletLineKind"),
              Map.entry("rule.", "Rule"),
              Map.entry("kind.", "NotificationKind"),
              Map.entry("conflict.", "SlotConflictCode"),
              Map.entry("withdrawal.", "WithdrawalStatus"),
              Map.entry("provider.", "PayoutProvider"),
              Map.entry("role.", "Role")));

  private static final Pattern LITERAL = Pattern.compile("[\"`]([a-z]\\w*(?:\\.\\w+)+)[\"`]");
  private static final Pattern PREFIX = Pattern.compile("\"((?:[a-z]\\w*\\.)+)\" \\+");
  private static final Pattern SLOT = Pattern.compile("\\{(\\w+)}");

  private static JsonObject json(String file) {
    try {
      return Buffer.buffer(Files.readAllBytes(WEB.resolve(file))).toJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The directories of the texts, relative to the texts' own: an area of pages each. */
  private static List<String> areas() throws IOException {
    try (Stream<Path> files = Files.walk(WEB.resolve("text"))) {
      return files
          .filter(Files::isDirectory)
          .map(directory -> WEB.resolve("text").relativize(directory).toString())
          .map(area -> area.isEmpty() ? "" : area + "/")
          .sorted()
          .toList();
    }
  }

  private static String allCode() throws IOException {
    StringBuilder code = new StringBuilder();
    try (Stream<Path> files = Files.walk(WEB.resolve("app"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".js")).sorted().toList()) {
        code.append(Files.readString(file)).append('\n');
      }
    }
    return code.toString();
  }

  private static Set<String> slots(Object text) {
    Set<String> slots = new TreeSet<>();
    Matcher slot = SLOT.matcher(text.toString().replaceAll("\"(one|other)\"", ""));
    while (slot.find()) {
      slots.add(slot.group(1));
    }
    return slots;
  }

  @Test
  void all_languages_have_the_same_keys_and_slots_and_their_own_plurals() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String area : areas()) {
      JsonObject english = json("text/" + area + "en.json");
      for (String language : WebApp.LANGUAGES) {
        JsonObject texts = json("text/" + area + language + ".json");
        assertThat(texts.fieldNames()).as(area + language).isEqualTo(english.fieldNames());
        for (String key : english.fieldNames()) {
          Object text = texts.getValue(key);
          Object original = english.getValue(key);
          if (!slots(text).equals(slots(original))) {
            wrong.add(language + " " + key + ": slots " + slots(text));
          }
          if (text instanceof JsonObject != original instanceof JsonObject) {
            wrong.add(language + " " + key + ": only one of them has plurals");
          }
          if (text instanceof JsonObject plurals
              && !plurals.fieldNames().equals(PLURALS.get(language))) {
            wrong.add(language + " " + key + ": plurals " + plurals.fieldNames());
          }
          if (text.toString().isBlank()) {
            wrong.add(language + " " + key + " is empty");
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void every_text_is_used_and_every_used_text_is_there() throws IOException {
    String code = allCode();
    Set<String> used = new TreeSet<>(List.of("state.noscript", "state.loading"));
    Matcher literal = LITERAL.matcher(code);
    while (literal.find()) {
      used.add(literal.group(1));
    }
    for (Object path :
        Buffer.buffer(Files.readAllBytes(WEB.resolve("app/paths.json"))).toJsonArray()) {
      used.add("title." + ((JsonObject) path).getString("title"));
    }
    Set<String> prefixes = new TreeSet<>();
    Matcher prefix = PREFIX.matcher(code);
    while (prefix.find()) {
      prefixes.add(prefix.group(1));
    }
    Set<String> known = new TreeSet<>();
    for (String area : areas()) {
      known.addAll(json("text/" + area + "en.json").fieldNames());
    }
    Set<String> areaNames = new TreeSet<>();
    known.forEach(key -> areaNames.add(key.substring(0, key.indexOf('.') + 1)));
    assertThat(known)
        .as("texts that no module uses")
        .allMatch(key -> used.contains(key) || prefixes.stream().anyMatch(key::startsWith));
    used.removeIf(key -> !areaNames.contains(key.substring(0, key.indexOf('.') + 1)));
    used.removeIf(key -> key.endsWith(".js") || key.endsWith(".json"));
    assertThat(known).as("texts that modules use").containsAll(used);
  }

  @Test
  void every_value_of_the_contract_has_a_text() throws IOException {
    String contract = Files.readString(Path.of("src/main/resources/openapi.yaml"));
    JsonObject english = json("text/en.json");
    ENUMS.forEach(
        (prefix, schema) ->
            assertThat(valuesOf(contract, schema))
                .as(schema)
                .isNotEmpty()
                .allMatch(value -> english.containsKey(prefix + value)));
  }

  private static List<String> valuesOf(String contract, String schema) {
    Matcher block =
        Pattern.compile("(?m)^    " + schema + ":(?: \\{.*|(?:\\n      .*)+)").matcher(contract);
    assertThat(block.find()).as(schema).isTrue();
    String text = block.group();
    Matcher inline = Pattern.compile("enum: \\[([^]]+)]").matcher(text);
    if (inline.find()) {
      return List.of(inline.group(1).split(",\\s*"));
    }
    return Pattern.compile("- (\\w+)").matcher(text).results().map(m -> m.group(1)).toList();
  }

  @Test
  void templates_contain_no_text_of_their_own() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String template : JavaScriptTemplates.of(allCode())) {
      String text = template.replaceAll("<[^<>]*>", " ").replaceAll("&\\w+;", " ");
      if (text.codePoints().anyMatch(Character::isLetter)) {
        wrong.add(text.strip());
      }
      Matcher attribute =
          Pattern.compile("(?:aria-label|title|placeholder|alt)=\"([^\"\0]*\\p{L}[^\"]*)\"")
              .matcher(template);
      if (attribute.find()) {
        wrong.add(attribute.group());
      }
    }
    assertThat(wrong).isEmpty();
  }
}
