package io.classbell.http.validation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.classbell.http.problem.Problem;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection.FieldError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request body token by token into a {@link JsonObject} whose getters return what was sent.
 *
 * <p>A JsonObject from the standard parser reads 9223372036854775808 as a negative number, 1e400 as
 * Long.MAX and 1.9 as 1, and keeps the last of two equal keys. Here an integer that fits a long is
 * an Integer or a Long in any notation: 1, 1.0 and 1e0 are the same number in JSON Schema. Any
 * other number is a {@link BigDecimal} and an error, because no field of this API accepts one. No
 * number passes through a double.
 */
public final class StrictJson {

  /**
   * @param value null for a JSON {@code null}; a {@link JsonObject}, or another JSON value
   * @param faults errors for numbers and texts that no field accepts, with their paths
   */
  public record Parsed(@Nullable Object value, List<FieldError> faults) {}

  private static final int MAX_DEPTH = 32;
  private static final int MAX_FAULTS = 50;
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  /** Stands for a number whose exponent does not fit an int. */
  private static final BigDecimal HUGE = new BigDecimal("1e400");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(1_000)
                  .maxNameLength(256)
                  .build())
          .build();

  private final JsonParser parser;
  private final Deque<String> path = new ArrayDeque<>();
  private final List<FieldError> faults = new ArrayList<>();

  private StrictJson(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Parses a body.
   *
   * @throws RejectedException 400 if it cannot be parsed, has duplicate keys or is nested too
   *     deeply; 422 for a field name that cannot be stored
   */
  public static Parsed read(Buffer body) {
    try (JsonParser parser = FACTORY.createParser(decoded(body))) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw Problem.malformed("The body is empty.");
      }
      StrictJson json = new StrictJson(parser);
      Object value = json.value(first);
      if (parser.nextToken() != null) {
        throw Problem.malformed("The body has content after the end of the JSON value.");
      }
      return new Parsed(value, json.faults);
    } catch (JsonProcessingException e) {
      throw Problem.malformed("The body is not valid JSON" + place(e.getLocation()) + ".");
    } catch (IOException e) {
      throw Problem.malformed("The body is not valid JSON in UTF-8.");
    }
  }

  /**
   * Parses a body that must be an object without errors.
   *
   * @throws RejectedException 400 if it cannot be parsed; 422 if it is not an object or has errors
   */
  static JsonObject parse(Buffer body) {
    Parsed parsed = read(body);
    if (!parsed.faults.isEmpty()) {
      throw Problem.fields(parsed.faults);
    }
    if (parsed.value instanceof JsonObject object) {
      return object;
    }
    throw Problem.field("", "wrong_type", "The body must be a JSON object.");
  }

  private static String place(@Nullable JsonLocation at) {
    return at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
  }

  /**
   * Decodes UTF-8 strictly (RFC 8259, 8.1), because the parser would detect and accept UTF-16 too.
   */
  private static String decoded(Buffer body) throws CharacterCodingException {
    String text =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes())).toString();
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private @Nullable Object value(JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> text(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw Problem.malformed("The body is not valid JSON.");
    };
  }

  private JsonObject object() throws IOException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (members.containsKey(name)) {
        throw Problem.malformed("The body has a key twice.");
      }
      if (!isStorable(name)) {
        throw Problem.field(
            dotted(), FieldRules.INVALID_TEXT, "A key has characters that can't be stored.");
      }
      path.addLast(name);
      members.put(name, value(parser.nextToken()));
      path.removeLast();
    }
    return new JsonObject(members);
  }

  private JsonArray array() throws IOException {
    List<@Nullable Object> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      path.addLast(Integer.toString(items.size()));
      items.add(value(t));
      path.removeLast();
    }
    return new JsonArray(items);
  }

  private Object number(String text) {
    BigDecimal exact;
    try {
      exact = new BigDecimal(text);
    } catch (NumberFormatException exponentTooLarge) {
      fault("out_of_range", "The number is out of range.");
      return text.startsWith("-") ? HUGE.negate() : HUGE;
    }
    if (!isInteger(exact)) {
      fault("not_an_integer", "Must be a whole number.");
      return exact;
    }
    if (exact.compareTo(MIN_LONG) < 0 || exact.compareTo(MAX_LONG) > 0) {
      fault("out_of_range", "The number is out of range.");
      return exact;
    }
    long value = exact.longValueExact();
    if (value == (int) value) {
      return (int) value;
    }
    return value;
  }

  /** Whether a number has no fraction, however it is written. */
  static boolean isInteger(BigDecimal number) {
    return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
  }

  private String text(String text) {
    if (!isStorable(text)) {
      fault(FieldRules.INVALID_TEXT, "The text has characters that can't be stored.");
    }
    return text;
  }

  /** Whether text contains neither NUL nor lone surrogates, which databases and mail alter. */
  private static boolean isStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean wellFormed =
          !Character.isSurrogate(c)
              || (Character.isHighSurrogate(c)
                  && i + 1 < text.length()
                  && Character.isLowSurrogate(text.charAt(++i)));
      if (c == 0 || !wellFormed) {
        return false;
      }
    }
    return true;
  }

  private void fault(String code, String message) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(new FieldError(dotted(), code, message));
    }
  }

  private String dotted() {
    return String.join(".", Collections.unmodifiableCollection(path));
  }
}
