package io.classbell.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClientAddressTest {

  private final ClientAddress behindProxies = new ClientAddress(List.of("10.0.0.1", "10.0.0.2"));

  @Test
  void a_header_from_anybody_else_is_not_believed() {
    assertThat(behindProxies.of("203.0.113.9", "198.51.100.1")).isEqualTo("203.0.113.9");
    assertThat(new ClientAddress(List.of()).of("127.0.0.1", "198.51.100.1")).isEqualTo("127.0.0.1");
  }

  @Test
  void the_first_address_from_the_right_that_is_no_proxy_is_the_client() {
    assertThat(behindProxies.of("10.0.0.1", "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(behindProxies.of("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2"))
        .isEqualTo("198.51.100.1");
  }

  @Test
  void without_a_header_the_peer_is_the_client() {
    assertThat(behindProxies.of("10.0.0.1", null)).isEqualTo("10.0.0.1");
    assertThat(behindProxies.of("10.0.0.1", " , ")).isEqualTo("10.0.0.1");
  }

  @Test
  void proxies_can_be_named_by_network() {
    ClientAddress behindNetwork = new ClientAddress(List.of("10.1.0.0/16", "fd00::/8"));
    assertThat(behindNetwork.of("10.1.200.3", "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(behindNetwork.of("fd12::1", "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(behindNetwork.of("10.2.0.1", "198.51.100.1")).isEqualTo("10.2.0.1");
  }

  @Test
  void what_is_no_address_ends_the_reading() {
    assertThat(behindProxies.of("10.0.0.1", "198.51.100.1, evil, 10.0.0.2")).isEqualTo("10.0.0.2");
  }

  @Test
  void addresses_of_one_ipv6_network_have_one_key() {
    ClientAddress direct = new ClientAddress(List.of());
    String key = direct.of("2001:db8:1:2::1", null);
    assertThat(key).isEqualTo("2001:db8:1:2::/64");
    assertThat(direct.of("2001:db8:1:2:ffff:eeee:dddd:cccc", null)).isEqualTo(key);
    assertThat(direct.of("2001:db8:1:3::1", null)).isNotEqualTo(key);
    assertThat(new ClientAddress(List.of("::1")).of("::1", "2001:db8:1:2::9")).isEqualTo(key);
  }

  @Test
  void an_ipv4_address_is_its_own_key_also_when_it_is_written_as_ipv6() {
    ClientAddress direct = new ClientAddress(List.of());
    assertThat(direct.of("::ffff:198.51.100.1", null)).isEqualTo("198.51.100.1");
    assertThat(direct.of("::ffff:198.51.100.2", null)).isEqualTo("198.51.100.2");
    assertThat(direct.of("", null)).isEmpty();
  }
}
