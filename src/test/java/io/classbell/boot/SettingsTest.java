package io.classbell.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.notification.push.FakeFcm;
import io.classbell.platform.config.ConfigurationException;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.config.SettingsTable;
import io.classbell.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final Path REFERENCE = Path.of("src/docs/configuration.md");
  private static final String GENERATED_BELOW =
      "<!-- Written from the settings records; see SettingsTest. -->\n\n";

  private static final String TEST =
      """
      {"mode": "test",
       "database": {"password": "a database password"},
       "redis": {"uri": "redis://localhost:6379"},
       "account": {"jwtSecret": "0123456789abcdef0123456789abcdef"},
       "notification": {"smtp": {"host": "localhost"}}}
      """;

  private static final String PRODUCTION =
      """
      {"mode": "production",
       "http": {"publicUrl": "https://classbell.example.com"},
       "notification": {"smtp": {"host": "mail.example.com", "from": "no-reply@example.com"}}}
      """;

  private static final Map<String, String> SECRETS =
      Map.of(
          "CLASSBELL_DATABASE_PASSWORD", "a database password",
          "CLASSBELL_REDIS_URI", "rediss://:a-redis-password@redis.example.com",
          "CLASSBELL_ACCOUNT_JWT_SECRET", "0123456789abcdef0123456789abcdef");

  private static List<String> mistakes(String json, Map<String, String> environment) {
    try {
      SettingsReader.of(Settings.class).json("file", json).environment(environment).read();
      return List.of();
    } catch (ConfigurationException e) {
      return e.mistakes();
    }
  }

  private static Map<String, String> secretsAnd(String name, String value) {
    Map<String, String> environment = new TreeMap<>(SECRETS);
    environment.put(name, value);
    return environment;
  }

  @Test
  void test_mode_needs_no_more_than_its_servers() {
    assertThat(mistakes(TEST, Map.of())).isEmpty();
  }

  @Test
  void production_needs_its_secrets() {
    assertThat(mistakes(PRODUCTION, SECRETS)).isEmpty();
    assertThat(mistakes(PRODUCTION, Map.of()))
        .extracting(mistake -> mistake.substring(0, mistake.indexOf(':')))
        .containsExactlyInAnyOrder("database.password", "redis.uri", "account.jwtSecret");
    assertThat(mistakes(PRODUCTION, secretsAnd("CLASSBELL_ACCOUNT_JWT_SECRET", "short")))
        .hasSize(1);
  }

  @Test
  void production_refuses_what_belongs_to_tests() {
    assertThat(mistakes(PRODUCTION, secretsAnd("CLASSBELL_MODE", "test")))
        .anyMatch(
            mistake -> mistake.startsWith("mode: is production in file but test in environment"));
    assertThat(mistakes(PRODUCTION, secretsAnd("CLASSBELL_HTTP_PUBLIC_URL", "http://localhost")))
        .hasSize(1);
  }

  @Test
  void addresses_that_cannot_be_parsed_are_told_all_at_once_before_anything_starts() {
    Map<String, String> addresses = new TreeMap<>(SECRETS);
    addresses.put("CLASSBELL_HTTP_TRUSTED_PROXIES", "10.0.0.0/8,10.0.0.0/33,proxy.example.com");
    addresses.put("CLASSBELL_HTTP_ALLOWED_ORIGINS", "https://app.example.com/page");
    addresses.put("CLASSBELL_CLUSTER_MEMBERS", "10.0.0.1,node-2:5701,::1,[::1]:5701,node:port");
    assertThat(mistakes(PRODUCTION, addresses))
        .extracting(mistake -> mistake.substring(0, mistake.indexOf(": ")))
        .containsExactlyInAnyOrder(
            "http.trustedProxies[1]",
            "http.trustedProxies[2]",
            "http.allowedOrigins[0]",
            "cluster.members[4]");
  }

  @Test
  void a_cluster_in_production_needs_a_secret_and_members() {
    Map<String, String> clustered = secretsAnd("CLASSBELL_CLUSTER_ENABLED", "true");
    assertThat(mistakes(PRODUCTION, clustered))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("cluster.members");
    clustered.put("CLASSBELL_CLUSTER_MEMBERS", "10.0.0.1,10.0.0.2");
    assertThat(mistakes(PRODUCTION, clustered))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("cluster.secret");
  }

  @Test
  void test_mode_refuses_what_belongs_to_production(@TempDir Path dir) {
    TestCa.Identity server = new TestCa(dir, "anybody").identity("server", "dns:localhost");
    assertThat(mistakes(TEST, Map.of("CLASSBELL_HTTP_PUBLIC_URL", "https://classbell.example.com")))
        .hasSize(1);
    String account = FakeFcm.serviceAccount(FakeFcm.rsa(), "https://oauth2.googleapis.com/token");
    String setting = "CLASSBELL_NOTIFICATION_PUSH_FCM_SERVICE_ACCOUNT";
    String apiUrl = "CLASSBELL_NOTIFICATION_PUSH_FCM_API_URL";
    assertThat(mistakes(TEST, Map.of(setting, account)))
        .singleElement()
        .asString()
        .startsWith("notification.push.fcm.apiUrl");
    assertThat(mistakes(TEST, Map.of(setting, account, apiUrl, "http://127.0.0.1:9"))).isEmpty();
    assertThat(mistakes(PRODUCTION, secretsAnd(apiUrl, "http://127.0.0.1:9")))
        .singleElement()
        .asString()
        .startsWith("notification.push.fcm.apiUrl");
    assertThat(mistakes(TEST, Map.of(setting, "{}")))
        .singleElement()
        .asString()
        .startsWith("notification.push.fcm.serviceAccount");
    assertThat(
            mistakes(
                TEST,
                Map.of(
                    "CLASSBELL_HTTP_TLS_CERTIFICATE",
                    server.chain().toString(),
                    "CLASSBELL_HTTP_TLS_KEY",
                    server.key().toString())))
        .hasSize(1);
    assertThat(mistakes(TEST, Map.of("CLASSBELL_MODE", "production")))
        .anyMatch(
            mistake -> mistake.startsWith("mode: is test in file but production in environment"));
  }

  @Test
  void test_mode_listens_on_loopback_unless_told_to_be_insecure() {
    for (String setting : List.of("CLASSBELL_HTTP_HOST", "CLASSBELL_HTTP_MANAGEMENT_HOST")) {
      for (String reachable : List.of("0.0.0.0", "::", "10.0.0.1", "school.example")) {
        assertThat(mistakes(TEST, Map.of(setting, reachable)))
            .as("%s=%s", setting, reachable)
            .hasSize(1)
            .allMatch(mistake -> mistake.contains("--insecure-test-mode"));
        assertThat(
                mistakes(
                    TEST, Map.of(setting, reachable, "CLASSBELL_HTTP_INSECURE_TEST_MODE", "true")))
            .isEmpty();
      }
      for (String loopback : List.of("localhost", "127.0.0.2", "::1")) {
        assertThat(mistakes(TEST, Map.of(setting, loopback))).isEmpty();
      }
    }
    assertThat(mistakes(PRODUCTION, secretsAnd("CLASSBELL_HTTP_INSECURE_TEST_MODE", "true")))
        .hasSize(1)
        .allMatch(mistake -> mistake.startsWith("http.insecureTestMode"));
  }

  @Test
  void an_address_of_redis_without_a_host_is_told_and_its_password_is_not() {
    String address = "rediss://:a-redis-password@my_redis:6380";
    assertThat(mistakes(PRODUCTION, secretsAnd("CLASSBELL_REDIS_URI", address)))
        .hasSize(1)
        .allMatch(mistake -> mistake.startsWith("redis.uri") && !mistake.contains("password@"));
  }

  @Test
  void cancellation_tiers_must_descend_to_the_start() {
    assertThat(tiers("[]")).hasSize(1);
    assertThat(tiers("[{\"before\": \"PT1H\", \"studentPercent\": 100}]")).hasSize(1);
    assertThat(
            tiers(
                "[{\"before\": \"PT1H\", \"studentPercent\": 10}, {\"before\": \"PT2H\","
                    + " \"studentPercent\": 5}, {\"before\": \"PT0S\", \"studentPercent\": 50}]"))
        .hasSize(2);
    assertThat(tiers("[{\"before\": \"PT0S\", \"studentPercent\": 0}]")).isEmpty();
  }

  private static List<String> tiers(String json) {
    return mistakes(TEST, Map.of("CLASSBELL_BOOKING_CANCELLATION_TIERS", json));
  }

  /**
   * Run with {@code -Dclassbell.docs.write=true} after changing a setting, and commit what it
   * writes.
   */
  @Test
  void the_reference_says_what_the_records_say() throws IOException {
    String page = Files.readString(REFERENCE);
    int start = page.indexOf(GENERATED_BELOW);
    assertThat(start).isPositive();
    String expected =
        page.substring(0, start)
            + GENERATED_BELOW
            + SettingsTable.markdown(Settings.class).stripTrailing()
            + "\n";
    if (Boolean.getBoolean("classbell.docs.write")) {
      Files.writeString(REFERENCE, expected);
    }
    assertThat(Files.readString(REFERENCE)).isEqualTo(expected);
  }
}
