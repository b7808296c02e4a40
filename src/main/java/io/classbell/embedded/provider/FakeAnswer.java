package io.classbell.embedded.provider;

import java.util.Map;

/** An answer of a fake provider. */
record FakeAnswer(int status, String contentType, String body, Map<String, String> headers) {

  static FakeAnswer json(int status, String body) {
    return new FakeAnswer(status, "application/json", body, Map.of());
  }

  static FakeAnswer page(String html) {
    return new FakeAnswer(200, "text/html; charset=utf-8", html, Map.of());
  }

  static FakeAnswer seeOther(String location) {
    return new FakeAnswer(303, "text/plain", "", Map.of("Location", location));
  }

  FakeAnswer with(String name, String value) {
    Map<String, String> more = new java.util.HashMap<>(headers);
    more.put(name, value);
    return new FakeAnswer(status, contentType, body, more);
  }
}
