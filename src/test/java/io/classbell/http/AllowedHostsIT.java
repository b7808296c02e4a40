package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import org.junit.jupiter.api.Test;

/** A page whose name was rebound to this machine gets nothing from it. */
class AllowedHostsIT {
  private static final String GUARDED = "{\"insecureTestMode\": false}";

  @Test
  void in_test_mode_only_loopback_names_are_served() {
    try (HttpHouse house =
        new HttpHouse(true, GUARDED, HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS)) {
      int port = house.http.port();
      for (String path :
          new String[] {
            "/dev/mailbox", "/api/v1/slots", "/health/live", "/openapi.yaml", "/eventbus/info"
          }) {
        HttpResponse<Buffer> refused = get(house, port, path, "rebound.example:" + port);
        assertThat(refused.statusCode()).as(path).isEqualTo(421);
        assertThat(refused.bodyAsJsonObject().getString("code")).isEqualTo("host_not_allowed");
        assertThat(get(house, port, path, "localhost:" + port).statusCode())
            .as(path)
            .isNotEqualTo(421);
      }
    }
  }

  @Test
  void production_and_insecure_test_mode_answer_to_any_name() {
    for (boolean testMode : new boolean[] {true, false}) {
      String settings = testMode ? "{\"insecureTestMode\": true}" : GUARDED;
      try (HttpHouse house =
          new HttpHouse(testMode, settings, HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS)) {
        assertThat(
                get(house, house.http.port(), "/health/live", "classbell.example.com").statusCode())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void the_management_port_checks_the_host_always() {
    for (boolean testMode : new boolean[] {true, false}) {
      try (HttpHouse house =
          new HttpHouse(testMode, "{}", HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS)) {
        int port = house.management("{\"managementAllowedHosts\": [\"metrics.internal\"]}").port();
        for (String path : new String[] {"/metrics", "/health", "/health/live"}) {
          HttpResponse<Buffer> refused = get(house, port, path, "rebound.example");
          assertThat(refused.statusCode()).as(path).isEqualTo(421);
          assertThat(refused.bodyAsString()).contains("http.managementAllowedHosts");
          assertThat(get(house, port, path, "metrics.internal").statusCode()).isNotEqualTo(421);
          assertThat(get(house, port, path, "127.0.0.1:" + port).statusCode()).isNotEqualTo(421);
        }
      }
    }
  }

  private static HttpResponse<Buffer> get(HttpHouse house, int port, String path, String host) {
    return HttpHouse.wait(
        house
            .client
            .request(HttpMethod.GET, port, "127.0.0.1", path)
            .putHeader("Host", host)
            .send());
  }
}
