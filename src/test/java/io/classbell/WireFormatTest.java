package io.classbell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.platform.bus.Event;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.json.Json;
import io.classbell.platform.node.ClockKeeper;
import io.classbell.platform.outbox.Outbox;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Two versions run side by side, and the outbox keeps messages for months: what was once written as
 * JSON must stay readable, and what is written must stay readable for those who knew less. The
 * files under {@code wire} hold an example of every record that travels.
 *
 * <p>A record may gain fields that can be null, and nothing else. {@code
 * -Dclassbell.wire.write=true} writes down the records that are new (and, once their files are
 * deleted, those that were changed on purpose before anybody ran them).
 */
class WireFormatTest {
  private static final Path FILES = Path.of("src/test/resources/wire");
  private static final boolean WRITE = Boolean.getBoolean("classbell.wire.write");

  @TestFactory
  Stream<DynamicTest> every_record_that_travels_is_still_read_and_written_as_it_was()
      throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    Map<String, Set<Class<?>>> travelling = travelling();
    assertThat(travelling).hasSizeGreaterThan(4);
    for (Map.Entry<String, Set<Class<?>>> api : travelling.entrySet()) {
      Map<String, JsonNode> golden = golden(api.getKey());
      Map<String, Class<?>> records = new TreeMap<>();
      api.getValue().forEach(type -> records.put(name(type), type));
      if (WRITE) {
        records.forEach((name, type) -> golden.computeIfAbsent(name, n -> example(type)));
        write(api.getKey(), golden);
      }
      Set<String> names = new TreeSet<>(records.keySet());
      names.addAll(golden.keySet());
      for (String name : names) {
        tests.add(
            DynamicTest.dynamicTest(
                api.getKey() + " " + name, () -> check(records.get(name), golden.get(name))));
      }
    }
    return tests.stream();
  }

  private static void check(Class<?> type, JsonNode golden) throws IOException {
    assertThat(type).as("was dropped: an older node may still send it").isNotNull();
    assertThat(golden).as("is new: write it down with -Dclassbell.wire.write=true").isNotNull();
    Object read = Json.read(golden.toString(), type);
    List<String> lost = new ArrayList<>();
    compare("", golden, Json.mapper().readTree(Json.write(read)), lost);
    assertThat(lost).as("what was read is written as it was").isEmpty();
    compare("", golden, example(type), lost);
    assertThat(lost).as("what older nodes look for is there, of the same kind").isEmpty();
  }

  /** Everything that stood in the one stands in the other; more may. */
  private static void compare(String path, JsonNode golden, JsonNode now, List<String> lost) {
    if (golden.getNodeType() != now.getNodeType()) {
      lost.add("%s is %s and was %s".formatted(path, now.getNodeType(), golden.getNodeType()));
      return;
    }
    golden
        .properties()
        .forEach(
            field ->
                compare(
                    path + "/" + field.getKey(), field.getValue(), now.path(field.getKey()), lost));
    for (int i = 0; golden.isArray() && i < golden.size(); i++) {
      compare(path + "/" + i, golden.get(i), now.path(i), lost);
    }
  }

  private static JsonNode example(Class<?> type) {
    try {
      return Json.mapper().readTree(Json.write(Examples.of(type)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The records of each Api, by the constants that it shows, and the platform's own. */
  private static Map<String, Set<Class<?>>> travelling()
      throws IOException, URISyntaxException, ReflectiveOperationException {
    Map<String, Set<Class<?>>> all = new TreeMap<>();
    for (Class<?> api : apis()) {
      Set<Class<?>> records = new java.util.HashSet<>();
      for (Field field : api.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && Modifier.isPublic(field.getModifiers())) {
          switch (field.get(null)) {
            case Operation<?, ?> operation -> {
              records.add(operation.request());
              records.add(operation.reply());
            }
            case Event<?> event -> records.add(event.body());
            case Task<?> task -> records.add(task.body());
            case null, default -> {}
          }
        }
      }
      all.put(api.getSimpleName(), records);
    }
    all.put(
        "Platform",
        Set.of(
            Rejection.class,
            Task.Deliver.class,
            Task.Delivered.class,
            Outbox.HandOff.class,
            Outbox.Wake.class,
            ClockKeeper.Moved.class));
    return all;
  }

  private static List<Class<?>> apis() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Classbell.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      List<Class<?>> apis = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith("Api.class")).toList()) {
        String name = classes.relativize(file).toString().replace(".class", "").replace('/', '.');
        apis.add(Class.forName(name));
      }
      return apis;
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String name(Class<?> type) {
    return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
  }

  private static Map<String, JsonNode> golden(String api) throws IOException {
    Path file = FILES.resolve(api + ".json");
    return Files.exists(file)
        ? Json.mapper().readValue(Files.readString(file), new TypeReference<>() {})
        : new TreeMap<>();
  }

  private static void write(String api, Map<String, JsonNode> golden) throws IOException {
    Files.createDirectories(FILES);
    Files.writeString(
        FILES.resolve(api + ".json"),
        Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(new TreeMap<>(golden))
            + "\n");
  }
}
