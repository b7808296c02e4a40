package io.classbell.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.bus.Task;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.outbox.Outbox;
import io.classbell.schedule.ScheduleVerticle;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.schedule.api.ScheduleSettings;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A later version writes messages of kinds that an earlier one, still running, does not know. */
class NewerMessagesIT {
  private static final String ADDRESS = "compat.tell";

  private enum EarlierKind {
    booked
  }

  private enum LaterKind {
    booked,
    booked_as_a_gift
  }

  private record EarlierFact(EarlierKind kind, String who) {}

  private record LaterFact(LaterKind kind, String who, String wrapping) {}

  private final TestDatabase database = TestDatabase.MARIADB;
  private final DatabaseSettings settings = database.fresh();

  private <B> TestNode node(Task<B> task, List<String> told) {
    TestNode node = TestNode.on(settings);
    node.run(
        () ->
            node.node()
                .bus()
                .serveTask(
                    task,
                    batch -> {
                      batch.forEach(due -> told.add(due.body().toString()));
                      return List.of();
                    })
                .await());
    String quick =
        "{\"maxAttempts\": 3, \"firstBackoff\": \"PT0.01S\", \"maxBackoff\": \"PT0.1S\"}";
    node.deploy(
        new ScheduleVerticle(
            node.node(), SettingsReader.of(ScheduleSettings.class).json("test", quick).read()));
    return node;
  }

  @Test
  void a_message_of_a_later_kind_is_parked_by_an_earlier_version_and_taken_by_a_later_one() {
    Task<LaterFact> later = Task.of(ADDRESS, LaterFact.class);
    List<String> toldByTheEarlier = new CopyOnWriteArrayList<>();
    List<String> toldByTheLater = new CopyOnWriteArrayList<>();
    try (TestNode earlier = node(Task.of(ADDRESS, EarlierFact.class), toldByTheEarlier)) {
      Outbox outbox = earlier.node().outbox();
      earlier.run(
          () ->
              earlier
                  .database()
                  .inTransaction(
                      tx -> {
                        outbox.write(
                            tx,
                            List.of(
                                outbox.message(
                                    later,
                                    null,
                                    new LaterFact(LaterKind.booked, "Ada", "red"),
                                    null),
                                outbox.message(
                                    later,
                                    null,
                                    new LaterFact(LaterKind.booked_as_a_gift, "Bea", "blue"),
                                    null)));
                        return 1;
                      }));
      TestNode.until(
          "the one is told, the other parked",
          () -> toldByTheEarlier.size() == 1 && parked().size() == 1);
      assertThat(toldByTheEarlier).containsExactly("EarlierFact[kind=booked, who=Ada]");
    }
    try (TestNode laterNode = node(later, toldByTheLater)) {
      ScheduleApi.ReplayDeadLetter replay =
          new ScheduleApi.ReplayDeadLetter(parked().getFirst(), null);
      laterNode.run(
          () -> laterNode.node().bus().ask(ScheduleApi.REPLAY_DEAD_LETTER, replay).await());
      TestNode.until("it is told at last", () -> !toldByTheLater.isEmpty());
      assertThat(toldByTheLater)
          .containsExactly("LaterFact[kind=booked_as_a_gift, who=Bea, wrapping=blue]");
      assertThat(parked()).isEmpty();
    }
  }

  private List<String> parked() {
    return database.rows(settings, "SELECT id FROM dead_letter");
  }
}
