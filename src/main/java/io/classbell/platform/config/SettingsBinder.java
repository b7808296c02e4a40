package io.classbell.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds settings records from a merged JSON tree and reports all mistakes in it. */
final class SettingsBinder {
  private final SettingsErrors mistakes;

  SettingsBinder(SettingsErrors mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the record, or null if any part of it is invalid. */
  <R> @Nullable R bind(Class<R> type, ObjectNode node, String path) {
    int before = mistakes.count();
    List<SettingsComponent> shapes = SettingsComponent.of(type, path);
    refuseUnknown(shapes, node, path);
    Object[] values = shapes.stream().map(shape -> value(shape, node.get(shape.name()))).toArray();
    if (mistakes.count() > before) {
      return null;
    }
    R bound = construct(type, values);
    if (bound instanceof ValidatedSettings checked) {
      SettingsErrors own = mistakes.at(path);
      checked.check(own);
      mistakes.addAll(own);
    }
    return bound;
  }

  private void refuseUnknown(List<SettingsComponent> shapes, ObjectNode node, String path) {
    Set<String> known = new HashSet<>();
    shapes.forEach(shape -> known.add(shape.name()));
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        mistakes.add(path.isEmpty() ? name : path + "." + name, "no such setting");
      }
    }
  }

  private @Nullable Object value(SettingsComponent shape, @Nullable JsonNode node) {
    boolean absent = node == null || node.isNull();
    if (shape.isRecord()) {
      return absent && shape.isOptional()
          ? null
          : nested(shape.type(), absent ? empty() : node, shape.path());
    }
    JsonNode given = absent ? SettingsSources.fromText(shape, shape.setting().byDefault()) : node;
    if (given == null) {
      if (shape.isList()) {
        return List.of();
      }
      if (!shape.isOptional()) {
        mistakes.add(shape.path(), "must be set (here or as " + shape.environmentName() + ")");
      }
      return null;
    }
    return shape.isList()
        ? list(shape, given)
        : scalar(shape.type(), given, shape.setting(), shape.path());
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  private @Nullable Object nested(Class<?> type, @Nullable JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      return bind(type, object, path);
    }
    mistakes.add(path, "must be an object");
    return null;
  }

  private @Nullable Object list(SettingsComponent shape, JsonNode node) {
    if (!node.isArray()) {
      mistakes.add(shape.path(), "must be a list");
      return null;
    }
    Class<?> type = shape.elementType();
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      String path = shape.path() + "[" + i + "]";
      Object element =
          type.isRecord()
              ? nested(type, node.get(i), path)
              : scalar(type, node.get(i), shape.setting(), path);
      if (element != null) {
        elements.add(element);
      }
    }
    return List.copyOf(elements);
  }

  private @Nullable Object scalar(Class<?> type, JsonNode node, Setting setting, String path) {
    try {
      return SettingValue.read(type, node, setting);
    } catch (SettingValue.UnreadableValue e) {
      mistakes.add(path, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static <R> R construct(Class<R> type, Object[] values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents()).map(c -> c.getType()).toArray(Class<?>[]::new);
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          type.getName() + " refuses values that its settings allow", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
