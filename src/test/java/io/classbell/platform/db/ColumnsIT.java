package io.classbell.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.mysqlclient.MySQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** What travels into a statement as columns arrives as it was, on both servers. */
@OnBothDatabases
class ColumnsIT {
  private static final String TABLE =
      """
      CREATE TABLE thing (
        id   CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        code VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,
        name VARCHAR(20) NULL,
        body MEDIUMTEXT NULL,
        n    BIGINT NULL,
        at   DATETIME(3) NULL,
        flag TINYINT NULL
      ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
      """;
  private static final Columns COLUMNS =
      new Columns()
          .id("id")
          .code("code", 10)
          .text("name", 20)
          .longText("body")
          .number("n")
          .instant("at")
          .number("flag");
  private static final Instant AT = Instant.parse("2026-03-29T01:30:00.123Z");

  @Parameter TestDatabase database;
  private DatabaseSettings settings;
  private TestNode node;

  private record Thing(
      String id,
      @Nullable String code,
      @Nullable String name,
      @Nullable String body,
      @Nullable Long n,
      @Nullable Instant at,
      @Nullable Boolean flag) {}

  @BeforeEach
  void start() {
    settings = database.empty();
    database.execute(settings, TABLE);
    database.grant(settings);
    node = TestNode.bare(settings);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void every_value_arrives_as_it_was() {
    List<Thing> things =
        List.of(
            new Thing("1", "code", "name", "body", 1L, AT, true),
            new Thing("2", null, null, null, null, null, null),
            new Thing("3", "null", "null", "null", Long.MAX_VALUE, AT, false),
            new Thing("4", "", "", "", Long.MIN_VALUE, Instant.EPOCH, false),
            new Thing(
                "5", "a\"b'c\\d", "🎻 “näïve” \\ ' \" %", "\u0000\n\t\r\u2028🎼", 0L, AT, true),
            new Thing("6", "a,b;{}[]", "{\"a\":1}", "[1,null,\"x\"]", -1L, AT, null));

    insert(things);

    assertThat(all()).isEqualTo(things);
  }

  @Test
  void rows_after_one_with_nulls_are_whole_also_when_the_statement_is_used_again() {
    insert(List.of(new Thing("1", null, null, null, null, null, null)));
    insert(List.of(new Thing("2", "a", "b", "c", 1L, AT, true)));
    insert(List.of(new Thing("3", null, null, null, null, null, null)));

    assertThat(all()).extracting(Thing::code).containsExactly(null, "a", null);
  }

  @Test
  void a_text_of_a_million_characters_arrives_whole() {
    String body = "ü🎻x".repeat(300_000);

    insert(List.of(new Thing("1", null, null, body, null, null, null)));

    assertThat(all().getFirst().body()).isEqualTo(body);
  }

  @Test
  void five_thousand_rows_are_one_statement() {
    List<Thing> things =
        IntStream.range(0, 5000)
            .mapToObj(i -> new Thing("id" + (10_000 + i), "c", "n" + i, "b", (long) i, AT, true))
            .toList();

    insert(things);

    assertThat(all()).isEqualTo(things);
  }

  @Test
  void no_rows_are_no_rows() {
    insert(List.of());

    assertThat(all()).isEmpty();
  }

  @Test
  void what_does_not_fit_its_column_is_an_error_and_not_a_silent_null() {
    assertThatThrownBy(
            () -> insert(List.of(new Thing("1", "elevenchars", null, null, null, null, null))))
        .isInstanceOf(MySQLException.class);
    assertThatThrownBy(
            () -> insert(List.of(new Thing("1", null, "x".repeat(21), null, null, null, null))))
        .isInstanceOf(MySQLException.class);
    assertThat(all()).isEmpty();
  }

  @Test
  void a_join_by_id_uses_the_tables_key() {
    List<Thing> things =
        IntStream.range(0, 2000)
            .mapToObj(i -> new Thing("id" + (10_000 + i), null, null, null, null, null, null))
            .toList();
    insert(things);
    database.execute(settings, "ANALYZE TABLE thing");
    Columns ids = new Columns().id("id").number("n");
    String ofFive =
        ids.json(
            things.subList(3, 8).stream().map(t -> new @Nullable Object[] {t.id(), 7}).toList());
    for (String sql :
        List.of(
            "UPDATE thing m JOIN " + ids.table() + " ON m.id = j.id SET m.n = j.n",
            "DELETE m FROM thing m JOIN " + ids.table() + " ON m.id = j.id",
            "SELECT m.id FROM thing m JOIN " + ids.table() + " ON m.id = j.id")) {
      List<String> plan =
          run(
              sqlRunner ->
                  sqlRunner.list(
                      "EXPLAIN " + sql,
                      r -> r.getString("table") + " " + r.getString("type"),
                      ofFive));
      assertThat(plan).as(sql).contains("m eq_ref");
    }
  }

  private void insert(List<Thing> things) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Thing t : things) {
      rows.add(new @Nullable Object[] {t.id, t.code, t.name, t.body, t.n, t.at, t.flag});
    }
    run(tx -> tx.execute(COLUMNS.insertInto("thing"), COLUMNS.json(rows)));
  }

  private List<Thing> all() {
    return run(
        tx ->
            tx.list(
                "SELECT * FROM thing ORDER BY id",
                r ->
                    new Thing(
                        r.getString("id"),
                        r.getString("code"),
                        r.getString("name"),
                        r.getString("body"),
                        r.getLong("n"),
                        Sql.instantOrNull(r, "at"),
                        r.getLong("flag") == null ? null : r.getLong("flag") == 1)));
  }

  private <T> T run(java.util.function.Function<Tx, T> work) {
    return node.run(() -> node.database().inTransaction(work));
  }
}
