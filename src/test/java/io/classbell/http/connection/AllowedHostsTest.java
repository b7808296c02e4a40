package io.classbell.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.api.HttpSettings;
import io.classbell.platform.config.SettingsReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

  private static HttpSettings settings(String json) {
    return SettingsReader.of(HttpSettings.class).json("test", json).read();
  }

  private static boolean inTestMode(String host) {
    return AllowedHosts.ofTestMode(settings("{}")).allows(host, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST",
        "localhost.",
        "school.localhost",
        "127.0.0.1",
        "127.200.0.9",
        "[::1]",
        "[0:0:0:0:0:0:0:1]"
      })
  void loopback_names_are_served(String host) {
    assertThat(inTestMode(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rebound.example",
        "localhost.example",
        "notlocalhost",
        "127.0.0.1.nip.io",
        "127.0.0.1.",
        "10.0.0.5",
        "0.0.0.0",
        "[::]",
        "[2001:db8::1]",
        ""
      })
  void other_names_are_not_served_in_test_mode(String host) {
    // A final dot makes a name of an address; browsers drop it, and it is the same address.
    assertThat(inTestMode(host)).isEqualTo(host.equals("127.0.0.1."));
  }

  @Test
  void the_host_of_the_public_address_is_served_in_test_mode() {
    AllowedHosts hosts =
        AllowedHosts.ofTestMode(settings("{\"publicUrl\": \"http://school.test:9000\"}"));
    assertThat(hosts.allows("school.test", null)).isTrue();
    assertThat(hosts.allows("other.test", null)).isFalse();
  }

  @Test
  void the_management_port_is_asked_by_its_own_address_or_by_configured_names() {
    AllowedHosts hosts =
        AllowedHosts.ofManagement(
            settings(
                """
                {"managementHost": "0.0.0.0",
                 "managementAllowedHosts": ["classbell.monitoring.svc"]}
                """));
    assertThat(hosts.allows("10.1.2.3", "10.1.2.3")).isTrue();
    assertThat(hosts.allows("[2001:db8::1]", "2001:db8:0:0:0:0:0:1")).isTrue();
    assertThat(hosts.allows("Classbell.Monitoring.svc", "10.1.2.3")).isTrue();
    assertThat(hosts.allows("localhost", "10.1.2.3")).isTrue();
    assertThat(hosts.allows("10.9.9.9", "10.1.2.3")).isFalse();
    assertThat(hosts.allows("rebound.example", "10.1.2.3")).isFalse();
  }

  @Test
  void a_star_allows_all_names_on_the_management_port() {
    AllowedHosts hosts =
        AllowedHosts.ofManagement(settings("{\"managementAllowedHosts\": [\"*\"]}"));
    assertThat(hosts.allows("anything.example", "10.1.2.3")).isTrue();
  }
}
