package io.classbell.platform.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.db.Sql;
import io.classbell.platform.node.ClockKeeper;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class PlatformClockIT {
  /** How far off the way to the database may set a clock on a busy machine. */
  private static final Duration NEARLY = Duration.ofSeconds(-2);

  @Parameter TestDatabase database;
  private DatabaseSettings settings;
  private TestNode node;

  @BeforeEach
  void start() {
    settings = database.fresh();
    node = TestNode.on(settings);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void its_time_is_the_databases() {
    PlatformClock clock = node.node().clock();
    Duration[] between =
        node.run(
            () -> {
              Instant before = clock.realNow();
              Instant there =
                  node.database()
                      .read()
                      .first("SELECT UTC_TIMESTAMP(3) AS t", r -> Sql.instant(r, "t"));
              return new Duration[] {
                Duration.between(before, there), Duration.between(there, clock.realNow())
              };
            });
    assertThat(between[0]).isGreaterThan(NEARLY);
    assertThat(between[1]).isGreaterThan(NEARLY);
    Instant now = clock.now();
    assertThat(now).isEqualTo(PlatformClock.toMillis(now));
  }

  @Test
  void the_test_clock_moves_the_platforms_time_and_leaves_the_real_one() {
    PlatformClock clock = node.node().clock();
    Instant real = clock.realNow();
    clock.advance(Duration.ofDays(3));
    assertThat(clock.now()).isAfterOrEqualTo(real.plus(Duration.ofDays(3)));
    assertThat(clock.realNow()).isBefore(real.plus(Duration.ofMinutes(1)));
    clock.atLeast(Duration.ofDays(2).toMillis());
    assertThat(clock.testOffsetMillis()).isEqualTo(Duration.ofDays(3).toMillis());
  }

  @Test
  void a_keeper_learns_of_a_move_that_it_was_not_told_of() {
    node.deploy(new ClockKeeper(node.node()));
    database.execute(settings, "UPDATE platform_clock SET test_offset_ms = 86400000");
    TestNode.until("it was read", () -> node.node().clock().testOffsetMillis() == 86_400_000);
  }

  @Test
  void a_node_that_starts_later_has_the_offset() {
    database.execute(settings, "UPDATE platform_clock SET test_offset_ms = 3600000");
    TestNode later = TestNode.on(settings);
    assertThat(later.node().clock().testOffsetMillis()).isEqualTo(3_600_000);
    later.close();
  }
}
