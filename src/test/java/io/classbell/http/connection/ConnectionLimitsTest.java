package io.classbell.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {

  @Test
  void one_address_never_gets_more_than_half_of_all_connections() {
    assertThat(ConnectionLimits.perAddress(null, 20_000, false)).isEqualTo(4_000);
    assertThat(ConnectionLimits.perAddress(null, 1_000, false)).isEqualTo(500);
    assertThat(ConnectionLimits.perAddress(9_000, 10_000, false)).isEqualTo(5_000);
    assertThat(ConnectionLimits.perAddress(5, 1, false)).isEqualTo(1);
  }

  @Test
  void in_test_mode_only_an_explicit_limit_counts() {
    assertThat(ConnectionLimits.perAddress(null, 20_000, true)).isEqualTo(20_000);
    assertThat(ConnectionLimits.perAddress(7, 20_000, true)).isEqualTo(7);
  }
}
