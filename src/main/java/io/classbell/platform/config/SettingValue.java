package io.classbell.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Converts single values: from text (environment, defaults) to JSON, and from JSON to the type of a
 * component.
 */
final class SettingValue {

  /**
   * Thrown for an invalid value. The message is meant for operators and never contains a secret.
   */
  static final class UnreadableValue extends Exception {
    UnreadableValue(String why) {
      super(why);
    }
  }

  private SettingValue() {}

  /**
   * Converts {@code text} to JSON for the given type; text that does not fit the type stays text.
   */
  static JsonNode fromText(Class<?> type, String text) {
    if (isWhole(type) && text.matches("-?\\d{1,18}")) {
      return LongNode.valueOf(Long.parseLong(text));
    } else if (isBoolean(type) && (text.equals("true") || text.equals("false"))) {
      return BooleanNode.valueOf(Boolean.parseBoolean(text));
    }
    return TextNode.valueOf(text);
  }

  /** Converts {@code node} to {@code type}, and checks the bounds of {@code setting}. */
  static Object read(Class<?> type, JsonNode node, Setting setting) throws UnreadableValue {
    if (isWhole(type)) {
      return whole(type, node, setting);
    } else if (isBoolean(type)) {
      if (!node.isBoolean()) {
        throw new UnreadableValue("must be true or false");
      }
      return node.booleanValue();
    } else if (!node.isTextual()) {
      throw new UnreadableValue("must be text");
    } else if (type == Duration.class) {
      return duration(node.textValue(), setting);
    } else if (type.isEnum()) {
      return constant(type, node.textValue());
    }
    String text = text(node.textValue(), setting);
    return type == Secret.class ? Secret.of(text) : text;
  }

  private static boolean isBoolean(Class<?> type) {
    return type == boolean.class || type == Boolean.class;
  }

  private static boolean isWhole(Class<?> type) {
    return type == int.class || type == long.class || type == Integer.class || type == Long.class;
  }

  private static Object whole(Class<?> type, JsonNode node, Setting setting)
      throws UnreadableValue {
    boolean isInt = type == int.class || type == Integer.class;
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new UnreadableValue("must be a whole number");
    }
    long min = Math.max(setting.min(), isInt ? Integer.MIN_VALUE : Long.MIN_VALUE);
    long max = Math.min(setting.max(), isInt ? Integer.MAX_VALUE : Long.MAX_VALUE);
    long value = node.longValue();
    if (value < min || value > max) {
      throw new UnreadableValue(value + " is not from " + min + " to " + max);
    }
    if (isInt) {
      return (int) value;
    }
    return value;
  }

  private static Duration duration(String text, Setting setting) throws UnreadableValue {
    Duration value;
    try {
      value = Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new UnreadableValue("must be an ISO-8601 duration such as PT15M, PT24H or P30D");
    }
    Duration min = setting.atLeast().isEmpty() ? Duration.ZERO : Duration.parse(setting.atLeast());
    if (value.compareTo(min) < 0) {
      throw new UnreadableValue(value + " is shorter than " + min);
    }
    if (!setting.atMost().isEmpty() && value.compareTo(Duration.parse(setting.atMost())) > 0) {
      throw new UnreadableValue(value + " is longer than " + setting.atMost());
    }
    return value;
  }

  private static Object constant(Class<?> type, String text) throws UnreadableValue {
    for (Object constant : type.getEnumConstants()) {
      if (SettingsComponent.constant(constant).equals(text)) {
        return constant;
      }
    }
    throw new UnreadableValue(
        "must be one of "
            + Arrays.stream(type.getEnumConstants())
                .map(SettingsComponent::constant)
                .collect(Collectors.joining(", ")));
  }

  private static String text(String text, Setting setting) throws UnreadableValue {
    if (text.isBlank()) {
      throw new UnreadableValue("must not be empty");
    }
    if (text.length() < setting.min()) {
      throw new UnreadableValue("must have at least " + setting.min() + " characters");
    }
    if (text.length() > setting.max()) {
      throw new UnreadableValue("must have at most " + setting.max() + " characters");
    }
    return text;
  }
}
