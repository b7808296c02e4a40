package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.live.SocketPlaces;
import io.classbell.platform.Ids;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.platform.redis.RedisStore;
import io.classbell.testing.TestRedis;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketPlacesIT {

  private static final int MOST = 3;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong now = new AtomicLong(1_900_000_000);
  private final String user = Ids.next();

  @AfterEach
  void close() {
    HttpHouse.wait(vertx.close());
  }

  private SocketPlaces node(RedisSettings settings) {
    RedisStore redis = RedisStore.connect(vertx, settings);
    HttpHouse.wait(redis.firstAttempt());
    return new SocketPlaces(
        redis, MOST, Duration.ofSeconds(30), () -> Instant.ofEpochSecond(now.get()));
  }

  private boolean take(SocketPlaces node, String place) {
    return HttpHouse.wait(node.take(user, place, now.get() + 60));
  }

  private void takeAll(SocketPlaces node) {
    for (int i = 0; i < MOST; i++) {
      assertThat(take(node, node.name())).isTrue();
    }
  }

  @Test
  void places_are_counted_over_all_nodes_that_live() {
    RedisSettings redis = TestRedis.fresh();
    SocketPlaces one = node(redis);
    SocketPlaces other = node(redis);
    one.start(vertx);
    takeAll(one);
    assertThat(take(other, other.name())).isFalse();
    assertThat(HttpHouse.wait(other.take(Ids.next(), other.name(), now.get() + 60))).isTrue();
  }

  @Test
  void a_place_that_was_taken_is_kept_and_one_that_was_freed_is_free() {
    SocketPlaces node = node(TestRedis.fresh());
    node.start(vertx);
    String mine = node.name();
    assertThat(take(node, mine)).isTrue();
    assertThat(take(node, node.name())).isTrue();
    assertThat(take(node, node.name())).isTrue();
    assertThat(take(node, mine)).isTrue();
    assertThat(take(node, node.name())).isFalse();
    node.free(user, mine);
    assertThat(take(node, node.name())).isTrue();
    assertThat(take(node, node.name())).isFalse();
  }

  @Test
  void places_end_with_their_tokens() {
    SocketPlaces node = node(TestRedis.fresh());
    node.start(vertx);
    takeAll(node);
    now.addAndGet(59);
    assertThat(take(node, node.name())).isFalse();
    now.addAndGet(1);
    assertThat(take(node, node.name())).isTrue();
  }

  @Test
  void places_of_a_node_that_renews_nothing_any_more_are_free() {
    RedisSettings redis = TestRedis.fresh();
    takeAll(node(redis));
    SocketPlaces lives = node(redis);
    lives.start(vertx);
    takeAll(lives);
    assertThat(take(lives, lives.name())).isFalse();
  }

  @Test
  void without_redis_every_place_is_free() {
    SocketPlaces node = node(HttpHouse.NO_REDIS);
    node.start(vertx);
    takeAll(node);
    assertThat(take(node, node.name())).isTrue();
  }
}
