package io.classbell.http.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingSettings;
import io.classbell.http.api.HttpSettings;
import io.classbell.http.api.Installation;
import io.classbell.http.call.Call;
import io.classbell.platform.config.SettingsReader;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConfigRoutesTest {
  private static JsonObject config(Installation installation) {
    HttpSettings http =
        SettingsReader.of(HttpSettings.class)
            .json("test", "{\"publicUrl\": \"http://localhost\"}")
            .read();
    Map<String, Call.Route> routes = new HashMap<>();
    new ConfigRoutes(false, http, installation).addTo(routes);
    // The answer is the same for every call.
    return Objects.requireNonNull(routes.get("getConfig").answer(null).result().body())
        .toJsonObject();
  }

  @Test
  void browsers_get_the_key_of_web_push_if_there_is_one() {
    Installation installation =
        new Installation(SettingsReader.of(BookingSettings.class).read(), List.of(), List.of());

    assertThat(config(installation).containsKey("webPushKey")).isFalse();
    assertThat(config(installation.withWebPushKey("BPoint")).getString("webPushKey"))
        .isEqualTo("BPoint");
  }
}
