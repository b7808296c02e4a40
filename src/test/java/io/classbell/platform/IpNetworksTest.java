package io.classbell.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpNetworksTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.0.0.0/8, 255.1.1.1, false",
    "10.0.0.0/8, ::ffff:10.1.1.1, true",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "10.1.2.3/16, 10.1.9.9, true",
    "0.0.0.0/0, 203.0.113.1, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 2001:db8::1, true",
    "fd00::/8, fd12::1, true",
    "fd00::/8, ff02::1, false",
    "::1, ::1, true",
    "::1, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "10.0.0.0/8, localhost, false",
    "10.0.0.0/8, '', false",
  })
  void an_address_is_in_a_network_if_its_prefix_is_the_same(
      String network, String address, boolean isIn) {
    assertThat(new IpNetworks(List.of("192.0.2.1", network)).contain(address)).isEqualTo(isIn);
  }

  @Test
  void an_empty_list_contains_no_address() {
    assertThat(new IpNetworks(List.of()).contain("10.0.0.1")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "proxy.example.com",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "10.0.0/8",
        "::1/129",
        "10.0.0.0/99999999999",
        "10.0.0.0 /8",
        "10.0.0.1:80",
        "*"
      })
  void what_is_neither_an_address_nor_a_network_is_refused(String text) {
    assertThat(IpNetworks.isValid(text)).isFalse();
    assertThatThrownBy(() -> new IpNetworks(List.of("10.0.0.1", text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }
}
