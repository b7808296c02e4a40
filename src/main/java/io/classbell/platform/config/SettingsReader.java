package io.classbell.platform.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a settings record from several sources. Later sources override earlier ones, and the
 * environment overrides all: {@code
 * SettingsReader.of(Settings.class).file(path).environment(System.getenv()).read()}. Unknown names
 * are rejected, and the mistakes of all sources are reported together.
 */
public final class SettingsReader<R extends Record> {
  private static final String PREFIX = "CLASSBELL_";
  private static final String FILE_SUFFIX = "_FILE";

  /**
   * Variables that Kubernetes adds to every container for a service whose name begins with
   * "classbell".
   */
  private static final Pattern KUBERNETES_NAME =
      Pattern.compile(".*_SERVICE_(HOST|PORT(_.*)?)|.*_PORT_\\d+_(TCP|UDP|SCTP)(_.*)?");

  private static final Pattern KUBERNETES_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Class<R> type;
  private final List<Source> sources = new ArrayList<>();
  private Map<String, String> environment = Map.of();

  private record Source(String name, @Nullable Path file, String json) {}

  private SettingsReader(Class<R> type) {
    this.type = type;
  }

  /** Creates a reader for the record {@code type}, whose components carry {@link Setting}. */
  public static <R extends Record> SettingsReader<R> of(Class<R> type) {
    return new SettingsReader<>(type);
  }

  /**
   * Returns {@code type} with all defaults, for tests and for records without required settings.
   */
  public static <R extends Record> R defaults(Class<R> type) {
    return of(type).read();
  }

  /** Adds a JSON file, which may contain comments. */
  public SettingsReader<R> file(Path file) {
    sources.add(new Source(file.toString(), file, ""));
    return this;
  }

  /** Adds settings as JSON text; {@code name} is the source's name in error messages. */
  public SettingsReader<R> json(String name, String json) {
    sources.add(new Source(name, null, json));
    return this;
  }

  /**
   * Adds all variables that begin with {@code CLASSBELL_}. A secret may also be given as {@code
   * CLASSBELL_…_FILE}, the name of a file that holds it.
   */
  public SettingsReader<R> environment(Map<String, String> variables) {
    this.environment = Map.copyOf(variables);
    return this;
  }

  /**
   * Reads and checks all sources.
   *
   * @throws ConfigurationException with all mistakes, if there are any
   */
  public R read() {
    List<SettingsComponent> leaves = SettingsComponent.leaves(type, "");
    SettingsSources layers =
        new SettingsSources(
            leaves.stream()
                .filter(leaf -> leaf.setting().unanimous())
                .collect(Collectors.toMap(SettingsComponent::path, Function.identity())));
    SettingsErrors early = new SettingsErrors(Map.of());
    sources.forEach(source -> lay(source, layers, early));
    layers.lay(fromEnvironment(leaves, early), "environment");

    SettingsErrors mistakes = new SettingsErrors(layers.sourceByPath());
    mistakes.addAll(early);
    R settings = new SettingsBinder(mistakes).bind(type, layers.tree(), "");
    layers.disagreements().forEach((path, what) -> mistakes.add(path, what));
    if (settings == null || mistakes.count() > 0) {
      throw new ConfigurationException(mistakes.found());
    }
    return settings;
  }

  private static void lay(Source source, SettingsSources layers, SettingsErrors mistakes) {
    try {
      String json = source.file == null ? source.json : Files.readString(source.file);
      if (SettingsSources.JSON.readTree(json) instanceof ObjectNode object) {
        layers.lay(object, source.name);
      } else {
        mistakes.add(source.name, "must hold one JSON object");
      }
    } catch (JsonProcessingException e) {
      var where = e.getLocation();
      mistakes.add(
          source.name,
          "is not JSON: line "
              + where.getLineNr()
              + ", column "
              + where.getColumnNr()
              + ": "
              + reason(e));
    } catch (IOException e) {
      mistakes.add(source.name, "can't be read");
    }
  }

  /**
   * Returns the parser's message without its excerpt of the source, which could contain a secret.
   */
  private static String reason(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message.startsWith("Duplicate field") ? message : "syntax error";
  }

  private ObjectNode fromEnvironment(List<SettingsComponent> leaves, SettingsErrors mistakes) {
    Map<String, SettingsComponent> byName =
        leaves.stream()
            .collect(Collectors.toMap(SettingsComponent::environmentName, Function.identity()));
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && !isFromKubernetes(name, value)) {
                put(tree, byName, name, value, mistakes);
              }
            });
    return tree;
  }

  private static void put(
      ObjectNode tree,
      Map<String, SettingsComponent> byName,
      String name,
      String value,
      SettingsErrors mistakes) {
    SettingsComponent shape = byName.get(name);
    if (shape != null) {
      JsonNode node = SettingsSources.fromText(shape, value);
      if (node != null) {
        SettingsSources.put(tree, shape.path(), node);
      }
      return;
    }
    SettingsComponent secret =
        name.endsWith(FILE_SUFFIX)
            ? byName.get(name.substring(0, name.length() - FILE_SUFFIX.length()))
            : null;
    if (secret == null || !secret.isSecret()) {
      mistakes.add(name, "no such setting (environment)");
      return;
    }
    try {
      SettingsSources.put(
          tree,
          secret.path(),
          SettingValue.fromText(String.class, Files.readString(Path.of(value)).strip()));
    } catch (IOException | InvalidPathException e) {
      mistakes.add(name, "names a file that can't be read (environment)");
    }
  }

  private static boolean isFromKubernetes(String name, String value) {
    return KUBERNETES_NAME.matcher(name).matches() || KUBERNETES_VALUE.matcher(value).matches();
  }
}
