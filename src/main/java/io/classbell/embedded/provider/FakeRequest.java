package io.classbell.embedded.provider;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request to a fake provider. */
public record FakeRequest(
    String method, String path, Map<String, String> query, byte[] body, HttpExchange exchange) {

  static FakeRequest of(HttpExchange exchange, String prefix) throws IOException {
    return new FakeRequest(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath().substring(prefix.length()),
        form(exchange.getRequestURI().getRawQuery()),
        exchange.getRequestBody().readAllBytes(),
        exchange);
  }

  @Nullable String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The fields of a form-encoded body. */
  Map<String, String> form() {
    return form(text());
  }

  private static Map<String, String> form(@Nullable String encoded) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (encoded == null || encoded.isEmpty()) {
      return fields;
    }
    for (String pair : encoded.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      fields.put(
          URLDecoder.decode(name, StandardCharsets.UTF_8),
          URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return fields;
  }
}
