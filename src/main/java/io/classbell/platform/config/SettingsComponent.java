package io.classbell.platform.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A component of a settings record, as the reader and the help text use it.
 *
 * @param group the nearest enclosing record that may be absent as a whole, or null
 */
record SettingsComponent(
    String path, RecordComponent component, Setting setting, @Nullable String group) {

  /** Returns the components of {@code type}, whose own path is {@code path}. */
  static List<SettingsComponent> of(Class<?> type, String path) {
    List<SettingsComponent> shapes = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      if (setting == null) {
        throw new IllegalStateException(
            type.getName() + "." + component.getName() + " lacks @Setting");
      }
      shapes.add(
          new SettingsComponent(
              path.isEmpty() ? component.getName() : path + "." + component.getName(),
              component,
              setting,
              null));
    }
    return shapes;
  }

  /** Returns all settings that hold a value, depth first. */
  static List<SettingsComponent> leaves(Class<?> type, String path) {
    return leaves(type, path, null);
  }

  private static List<SettingsComponent> leaves(
      Class<?> type, String path, @Nullable String group) {
    List<SettingsComponent> leaves = new ArrayList<>();
    for (SettingsComponent shape : of(type, path)) {
      if (shape.isRecord()) {
        leaves.addAll(leaves(shape.type(), shape.path, shape.isOptional() ? shape.path : group));
      } else {
        leaves.add(new SettingsComponent(shape.path, shape.component, shape.setting, group));
      }
    }
    return leaves;
  }

  String name() {
    return component.getName();
  }

  Class<?> type() {
    return component.getType();
  }

  boolean isRecord() {
    return type().isRecord();
  }

  boolean isList() {
    return type() == List.class;
  }

  boolean isSecret() {
    return type() == Secret.class;
  }

  boolean isOptional() {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  boolean hasDefault() {
    return !setting.byDefault().isEmpty();
  }

  /** Returns the element type of a list. */
  Class<?> elementType() {
    Type generic = component.getGenericType();
    if (generic instanceof ParameterizedType list
        && list.getActualTypeArguments()[0] instanceof Class<?> element) {
      return element;
    }
    throw new IllegalStateException(path + " must be a List of a class");
  }

  /**
   * Returns the environment variable's name: {@code CLASSBELL_HTTP_MAX_BODY_BYTES} for {@code
   * http.maxBodyBytes}.
   */
  String environmentName() {
    String snake = path.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('.', '_');
    return "CLASSBELL_" + snake.toUpperCase(Locale.ROOT);
  }

  /** Returns the name of the type for operators. */
  String typeInWords() {
    return isList() ? "list of " + words(elementType()) : words(type());
  }

  private static String words(Class<?> type) {
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "whole number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    } else if (type == Duration.class) {
      return "duration (ISO-8601)";
    } else if (type == Secret.class) {
      return "secret text";
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(SettingsComponent::constant)
          .collect(Collectors.joining(" | "));
    } else if (type.isRecord()) {
      return of(type, "").stream()
          .map(shape -> shape.name() + ": " + shape.typeInWords())
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return "text";
  }

  /**
   * Returns the spelling of an enum constant in configurations: {@code verify-ca} for {@code
   * VERIFY_CA}.
   */
  static String constant(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
