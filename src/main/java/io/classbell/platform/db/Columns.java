package io.classbell.platform.db;

import io.classbell.platform.bus.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A list of typed columns through which many rows travel into one statement: as one JSON text that
 * JSON_TABLE takes apart, so that the statement's text does not depend on how many rows there are.
 *
 * <p>Text columns name their character set: without it MySQL and MariaDB give them different ones
 * and the joins lose their indexes.
 */
public final class Columns {
  private static final String ASCII = " CHARACTER SET ascii COLLATE ascii_bin";
  private static final String UTF8 = " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci";

  private final List<String> names = new ArrayList<>();
  private final List<String> definitions = new ArrayList<>();

  /** An id of 36 characters. */
  public Columns id(String name) {
    return column(name, "CHAR(36)" + ASCII);
  }

  /** A code or other ascii text. */
  public Columns code(String name, int length) {
    return column(name, "VARCHAR(" + length + ")" + ASCII);
  }

  /** What people write. */
  public Columns text(String name, int length) {
    return column(name, "VARCHAR(" + length + ")" + UTF8);
  }

  /** A long text, as of a body in JSON. */
  public Columns longText(String name) {
    return column(name, "LONGTEXT" + UTF8);
  }

  public Columns number(String name) {
    return column(name, "BIGINT");
  }

  public Columns instant(String name) {
    return column(name, "DATETIME(3)");
  }

  /** {@code JSON_TABLE(?, …)} with the alias {@code j}; its one parameter is {@link #json}. */
  public String table() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < definitions.size(); i++) {
      columns.add(definitions.get(i) + " PATH '$[" + i + "]'");
    }
    return "JSON_TABLE(?, '$[*]' COLUMNS (" + String.join(", ", columns) + ")) AS j";
  }

  /** {@code INSERT INTO table (columns) SELECT columns FROM} the rows. */
  public String insertInto(String table) {
    String list = String.join(", ", names);
    String values = names.stream().map(n -> "j." + n).collect(Collectors.joining(", "));
    return "INSERT INTO " + table + " (" + list + ") SELECT " + values + " FROM " + table();
  }

  /** Rows as the parameter of {@link #table}; instants become UTC texts. */
  public String json(List<@Nullable Object[]> rows) {
    List<List<@Nullable Object>> plain = new ArrayList<>(rows.size());
    for (@Nullable Object[] row : rows) {
      if (row.length != names.size()) {
        throw new IllegalArgumentException(
            "%d values for the columns %s".formatted(row.length, names));
      }
      List<@Nullable Object> values = Arrays.asList(row.clone());
      values.replaceAll(v -> v instanceof Instant instant ? Sql.utc(instant).toString() : v);
      plain.add(values);
    }
    return Json.write(plain);
  }

  private Columns column(String name, String type) {
    names.add(name);
    definitions.add(name + " " + type);
    return this;
  }
}
