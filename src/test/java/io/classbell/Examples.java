package io.classbell;

import io.classbell.platform.config.Secret;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An example of a record with every field filled, always the same. */
final class Examples {
  private Examples() {}

  static Object of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] parts = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? List.of(of(parts[0]))
          : Map.of((String) of(parts[0]), of(parts[1]));
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return record(plain);
    }
    if (plain.isEnum()) {
      return plain.getEnumConstants()[0];
    }
    return switch (plain.getSimpleName()) {
      case "String", "Object" -> "text";
      case "long", "Long" -> 4_000_000_000L;
      case "int", "Integer" -> 7;
      case "boolean", "Boolean" -> true;
      case "Instant" -> Instant.parse("2026-01-02T03:04:05.678Z");
      case "Duration" -> Duration.ofMinutes(90);
      case "Secret" -> Secret.of("secret");
      default -> throw new IllegalArgumentException("no kind of value that may travel: " + type);
    };
  }

  private static Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = of(components[i].getGenericType());
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
