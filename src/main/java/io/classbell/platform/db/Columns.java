package io.classbell.platform.db;

import com.fasterxml.jackson.core.JsonGenerator;
import io.classbell.platform.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A list of typed columns through which many rows travel into one statement: as one JSON text that
 * JSON_TABLE takes apart, so that the statement's text does not depend on how many rows there are.
 *
 * <p>What the servers make necessary: text columns name their character set, as without it MySQL
 * and MariaDB give them different ones and the joins lose their indexes; they name no collation, as
 * MySQL 8.0.12 knows none there (next to a binary column of a table that one's counts). A null is
 * left out of the text, as MySQL 8.0.12 would read it as the word. A value that does not fit its
 * column is an error, where the default were a silent NULL.
 */
public final class Columns {
  private static final String ASCII = " CHARACTER SET ascii";
  private static final String UTF8 = " CHARACTER SET utf8mb4";

  private final List<String> names = new ArrayList<>();
  private final List<String> definitions = new ArrayList<>();

  /** An id of 36 characters. */
  public Columns id(String name) {
    return code(name, 36);
  }

  /** A code or other ascii text. */
  public Columns code(String name, int length) {
    return column(name, varchar(length) + ASCII);
  }

  /** What people write. */
  public Columns text(String name, int length) {
    return column(name, varchar(length) + UTF8);
  }

  /** A long text, as of a body in JSON. */
  public Columns longText(String name) {
    return column(name, "LONGTEXT" + UTF8);
  }

  /** A BIGINT; read as a decimal, since MySQL 8.0.12 keeps the lower 32 bits of an integer here. */
  public Columns number(String name) {
    return column(name, "DECIMAL(20)");
  }

  public Columns instant(String name) {
    return column(name, "DATETIME(3)");
  }

  /** {@code JSON_TABLE(?, …)} with the alias {@code j}; its one parameter is {@link #json}. */
  public String table() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < definitions.size(); i++) {
      columns.add(definitions.get(i) + " PATH '$." + key(i) + "' NULL ON EMPTY ERROR ON ERROR");
    }
    return "JSON_TABLE(?, '$[*]' COLUMNS (" + String.join(", ", columns) + ")) AS j";
  }

  /** {@code INSERT INTO table (columns) SELECT columns FROM} the rows. */
  public String insertInto(String table) {
    String list = String.join(", ", names);
    String values = names.stream().map(n -> "j." + n).collect(Collectors.joining(", "));
    return "INSERT INTO " + table + " (" + list + ") SELECT " + values + " FROM " + table();
  }

  /** Rows as the parameter of {@link #table}; instants become UTC texts, booleans 1 and 0. */
  public String json(List<@Nullable Object[]> rows) {
    StringWriter text = new StringWriter(64 * names.size());
    try (JsonGenerator json = Json.mapper().getFactory().createGenerator(text)) {
      json.writeStartArray();
      for (@Nullable Object[] row : rows) {
        write(json, row);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new IllegalArgumentException("rows that cannot be written as JSON", e);
    }
    return text.toString();
  }

  private void write(JsonGenerator json, @Nullable Object[] row) throws IOException {
    if (row.length != names.size()) {
      throw new IllegalArgumentException(
          "%d values for the columns %s".formatted(row.length, names));
    }
    json.writeStartObject();
    for (int i = 0; i < row.length; i++) {
      @Nullable Object value = row[i];
      if (value == null) {
        continue;
      }
      json.writeFieldName(key(i));
      switch (value) {
        case String text -> json.writeString(text);
        case Long number -> json.writeNumber(number);
        case Integer number -> json.writeNumber(number);
        case Instant instant -> json.writeString(Sql.utc(instant).toString());
        case Boolean flag -> json.writeNumber(flag ? 1 : 0);
        default ->
            throw new IllegalArgumentException(
                "%s: a %s is no value of a column"
                    .formatted(names.get(i), value.getClass().getSimpleName()));
      }
    }
    json.writeEndObject();
  }

  /** Short, as every row repeats them: a to z, then a1 to z1 … */
  private static String key(int column) {
    char letter = (char) ('a' + column % 26);
    return column < 26 ? String.valueOf(letter) : letter + String.valueOf(column / 26);
  }

  /**
   * One longer than what it is for: MariaDB cuts in silence here, but refuses what does not fit the
   * column of a table.
   */
  private static String varchar(int length) {
    return "VARCHAR(" + (length + 1) + ")";
  }

  private Columns column(String name, String type) {
    names.add(name);
    definitions.add(name + " " + type);
    return this;
  }
}
