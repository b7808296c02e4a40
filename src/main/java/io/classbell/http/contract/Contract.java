package io.classbell.http.contract;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The OpenAPI document: the text that {@code /openapi.yaml} serves and the parsed contract from
 * which routes and validators are created.
 *
 * @param text the document as it stands in the resources
 * @param api the same, resolved
 * @param access which roles may call which operation
 */
public record Contract(Buffer text, OpenAPIContract api, Access access) {

  /** Base path of the API, as in the document's {@code servers}. */
  public static final String PREFIX = "/api/v1";

  /** The address in the document's {@code servers}, which makes the file usable by itself. */
  private static final String DOCUMENT_ORIGIN = "http://localhost:8080";

  private static final String CALENDAR_FEED_ROUTE = "/calendar/{token}";

  /** The end of a feed's address, behind its token. */
  public static final String CALENDAR_FEED_SUFFIX = ".ics";

  private static final String RESOURCE = "/openapi.yaml";

  /** The path of an operation as the document has it: the router's lacks the suffix of feeds. */
  public static String documentedPath(String path) {
    return path.equals(CALENDAR_FEED_ROUTE) ? path + CALENDAR_FEED_SUFFIX : path;
  }

  /** The contract as it stands in the resources, with the limits of default settings. */
  public static Future<Contract> load(Vertx vertx) {
    return load(vertx, Map.of());
  }

  /**
   * The contract of an installation.
   *
   * @param maxima maximum values of this installation, by the name of the schema that they limit
   */
  public static Future<Contract> load(Vertx vertx, Map<String, Long> maxima) {
    return vertx.executeBlocking(Contract::read).compose(text -> of(vertx, text, maxima));
  }

  public static Future<Contract> of(Vertx vertx, Buffer text) {
    return of(vertx, text, Map.of());
  }

  private static Future<Contract> of(Vertx vertx, Buffer text, Map<String, Long> maxima) {
    return OpenAPIContract.from(vertx, resolvable(text, maxima))
        .map(api -> new Contract(text, api, Access.of(api)));
  }

  /**
   * The document for clients of this installation: generated clients call the first server that it
   * names, and some cannot resolve a relative address.
   *
   * @param origin scheme, host and port under which clients reach the installation
   */
  public Buffer textFor(String origin) {
    String server = "- url: " + DOCUMENT_ORIGIN + PREFIX + "\n";
    String document = text.toString();
    if (!document.contains(server)) {
      throw new IllegalStateException("The contract's servers do not name " + DOCUMENT_ORIGIN);
    }
    return Buffer.buffer(document.replace(server, "- url: " + origin + PREFIX + "\n"));
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
   * Replaces {@code $} in patterns: in the contract (ECMA 262) it matches only the very end, in
   * Java also before a final line break.
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
   * The part of the document that the resolver accepts: no responses, as it does not know the media
   * types {@code application/problem+json} and {@code text/calendar}, and only path parameters that
   * are a whole segment. Only requests are validated from it.
   */
  @SuppressWarnings("unchecked")
  private static JsonObject resolvable(Buffer text, Map<String, Long> maxima) {
    Map<String, Object> document;
    try {
      document = new YAMLMapper().readValue(text.getBytes(), Map.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    endPatterns(document);
    JsonObject contract = new JsonObject(document);
    JsonObject paths = contract.getJsonObject("paths");
    paths.put(CALENDAR_FEED_ROUTE, paths.remove(CALENDAR_FEED_ROUTE + CALENDAR_FEED_SUFFIX));
    contract.getJsonObject("components").remove("responses");
    JsonObject schemas = contract.getJsonObject("components").getJsonObject("schemas");
    maxima.forEach((name, maximum) -> schemas.getJsonObject(name).put("maximum", maximum));
    contract.getJsonObject("components").remove("examples");
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
