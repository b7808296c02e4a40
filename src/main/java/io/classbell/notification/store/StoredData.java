package io.classbell.notification.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.classbell.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of a fact as the database holds them: a flat JSON object of texts. */
final class StoredData {
  private static final TypeReference<LinkedHashMap<String, String>> TEXTS =
      new TypeReference<>() {};

  static Map<String, String> read(String json) {
    try {
      return Json.mapper().readValue(json, TEXTS);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no values: " + e.getOriginalMessage(), e);
    }
  }

  private StoredData() {}
}
