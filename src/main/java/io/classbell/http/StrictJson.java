package io.classbell.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.classbell.platform.bus.Refused;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
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
 * Reads a request body token by token into a {@link JsonObject} whose getters can't lie.
 *
 * <p>A JsonObject made by the usual parser reads 9223372036854775808 as a negative number, 1e400 as
 * Long.MAX and 1.9 as 1, and lets the last of two equal keys win. Here a number is an integer that
 * fits a long, or the body is refused; no field of this API is anything else.
 */
final class StrictJson {

  private static final int MAX_DEPTH = 32;
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(1_000)
                  .maxNameLength(256)
                  .build())
          .build();

  private StrictJson() {}

  /**
   * The body as an object.
   *
   * @throws Refused 400 for what can't be parsed (duplicate keys and deep nesting too), 422 for a
   *     number that is no long, for text that is no Unicode, and for anything but an object
   */
  static JsonObject parse(Buffer body) {
    try (JsonParser parser = FACTORY.createParser(decoded(body))) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw Problem.malformed("The body is empty.");
      }
      Deque<String> path = new ArrayDeque<>();
      Object value = value(parser, first, path);
      if (parser.nextToken() != null) {
        throw Problem.malformed("There is something after the end of the JSON value.");
      }
      if (value instanceof JsonObject object) {
        return object;
      }
      throw Problem.field("", "wrong_type", "The body must be a JSON object.");
    } catch (IOException e) {
      throw Problem.malformed("The body is not JSON that can be accepted.");
    }
  }

  /** JSON is UTF-8 (RFC 8259, 8.1); the parser would guess, and take UTF-16 as well. */
  private static String decoded(Buffer body) throws CharacterCodingException {
    String text =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes())).toString();
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private static @Nullable Object value(JsonParser parser, JsonToken token, Deque<String> path)
      throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser, path);
      case START_ARRAY -> array(parser, path);
      case VALUE_STRING -> text(parser.getText(), path);
      case VALUE_NUMBER_INT -> integer(parser, path);
      case VALUE_NUMBER_FLOAT ->
          throw Problem.field(dotted(path), "not_an_integer", "Must be an integer.");
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw Problem.malformed("The body is not JSON that can be accepted.");
    };
  }

  private static JsonObject object(JsonParser parser, Deque<String> path) throws IOException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (members.containsKey(name)) {
        throw Problem.malformed("The body has a key twice.");
      }
      path.addLast(name);
      text(name, path);
      members.put(name, value(parser, parser.nextToken(), path));
      path.removeLast();
    }
    return new JsonObject(members);
  }

  private static JsonArray array(JsonParser parser, Deque<String> path) throws IOException {
    List<@Nullable Object> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      path.addLast(Integer.toString(items.size()));
      items.add(value(parser, t, path));
      path.removeLast();
    }
    return new JsonArray(items);
  }

  private static Object integer(JsonParser parser, Deque<String> path) throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> parser.getIntValue();
      case LONG -> parser.getLongValue();
      default -> throw Problem.field(dotted(path), "out_of_range", "The number is out of range.");
    };
  }

  /**
   * NUL and halves of surrogate pairs have no place in text, and databases and mail change them.
   */
  private static String text(String text, Deque<String> path) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean wellFormed =
          !Character.isSurrogate(c)
              || (Character.isHighSurrogate(c)
                  && i + 1 < text.length()
                  && Character.isLowSurrogate(text.charAt(++i)));
      if (c == 0 || !wellFormed) {
        throw Problem.field(
            dotted(path), "invalid_text", "The text has characters that can't be stored.");
      }
    }
    return text;
  }

  private static String dotted(Deque<String> path) {
    return String.join(".", Collections.unmodifiableCollection(path));
  }
}
