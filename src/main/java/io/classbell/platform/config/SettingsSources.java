package io.classbell.platform.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Merges sources into one tree, later ones over earlier ones, and records the source of each value.
 */
final class SettingsSources {
  /** Settings files may contain comments but no duplicate names. */
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode tree = JsonNodeFactory.instance.objectNode();
  private final Map<String, String> sourceByPath = new HashMap<>();
  private final Map<String, String> disagreements = new HashMap<>();
  private final Map<String, SettingsComponent> unanimous;

  /**
   * @param unanimous the settings, by path, that no later source may change
   */
  SettingsSources(Map<String, SettingsComponent> unanimous) {
    this.unanimous = unanimous;
  }

  ObjectNode tree() {
    return tree;
  }

  Map<String, String> sourceByPath() {
    return sourceByPath;
  }

  /**
   * Returns the settings that sources disagree on though they must not: by path, which source set
   * which value.
   */
  Map<String, String> disagreements() {
    return disagreements;
  }

  /** Merges {@code upper} over the values that are already there. */
  void lay(ObjectNode upper, String source) {
    merge(tree, upper, "", source);
  }

  private void merge(ObjectNode lower, ObjectNode upper, String path, String source) {
    for (Map.Entry<String, JsonNode> field : upper.properties()) {
      String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      JsonNode below = lower.get(field.getKey());
      if (below instanceof ObjectNode into && field.getValue() instanceof ObjectNode from) {
        merge(into, from, at, source);
      } else {
        noteDisagreement(at, below, field.getValue(), source);
        lower.set(field.getKey(), field.getValue().deepCopy());
        note(field.getValue(), at, source);
      }
    }
  }

  private void noteDisagreement(
      String path, @Nullable JsonNode below, JsonNode above, String source) {
    if (below != null && unanimous.containsKey(path) && !below.equals(above)) {
      disagreements.put(
          path,
          "is "
              + below.asText()
              + " in "
              + sourceByPath.get(path)
              + " but "
              + above.asText()
              + " in "
              + source);
    }
  }

  private void note(JsonNode node, String path, String source) {
    sourceByPath.put(path, source);
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(field -> note(field.getValue(), path + "." + field.getKey(), source));
    }
  }

  /** Sets the value at a dotted path and creates the objects in between. */
  static void put(ObjectNode tree, String path, JsonNode value) {
    String[] steps = path.split("\\.");
    ObjectNode at = tree;
    for (int i = 0; i < steps.length - 1; i++) {
      JsonNode next = at.get(steps[i]);
      at = next instanceof ObjectNode object ? object : at.putObject(steps[i]);
    }
    at.set(steps[steps.length - 1], value);
  }

  /**
   * Parses {@code text} for a setting; null for no text. Lists are JSON arrays or comma-separated
   * values.
   */
  static @Nullable JsonNode fromText(SettingsComponent shape, String text) {
    if (text.isEmpty()) {
      return null;
    }
    if (!shape.isList()) {
      return SettingValue.fromText(shape.type(), text);
    }
    if (text.startsWith("[")) {
      try {
        return JSON.readTree(text);
      } catch (JsonProcessingException e) {
        return SettingValue.fromText(String.class, text);
      }
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (String word : text.split(",")) {
      list.add(SettingValue.fromText(shape.elementType(), word.strip()));
    }
    return list;
  }
}
