package io.classbell.booking.store;

import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import io.vertx.sqlclient.Row;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads rows of a table by lists of ids. */
record RowReader<T>(Function<Row, T> row, Function<T, String> id) {

  /** Returns the rows by id, in the statement's order; {@code text} has one {@code IN %s}. */
  Map<String, T> select(Sql sql, String text, Collection<String> ids) {
    Map<String, T> found = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      String statement = text.formatted(InList.marks(ids.size()));
      sql.list(statement, row, InList.parameters(List.of(), ids))
          .forEach(value -> found.put(id.apply(value), value));
    }
    return found;
  }
}
