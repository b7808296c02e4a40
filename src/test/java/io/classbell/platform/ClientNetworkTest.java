package io.classbell.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientNetworkTest {

  @Test
  void addresses_of_one_ipv6_network_are_one_client() {
    assertThat(ClientNetwork.of("2001:db8:1:2:3:4:5:6"))
        .isEqualTo("2001:db8:1:2::/64")
        .isEqualTo(ClientNetwork.of("2001:0db8:1:2:ffff::1"))
        .isNotEqualTo(ClientNetwork.of("2001:db8:1:3::1"));
    assertThat(ClientNetwork.of("fe80::1%eth0")).isEqualTo("fe80::/64");
  }

  @Test
  void ipv4_addresses_stand_for_themselves_also_when_mapped() {
    assertThat(ClientNetwork.of("192.0.2.1")).isEqualTo("192.0.2.1");
    assertThat(ClientNetwork.of("::ffff:192.0.2.1")).isEqualTo("192.0.2.1");
    assertThat(ClientNetwork.of("::ffff:c000:0202")).isEqualTo("192.0.2.2");
  }

  @Test
  void other_texts_stand_for_themselves() {
    assertThat(ClientNetwork.of("account 1")).isEqualTo("account 1");
    assertThat(ClientNetwork.of("")).isEmpty();
  }
}
