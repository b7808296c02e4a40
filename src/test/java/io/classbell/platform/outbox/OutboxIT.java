package io.classbell.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.bus.Task;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class OutboxIT {
  record Note(String text) {}

  private static final Task<Note> NOTE = Task.of("test.note", Note.class);

  @Parameter TestDatabase database;
  private DatabaseSettings settings;
  private TestNode node;
  private Outbox outbox;
  private final List<Task.Stored> handedOff = new CopyOnWriteArrayList<>();
  private final List<Instant> wakes = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    settings = database.fresh();
    node = TestNode.on(settings);
    outbox = node.node().outbox();
    node.run(
        () -> {
          node.node().bus().on(Outbox.HAND_OFF, h -> handedOff.addAll(h.messages())).await();
          node.node().bus().on(Outbox.WAKE, w -> wakes.add(w.dueAt())).await();
          return 1;
        });
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void what_is_due_at_once_is_handed_off_when_it_is_committed_and_leased_meanwhile() {
    write(note(null, "a 🎻", null), note(null, "b", null));

    TestNode.until("handed off", () -> handedOff.size() == 2);
    assertThat(handedOff).extracting(Task.Stored::body).containsExactly(json("a 🎻"), json("b"));
    assertThat(handedOff).allMatch(m -> m.attempt() == 1 && m.address().equals("test.note"));
    assertThat(rows("id"))
        .containsExactlyInAnyOrderElementsOf(handedOff.stream().map(Task.Stored::id).toList());
    assertThat(rows("leased_until > UTC_TIMESTAMP() + INTERVAL 5 SECOND")).containsOnly("1");
    assertThat(rows("body")).containsExactlyInAnyOrder(json("a 🎻"), json("b"));
    assertThat(wakes).isEmpty();
  }

  @Test
  void what_is_rolled_back_was_never_written() {
    assertThatThrownBy(
            () ->
                node.run(
                    () ->
                        node.database()
                            .inTransaction(
                                tx -> {
                                  outbox.write(tx, List.of(note(null, "a", null)));
                                  throw new IllegalStateException("no");
                                })))
        .hasMessage("no");
    write(note(null, "b", null));

    TestNode.until("handed off", () -> !handedOff.isEmpty());
    assertThat(handedOff).extracting(Task.Stored::body).containsExactly(json("b"));
    assertThat(rows("body")).containsExactly(json("b"));
  }

  @Test
  void only_what_is_due_soon_wakes_the_schedule() {
    Instant now = node.node().clock().now();
    Instant soon = now.plusMillis(1500);
    write(note(now.plus(Duration.ofDays(1)), "far", null));
    write(note(soon, "soon", null), note(now.plusMillis(2000), "a little later", null));

    TestNode.until("woken", () -> !wakes.isEmpty());
    assertThat(wakes).containsExactly(soon);
    assertThat(handedOff).isEmpty();
    assertThat(rows("leased_until <= UTC_TIMESTAMP(3) + INTERVAL 1 SECOND")).containsOnly("1");
  }

  @Test
  void the_same_key_is_one_message_while_it_waits() {
    Instant tomorrow = node.node().clock().now().plus(Duration.ofDays(1));
    write(note(tomorrow, "first", "key"), note(tomorrow, "other", "other key"));
    write(note(tomorrow, "second", "key"), note(null, "beside", null));

    assertThat(rows("body"))
        .containsExactlyInAnyOrder(json("first"), json("other"), json("beside"));
    database.execute(settings, "DELETE FROM scheduled_message WHERE dedup_key = 'key'");
    write(note(tomorrow, "third", "key"));
    assertThat(rows("body")).contains(json("third"));
  }

  @Test
  void a_message_with_a_key_is_not_handed_off_but_its_schedule_is_woken() {
    write(note(null, "a", "key"));
    write(note(null, "b", "key"));

    TestNode.until("woken", () -> wakes.size() == 2);
    assertThat(handedOff).isEmpty();
    assertThat(rows("body")).containsExactly(json("a"));
  }

  @Test
  void many_messages_go_with_one_transaction() {
    List<Outbox.Outgoing> many = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      many.add(note(null, "n" + i, null));
    }
    write(many.toArray(Outbox.Outgoing[]::new));

    TestNode.until("handed off", () -> handedOff.size() == 700);
    assertThat(rows("COUNT(*)")).containsExactly("700");
  }

  private Outbox.Outgoing note(@Nullable Instant dueAt, String text, @Nullable String key) {
    return outbox.message(NOTE, dueAt, new Note(text), key);
  }

  private static String json(String text) {
    return "{\"text\":\"" + text + "\"}";
  }

  private void write(Outbox.Outgoing... messages) {
    node.run(
        () ->
            node.database()
                .inTransaction(
                    tx -> {
                      outbox.write(tx, List.of(messages));
                      return 1;
                    }));
  }

  private List<String> rows(String columns) {
    return database.rows(settings, "SELECT " + columns + " FROM scheduled_message");
  }
}
