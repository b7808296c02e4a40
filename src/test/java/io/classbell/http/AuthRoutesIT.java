package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.account.api.AccountApi;
import io.classbell.http.contract.Contract;
import io.classbell.platform.bus.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sessions, as clients see them. */
class AuthRoutesIT {

  private static HttpHouse house;

  @BeforeAll
  static void open() {
    house = HttpHouse.open();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static HttpResponse<Buffer> send(HttpMethod method, String path, String body) {
    return house.send(method, Contract.PREFIX + path, house.token(Caller.Role.student), body);
  }

  @Test
  void a_new_password_answers_the_session_that_goes_on() {
    String change = "{\"currentPassword\":\"old password\",\"newPassword\":\"new password\"%s}";
    HttpResponse<Buffer> byCookie = send(HttpMethod.PATCH, "/me", change.formatted(""));
    assertThat(byCookie.statusCode()).isEqualTo(200);
    assertThat(byCookie.bodyAsJsonObject().getString("id")).isEqualTo(FakeHouse.STUDENT);
    JsonObject session = byCookie.bodyAsJsonObject().getJsonObject("session");
    assertThat(session.getString("accessToken")).isEqualTo("access");
    assertThat(session.containsKey("refreshToken")).isFalse();
    assertThat(byCookie.cookies())
        .singleElement()
        .asString()
        .startsWith("classbell_refresh=refresh; Path=/api/v1/auth;")
        .contains("HttpOnly", "SameSite=Strict");

    HttpResponse<Buffer> inBody =
        send(HttpMethod.PATCH, "/me", change.formatted(",\"refreshTokenIn\":\"body\""));
    assertThat(inBody.bodyAsJsonObject().getJsonObject("session").getString("refreshToken"))
        .isEqualTo("refresh");
    assertThat(inBody.cookies()).isEmpty();
  }

  @Test
  void another_change_of_the_profile_begins_no_session() {
    HttpResponse<Buffer> answer = send(HttpMethod.PATCH, "/me", "{\"name\":\"Ada\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.bodyAsJsonObject().containsKey("session")).isFalse();
    assertThat(answer.cookies()).isEmpty();
  }

  @Test
  void logout_ends_one_session_or_all_as_it_is_told_to() {
    for (String body : List.of("{}", "{\"everywhere\":false}", "{\"everywhere\":true}")) {
      assertThat(send(HttpMethod.POST, "/auth/logout", body).statusCode()).isEqualTo(204);
    }
    assertThat(
            house.neighbours.asked.stream()
                .filter(AccountApi.Logout.class::isInstance)
                .map(q -> ((AccountApi.Logout) q).everywhere()))
        .containsExactly(false, false, true);
  }
}
