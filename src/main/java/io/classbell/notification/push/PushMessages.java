package io.classbell.notification.push;

import io.classbell.notification.push.PushPort.Message;
import io.classbell.notification.text.PlainText;
import io.classbell.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Fits messages into the size that a provider accepts. */
final class PushMessages {
  /** What a device needs to open the right page; the rest it asks for. */
  private static final List<String> DATA = List.of("meetingId", "bookingId", "startsAt");

  private static final int SHORTEST_TEXT = 20;

  /** The notification's data for the device: strings only. */
  static Map<String, String> data(Message message) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put("notificationId", message.id());
    data.put("kind", message.kind());
    for (String key : DATA) {
      String value = message.data().get(key);
      if (value != null) {
        data.put(key, value);
      }
    }
    return data;
  }

  /** Renders the message as JSON of at most {@code most} bytes; shortens its text if needed. */
  static byte[] fit(Message message, int most, Function<Message, Object> render) {
    int length = message.text().length();
    while (true) {
      Message shorter =
          new Message(
              message.id(),
              message.kind(),
              PlainText.line(message.title(), 200),
              clip(message.text(), length),
              message.data());
      byte[] json = Json.write(render.apply(shorter)).getBytes(StandardCharsets.UTF_8);
      if (json.length <= most || length <= SHORTEST_TEXT) {
        return json;
      }
      length = length * 3 / 4;
    }
  }

  private static String clip(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end) + "…";
  }

  private PushMessages() {}
}
