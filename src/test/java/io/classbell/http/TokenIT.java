package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.classbell.account.api.AccountApi;
import io.classbell.http.api.TokenRules;
import io.classbell.http.auth.TokenProof;
import io.classbell.http.auth.TokenVerifier;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.config.Secret;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenIT {

  private static HttpHouse house;

  @BeforeAll
  static void open() {
    house = HttpHouse.open();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static int statusWith(String authorization) {
    HttpRequest<Buffer> request = house.request(HttpMethod.GET, "/api/v1/wallet", null);
    request.putHeader("Authorization", authorization);
    return HttpHouse.wait(request.send()).statusCode();
  }

  @Test
  void every_forged_token_is_refused() {
    Map<String, String> forged = new TokenProof(HttpHouse.TOKENS).forgeries(house.vertx);
    assertThat(forged).hasSizeGreaterThan(12);
    forged.forEach(
        (name, token) -> assertThat(statusWith("Bearer " + token)).as(name).isEqualTo(401));
  }

  @Test
  void a_token_with_any_part_changed_is_refused() {
    String good = house.token(Caller.Role.student);
    assertThat(statusWith("Bearer " + good)).isEqualTo(200);
    String[] parts = good.split("\\.");
    for (int i = 0; i < parts.length; i++) {
      String[] changed = parts.clone();
      char first = changed[i].charAt(4);
      changed[i] =
          changed[i].substring(0, 4) + (first == 'A' ? 'B' : 'A') + changed[i].substring(5);
      assertThat(statusWith("Bearer " + String.join(".", changed))).isEqualTo(401);
    }
  }

  @Test
  void a_token_that_was_verified_before_runs_out_all_the_same() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    TokenVerifier tokens = new TokenVerifier(house.vertx, HttpHouse.TOKENS, now::get);
    String authorization = "Bearer " + house.token(Caller.Role.student);
    assertThat(HttpHouse.wait(tokens.bearerOf(authorization))).isNotNull();
    now.set(now.get().plusSeconds(600 + TokenRules.LEEWAY_SECONDS + 1));
    assertThat(tokens.bearerOf(authorization).failed()).isTrue();
  }

  @Test
  void tricks_with_the_header_are_refused() {
    String good = house.token(Caller.Role.student);
    for (String authorization :
        List.of(
            good,
            "Basic " + good,
            "Bearer",
            "Bearer ",
            "Bearer " + good + "." + good,
            "Bearer " + good + ".",
            "Bearer ." + good,
            "Bearer " + good + " x",
            "Bearer null",
            "Bearer " + "a.".repeat(2_000) + "a")) {
      assertThat(statusWith(authorization)).as(authorization).isEqualTo(401);
    }
  }

  @Test
  void the_scheme_is_read_in_any_case() {
    assertThat(statusWith("bearer " + house.token(Caller.Role.student))).isEqualTo(200);
  }

  @Test
  void a_token_of_a_session_that_ended_is_refused_and_others_are_not() throws Exception {
    String one = HttpHouse.token(house.vertx, FakeHouse.STUDENT, Caller.Role.student, "ends", 600);
    String other =
        HttpHouse.token(house.vertx, FakeHouse.STUDENT, Caller.Role.student, "stays", 600);
    assertThat(statusWith("Bearer " + one)).isEqualTo(200);
    house.bus.publish(
        AccountApi.SESSIONS_ENDED, new AccountApi.Ended(List.of("ends"), Instant.now()));
    Eventually.isTrue(() -> statusWith("Bearer " + one) == 401);
    assertThat(statusWith("Bearer " + other)).isEqualTo(200);
  }

  @Test
  void a_key_shorter_than_its_hash_stops_the_start() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new TokenRules(Secret.of("short"), "classbell", "classbell", Duration.ZERO));
  }
}
