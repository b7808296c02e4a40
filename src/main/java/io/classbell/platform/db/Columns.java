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
 * A list of typed columns that passes many rows to one statement: as a JSON text that JSON_TABLE
 * unpacks, so that the statement's text does not depend on the number of rows.
 *
 * <p>Differences between the servers: Text columns name their character set, because MySQL and
 * MariaDB use different defaults and a join with another character set cannot use its index. They
 * name no collation, because MySQL 8.0.12 does not support it there; next to a binary column of a
 * table, that column's collation applies. A null is omitted from the text, because MySQL 8.0.12
 * would read it as the word. A value that does not fit its column raises an error; the default
 * would be a silent NULL.
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

  /** A code or other ASCII text. */
  public Columns code(String name, int length) {
    return column(name, varchar(length) + ASCII);
  }

  /** A text that users write. */
  public Columns text(String name, int length) {
    return column(name, varchar(length) + UTF8);
  }

  /** A long text, such as a JSON body. */
  public Columns longText(String name) {
    return column(name, "LONGTEXT" + UTF8);
  }

  /**
   * A BIGINT; read as a decimal, because MySQL 8.0.12 keeps only the lower 32 bits of an integer
   * here.
   */
  public Columns number(String name) {
    return column(name, "DECIMAL(20)");
  }

  public Columns instant(String name) {
    return column(name, "DATETIME(3)");
  }

  /**
   * Returns {@code JSON_TABLE(?, …)} with the alias {@code j}; its only parameter is {@link #json}.
   */
  public String table() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < definitions.size(); i++) {
      columns.add(definitions.get(i) + " PATH '$." + key(i) + "' NULL ON EMPTY ERROR ON ERROR");
    }
    return "JSON_TABLE(?, '$[*]' COLUMNS (" + String.join(", ", columns) + ")) AS j";
  }

  /** Returns {@code INSERT INTO table (columns) SELECT columns FROM} the rows. */
  public String insertInto(String table) {
    String list = String.join(", ", names);
    String values = names.stream().map(n -> "j." + n).collect(Collectors.joining(", "));
    return "INSERT INTO " + table + " (" + list + ") SELECT " + values + " FROM " + table();
  }

  /**
   * Returns rows as the parameter of {@link #table}; instants become UTC texts, booleans 1 and 0.
   */
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

  /** Returns a short key, because every row repeats it: a to z, then a1 to z1 … */
  private static String key(int column) {
    char letter = (char) ('a' + column % 26);
    return column < 26 ? String.valueOf(letter) : letter + String.valueOf(column / 26);
  }

  /**
   * Returns a column one character longer than needed: MariaDB truncates silently here, but rejects
   * a value that is too long for the column of the table.
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
