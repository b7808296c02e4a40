package io.classbell.platform.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.classbell.embedded.SmallDisk;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.platform.redis.RedisStore;
import io.classbell.testing.TestDatabases;
import io.classbell.testing.TestNode;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database's disk is really full: its data is on a small file system. */
class DiskFullIT {
  /**
   * Small enough for InnoDB to store it in the row. To roll back a row with values outside of it,
   * MariaDB 11.4 itself needs space, and without any it retries and then gives up.
   */
  private static final int TEXT_LENGTH = 3_000;

  /** Far more than the free pages of a new database take. */
  private static final int MOST_WRITES = 2_000;

  @TempDir Path dir;

  @Test
  void writes_are_refused_for_now_the_node_is_not_ready_and_both_recover_with_space()
      throws Exception {
    assumeThat(canMount()).as("only root can mount the file system that is to be full").isTrue();
    RedisSettings nowhere =
        SettingsReader.of(RedisSettings.class)
            .json("test", "{\"uri\": \"redis://127.0.0.1:1\"}")
            .read();
    try (SmallDisk disk = SmallDisk.mount(dir);
        TestNode node = TestNode.on(new TestDatabases(disk.databases()).fresh())) {
      Health health = new Health(node.database(), RedisStore.connect(node.vertx(), nowhere));
      assertThat(status(health)).isEqualTo("degraded");

      disk.fill();
      TestNode.until(
          "not ready",
          () -> {
            assertRefused(() -> writeUntilRefused(node));
            JsonObject state = TestNode.await(health.state());
            return state.getString("status").equals("down")
                && state.getString("database").equals("full");
          });

      disk.free();
      TestNode.until("ready again", () -> status(health).equals("degraded"));
      write(node);
      assertThat(status(health)).isEqualTo("degraded");
    }
  }

  /** Runners of continuous integration are root: there it is never left out. */
  private static boolean canMount() {
    return System.getProperty("user.name").equals("root") || System.getenv("CI") != null;
  }

  private static void assertRefused(ThrowingCallable write) {
    assertThatThrownBy(write)
        .isInstanceOfSatisfying(
            RejectedException.class,
            r -> {
              assertThat(r.failure().status()).isEqualTo(503);
              assertThat(r.failure().code()).isEqualTo("database_unavailable");
            });
  }

  private static String status(Health health) {
    return TestNode.await(health.state()).getString("status");
  }

  /** The first rows go to pages that are free already. */
  private static void writeUntilRefused(TestNode node) {
    for (int i = 0; i < MOST_WRITES; i++) {
      write(node);
    }
  }

  private static void write(TestNode node) {
    TestNode.await(
        node.start(
            () -> {
              try {
                return node.database()
                    .inTransaction(
                        tx ->
                            tx.execute(
                                "INSERT INTO dev_mail (id, recipient, subject, text, headers,"
                                    + " received_at) VALUES (UUID(), 'ada@example.com', 'x', ?,"
                                    + " '{}', UTC_TIMESTAMP(3))",
                                "x".repeat(TEXT_LENGTH)));
              } catch (CommitUnknown e) {
                throw new AssertionError(e);
              }
            }));
  }
}
