package io.classbell.http;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The contract as a tree, with its references resolved on request. */
final class ContractDocument {

  /** One method of one path. */
  record Endpoint(String method, String path, JsonObject operation) {
    String id() {
      return operation.getString("operationId");
    }
  }

  private final JsonObject root;

  private ContractDocument(JsonObject root) {
    this.root = root;
  }

  @SuppressWarnings("unchecked")
  static ContractDocument read() {
    try (InputStream in = ContractDocument.class.getResourceAsStream("/openapi.yaml")) {
      return new ContractDocument(
          new JsonObject((Map<String, Object>) new YAMLMapper().readValue(in, Map.class)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonObject root() {
    return root;
  }

  JsonObject components(String section) {
    return root.getJsonObject("components").getJsonObject(section);
  }

  JsonObject schema(String name) {
    return components("schemas").getJsonObject(name);
  }

  List<String> enumOf(String schema) {
    List<String> names = new ArrayList<>();
    schema(schema).getJsonArray("enum").forEach(name -> names.add((String) name));
    return names;
  }

  List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>();
    for (Map.Entry<String, Object> path : root.getJsonObject("paths")) {
      for (Map.Entry<String, Object> operation : (JsonObject) path.getValue()) {
        all.add(new Endpoint(operation.getKey(), path.getKey(), (JsonObject) operation.getValue()));
      }
    }
    return all;
  }

  /** The node itself, or what it refers to. */
  JsonObject resolved(JsonObject node) {
    String reference = node.getString("$ref");
    if (reference == null) {
      return node;
    }
    JsonObject target = root;
    for (String step : reference.substring("#/".length()).split("/")) {
      target = target.getJsonObject(step);
    }
    return resolved(target);
  }

  /** The examples of a media type, a parameter or a header, by name. */
  Map<String, Object> examplesOf(JsonObject node) {
    Map<String, Object> examples = new java.util.TreeMap<>();
    if (node.containsKey("example")) {
      examples.put("example", node.getValue("example"));
    }
    for (Map.Entry<String, Object> example : node.getJsonObject("examples", new JsonObject())) {
      examples.put(example.getKey(), resolved((JsonObject) example.getValue()).getValue("value"));
    }
    return examples;
  }

  /** What is wrong with the value by the schema, or null if it is valid. */
  @Nullable String faultOf(JsonObject schema, Object value) {
    JsonObject whole =
        schema
            .copy()
            .put("components", new JsonObject().put("schemas", components("schemas").copy()));
    JsonSchemaOptions options =
        new JsonSchemaOptions()
            .setBaseUri("app://test")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);
    JsonSchema json = JsonSchema.of(whole);
    OutputUnit result =
        SchemaRepository.create(options).dereference(json).validator(json).validate(value);
    return result.getValid()
        ? null
        : result.getErrors().stream()
            .map(unit -> unit.getInstanceLocation() + " " + unit.getError())
            .collect(Collectors.joining("; "));
  }

  /** Names under {@code required}, and those under {@code properties}. */
  List<String> required(JsonObject schema) {
    List<String> names = new ArrayList<>();
    schema.getJsonArray("required", new JsonArray()).forEach(name -> names.add((String) name));
    return names;
  }
}
