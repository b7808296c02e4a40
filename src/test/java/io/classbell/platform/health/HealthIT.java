package io.classbell.platform.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.platform.redis.RedisStore;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HealthIT {

  @Test
  void a_thousand_who_ask_at_once_are_told_the_same() {
    try (TestNode node = TestNode.on(TestDatabase.MARIADB.fresh())) {
      RedisSettings nowhere =
          SettingsReader.of(RedisSettings.class)
              .json("test", "{\"uri\": \"redis://127.0.0.1:1\"}")
              .read();
      Health health = new Health(node.database(), RedisStore.connect(node.vertx(), nowhere));

      List<Future<JsonObject>> answers =
          IntStream.range(0, 1_000).mapToObj(i -> health.state()).toList();

      assertThat(answers)
          .extracting(answer -> TestNode.await(answer).getString("status"))
          .containsOnly("degraded");
    }
  }
}
