package io.classbell.http;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The OpenAPI document: the text that {@code /openapi.yaml} answers and the contract that routes
 * and validators are made from.
 *
 * @param text the document as it stands in the resources
 * @param api the same, resolved
 */
record Contract(Buffer text, OpenAPIContract api) {

  /** Where the API lives; the document's {@code servers} say the same. */
  static final String PREFIX = "/api/v1";

  private static final String RESOURCE = "/openapi.yaml";

  static Future<Contract> load(Vertx vertx) {
    return vertx
        .executeBlocking(Contract::read)
        .compose(
            text ->
                OpenAPIContract.from(vertx, resolvable(text)).map(api -> new Contract(text, api)));
  }

  private static Buffer read() {
    try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + RESOURCE + " is missing.");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * In the contract (ECMA 262) {@code $} is the very end; in Java also before a last line break.
   */
  @SuppressWarnings("unchecked")
  private static void endPatterns(Object node) {
    if (node instanceof List<?> items) {
      items.forEach(Contract::endPatterns);
    } else if (node instanceof Map<?, ?> map) {
      Map<String, Object> fields = (Map<String, Object>) map;
      fields.replaceAll(
          (name, value) ->
              name.equals("pattern") && value instanceof String regex && regex.endsWith("$")
                  ? regex.substring(0, regex.length() - 1) + "\\z"
                  : value);
      fields.values().forEach(Contract::endPatterns);
    }
  }

  /**
   * What the resolver can take of the document: absolute server addresses only, and no responses of
   * media types that it does not know ({@code application/problem+json}, {@code text/calendar}).
   * Requests are all that is validated from it.
   */
  @SuppressWarnings("unchecked")
  private static JsonObject resolvable(Buffer text) {
    Map<String, Object> document;
    try {
      document = new YAMLMapper().readValue(text.getBytes(), Map.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    endPatterns(document);
    JsonObject contract =
        new JsonObject(document)
            .put(
                "servers",
                new JsonArray().add(new JsonObject().put("url", "http://localhost" + PREFIX)));
    contract.getJsonObject("components").remove("responses");
    JsonObject anyResponse =
        new JsonObject().put("default", new JsonObject().put("description", "See the document."));
    for (Map.Entry<String, Object> path : contract.getJsonObject("paths")) {
      for (Map.Entry<String, Object> operation : (JsonObject) path.getValue()) {
        ((JsonObject) operation.getValue()).put("responses", anyResponse.copy());
      }
    }
    return contract;
  }
}
