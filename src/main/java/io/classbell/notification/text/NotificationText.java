package io.classbell.notification.text;

import io.classbell.notification.api.NotificationApi.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Renders notifications as plain text in the recipient's language and time zone. Has no side
 * effects. Values that are missing or malformed are left out.
 */
public final class NotificationText {
  /** Length of the database column. */
  private static final int LONGEST_TITLE = 300;

  private static final int LONGEST_TEXT = 10_000;

  /** A rendered notification: a title of one line and a text of one or more lines. */
  public record Text(String title, String text) {}

  /**
   * The values that the templates of one event need; {@code nameOf} returns a user's name by id.
   */
  private record FactValues(
      Kind kind,
      Map<String, String> data,
      Language language,
      ZoneId zone,
      UnaryOperator<@Nullable String> nameOf)
      implements Template.Values {

    @Override
    public @Nullable String of(String name) {
      return switch (name) {
        case "student" -> person("studentId");
        case "teacher" -> person("teacherId");
        case "when" -> time("startsAt");
        case "previousWhen" -> time("previousStartsAt");
        case "amount", "refund", "fee" -> amount(data.get(name));
        case "duration" -> minutes(data.get("durationMinutes"));
        case "before" -> span(data.getOrDefault("left", data.get("before")));
        case "lateBy" -> span(data.get(name));
        case "reasons" -> reasons(data.get(name));
        case "cancelledBy" -> word("person.", data.get(name));
        case "decision" -> word("decision.", data.get(name));
        case "outcome" -> word("dispute.", data.get(name));
        case "reason" -> reason();
        default -> filled(data.get(name));
      };
    }

    private @Nullable String person(String key) {
      String id = data.get(key);
      return id == null ? null : nameOf.apply(id);
    }

    private @Nullable String time(String key) {
      String value = data.get(key);
      try {
        return value == null ? null : language.when(Instant.parse(value), zone);
      } catch (DateTimeException e) {
        return null;
      }
    }

    private @Nullable String amount(@Nullable String value) {
      try {
        return value == null ? null : language.amount(Long.parseLong(value));
      } catch (NumberFormatException e) {
        return null;
      }
    }

    private @Nullable String minutes(@Nullable String value) {
      try {
        return value == null ? null : language.duration(Duration.ofMinutes(Long.parseLong(value)));
      } catch (NumberFormatException e) {
        return null;
      }
    }

    private @Nullable String span(@Nullable String value) {
      try {
        Duration span = value == null ? Duration.ZERO : Duration.parse(value);
        return span.isZero() ? null : language.span(span);
      } catch (DateTimeException e) {
        return null;
      }
    }

    private @Nullable String word(String prefix, @Nullable String value) {
      return value == null ? null : language.wordOrNull(prefix + value);
    }

    /**
     * A code of the platform is translated, or left out if it is unknown; other reasons are text by
     * users.
     */
    private @Nullable String reason() {
      String value = filled(data.get("reason"));
      boolean isCode = kind == Kind.booking_rejected || "platform".equals(data.get("cancelledBy"));
      return isCode ? word("reason.", value) : value;
    }

    /**
     * Translates codes, such as {@code teacher_absent student_absent:2}, to a sentence each;
     * unknown words stay.
     */
    private @Nullable String reasons(@Nullable String value) {
      String codes = filled(value);
      return codes == null
          ? null
          : Arrays.stream(codes.split(" ")).map(this::reason).collect(Collectors.joining(" "));
    }

    private String reason(String code) {
      int colon = code.indexOf(':');
      String key = "review." + (colon < 0 ? code : code.substring(0, colon) + ".many");
      return language.wordOrNull(key) == null
          ? code
          : language.template(key).fill(name -> code.substring(colon + 1));
    }

    private static @Nullable String filled(@Nullable String value) {
      return value == null || value.isBlank() ? null : value.strip();
    }
  }

  /**
   * Renders an event; {@code nameOf} returns a user's name by id, or null if the user is unknown.
   */
  public static Text of(
      Kind kind,
      Map<String, String> data,
      Language language,
      ZoneId zone,
      UnaryOperator<@Nullable String> nameOf) {
    FactValues values = new FactValues(kind, data, language, zone, nameOf);
    String audience = data.get("audience");
    String title = language.template(kind.name(), audience, "title").fill(values);
    String text = language.template(kind.name(), audience, "text").fill(values);
    return new Text(PlainText.line(title, LONGEST_TITLE), PlainText.lines(text, LONGEST_TEXT));
  }

  private NotificationText() {}
}
