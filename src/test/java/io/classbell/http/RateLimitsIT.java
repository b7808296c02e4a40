package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.bus.Caller;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.testing.TestRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitsIT {

  private static final String FEW = "{\"requestsPerMinutePerAddress\": 3}";

  private static HttpResponse<Buffer> wallet(HttpHouse house, Caller.Role role) {
    return house.send(HttpMethod.GET, "/api/v1/wallet", house.token(role), null);
  }

  @Test
  void who_asks_too_often_is_told_when_to_come_back_and_others_are_not() {
    try (HttpHouse house = new HttpHouse(false, FEW, HttpHouse.NO_DATABASE, TestRedis.fresh())) {
      for (int i = 0; i < 3; i++) {
        assertThat(wallet(house, Caller.Role.student).statusCode()).isEqualTo(200);
      }
      HttpResponse<Buffer> refused = wallet(house, Caller.Role.student);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(Integer.parseInt(refused.getHeader("Retry-After"))).isBetween(1, 60);
      assertThat(refused.bodyAsJsonObject().getString("code")).isEqualTo("too_many_requests");
      assertThat(wallet(house, Caller.Role.teacher).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void all_nodes_count_together() {
    RedisSettings redis = TestRedis.fresh();
    try (HttpHouse one = new HttpHouse(false, FEW, HttpHouse.NO_DATABASE, redis);
        HttpHouse other = new HttpHouse(false, FEW, HttpHouse.NO_DATABASE, redis)) {
      for (int i = 0; i < 3; i++) {
        assertThat(wallet(one, Caller.Role.student).statusCode()).isEqualTo(200);
      }
      assertThat(wallet(other, Caller.Role.student).statusCode()).isEqualTo(429);
    }
  }

  @Test
  void tokens_that_are_no_good_are_counted_by_address_and_do_not_keep_out_good_ones() {
    try (HttpHouse house = new HttpHouse(false, FEW, HttpHouse.NO_DATABASE, TestRedis.fresh())) {
      for (int status : new int[] {401, 401, 401, 429, 429}) {
        assertThat(house.send(HttpMethod.GET, "/api/v1/wallet", "a.bad.token", null).statusCode())
            .isEqualTo(status);
      }
      assertThat(wallet(house, Caller.Role.student).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"'{',400", "'{}',422", "'{\"amount\":true}',422"})
  void bodies_that_are_no_good_are_counted(String body, int status) {
    try (HttpHouse house = new HttpHouse(false, FEW, HttpHouse.NO_DATABASE, TestRedis.fresh())) {
      for (int expected : new int[] {status, status, status, 429}) {
        assertThat(house.send(HttpMethod.POST, "/api/v1/auth/login", null, body).statusCode())
            .isEqualTo(expected);
      }
      String token = house.token(Caller.Role.student);
      for (int expected : new int[] {status, status, status, 429}) {
        assertThat(house.send(HttpMethod.POST, "/api/v1/wallet/deposit", token, body).statusCode())
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"GET,/,200", "GET,/nothing,404", "GET,/api/v1/nothing,404", "PUT,/api/v1/wallet,405"})
  void what_the_contract_does_not_have_is_counted_by_address(
      String method, String path, int status) {
    try (HttpHouse house = new HttpHouse(false, FEW, HttpHouse.NO_DATABASE, TestRedis.fresh())) {
      for (int expected : new int[] {status, status, status, 429}) {
        assertThat(house.send(HttpMethod.valueOf(method), path, null, null).statusCode())
            .isEqualTo(expected);
      }
      assertThat(house.send(HttpMethod.GET, "/health/live", null, null).statusCode())
          .isEqualTo(200);
      assertThat(wallet(house, Caller.Role.student).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void without_redis_everybody_is_let_in() {
    try (HttpHouse house = new HttpHouse(false, FEW, HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS)) {
      for (int i = 0; i < 5; i++) {
        assertThat(wallet(house, Caller.Role.student).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void test_mode_has_no_limits_of_this_kind_unless_they_are_set() {
    RedisSettings redis = TestRedis.fresh();
    try (HttpHouse house = new HttpHouse(true, "{}", HttpHouse.NO_DATABASE, redis)) {
      HttpResponse<Buffer> answer = wallet(house, Caller.Role.student);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().names()).doesNotContain("RateLimit", "RateLimit-Policy");
    }
    try (HttpHouse house = new HttpHouse(true, FEW, HttpHouse.NO_DATABASE, redis)) {
      for (int expected : new int[] {200, 200, 200, 429}) {
        assertThat(wallet(house, Caller.Role.student).statusCode()).isEqualTo(expected);
      }
    }
  }

  @Test
  void every_answer_of_a_limited_route_says_what_the_limits_are_and_what_is_left() {
    String limits = "{\"requestsPerMinutePerAddress\": 3, \"registrationsPerHourPerAddress\": 2}";
    try (HttpHouse house = new HttpHouse(false, limits, HttpHouse.NO_DATABASE, TestRedis.fresh())) {
      for (int left : new int[] {2, 1, 0, 0}) {
        HttpResponse<Buffer> answer = wallet(house, Caller.Role.student);
        assertThat(answer.getHeader("RateLimit-Policy")).isEqualTo("\"requests\";q=3;w=60");
        assertThat(answer.getHeader("RateLimit")).matches("\"requests\";r=" + left + ";t=[0-9]+");
      }
      String ada =
          "{\"email\":\"a@b.c\",\"password\":\"top-secret\",\"name\":\"A\",\"role\":\"student\"}";
      HttpResponse<Buffer> registered =
          house.send(HttpMethod.POST, "/api/v1/auth/register", null, ada);
      assertThat(registered.getHeader("RateLimit-Policy"))
          .isEqualTo("\"requests\";q=3;w=60, \"registrations\";q=2;w=3600");
      assertThat(registered.getHeader("RateLimit"))
          .matches("\"requests\";r=2;t=[0-9]+, \"registrations\";r=1;t=[0-9]+");
    }
  }
}
