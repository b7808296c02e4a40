package io.classbell.notification.text;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text template: {@code {name}} is replaced by a value, {@code {name|other words}} has a default
 * for a missing value, and a section in {@code [brackets]} is left out if one of its values is
 * missing. Values are inserted as they are and never parsed as templates.
 */
public final class Template {
  /** Source of values; null if there is no value with that name. */
  @FunctionalInterface
  public interface Values {
    @Nullable String of(String name);
  }

  private sealed interface Part {}

  private record Words(String text) implements Part {}

  private record Hole(String name, @Nullable String otherwise) implements Part {}

  private record Optional(List<Part> parts) implements Part {}

  private final String source;
  private final List<Part> parts;

  private Template(String source, List<Part> parts) {
    this.source = source;
    this.parts = parts;
  }

  /**
   * @throws IllegalArgumentException for brackets that do not match
   */
  static Template of(String source) {
    Reader reader = new Reader(source);
    List<Part> parts = reader.parts(false);
    return new Template(source, parts);
  }

  /**
   * Renders the template. A placeholder outside brackets without a value and a default is empty.
   */
  public String fill(Values values) {
    StringBuilder out = new StringBuilder(source.length() + 64);
    append(out, parts, values);
    return out.toString();
  }

  /** Returns the names of all placeholders. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    collect(parts, names);
    return names;
  }

  /** Returns the names of placeholders outside brackets without a default. */
  Set<String> required() {
    Set<String> names = new LinkedHashSet<>();
    for (Part part : parts) {
      if (part instanceof Hole(String name, String otherwise) && otherwise == null) {
        names.add(name);
      }
    }
    return names;
  }

  private static void collect(List<Part> parts, Set<String> names) {
    for (Part part : parts) {
      switch (part) {
        case Words w -> {}
        case Hole hole -> names.add(hole.name);
        case Optional optional -> collect(optional.parts, names);
      }
    }
  }

  private static boolean append(StringBuilder out, List<Part> parts, Values values) {
    boolean whole = true;
    for (Part part : parts) {
      switch (part) {
        case Words words -> out.append(words.text);
        case Hole hole -> {
          String value = values.of(hole.name);
          if (value == null) {
            value = hole.otherwise;
          }
          if (value == null) {
            whole = false;
          } else {
            out.append(value);
          }
        }
        case Optional optional -> {
          int before = out.length();
          if (!append(out, optional.parts, values)) {
            out.setLength(before);
          }
        }
      }
    }
    return whole;
  }

  private static final class Reader {
    private final String source;
    private int at;

    Reader(String source) {
      this.source = source;
    }

    List<Part> parts(boolean inBrackets) {
      List<Part> parts = new ArrayList<>();
      StringBuilder words = new StringBuilder();
      while (at < source.length()) {
        char c = source.charAt(at++);
        if (c == '{') {
          flush(words, parts);
          parts.add(hole());
        } else if (c == '[' && !inBrackets) {
          flush(words, parts);
          parts.add(new Optional(parts(true)));
        } else if (c == ']' && inBrackets) {
          flush(words, parts);
          return parts;
        } else if (c == '[' || c == ']' || c == '}') {
          throw new IllegalArgumentException("unexpected " + c + " in: " + source);
        } else {
          words.append(c);
        }
      }
      if (inBrackets) {
        throw new IllegalArgumentException("no ] in: " + source);
      }
      flush(words, parts);
      return parts;
    }

    private Hole hole() {
      int end = source.indexOf('}', at);
      if (end < 0) {
        throw new IllegalArgumentException("no } in: " + source);
      }
      String inside = source.substring(at, end);
      at = end + 1;
      int bar = inside.indexOf('|');
      return bar < 0
          ? new Hole(inside, null)
          : new Hole(inside.substring(0, bar), inside.substring(bar + 1));
    }

    private static void flush(StringBuilder words, List<Part> parts) {
      if (!words.isEmpty()) {
        parts.add(new Words(words.toString()));
        words.setLength(0);
      }
    }
  }
}
