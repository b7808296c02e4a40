package io.classbell.notification.text;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sentence with holes: {@code {name}} is a value, {@code {name|other words}} has other words
 * where the value is missing, and what stands in {@code [brackets]} is left out whole where one of
 * its values is. Values are put in as they are and never read as templates.
 */
public final class Template {
  /** What to put in; null where there is no such value. */
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

  /** The sentence; a hole without a value and without other words, outside brackets, is empty. */
  public String fill(Values values) {
    StringBuilder out = new StringBuilder(source.length() + 64);
    append(out, parts, values);
    return out.toString();
  }

  /** The names of its values. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    collect(parts, names);
    return names;
  }

  /** The names whose absence would leave a gap: outside brackets and without other words. */
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
