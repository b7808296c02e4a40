package io.classbell.notification.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.classbell.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the data of a notification as the database stores it: a flat JSON object of strings. */
final class StoredData {
  private static final TypeReference<LinkedHashMap<String, String>> TEXTS =
      new TypeReference<>() {};

  static Map<String, String> read(String json) {
    try {
      return Json.mapper().readValue(json, TEXTS);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Not a JSON object of strings: " + e.getOriginalMessage(), e);
    }
  }

  private StoredData() {}
}
