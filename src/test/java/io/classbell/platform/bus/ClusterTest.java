package io.classbell.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.classbell.platform.config.SettingsReader;
import org.junit.jupiter.api.Test;

class ClusterTest {
  private static Config config(String json) {
    return Cluster.config(SettingsReader.of(ClusterSettings.class).json("test", json).read());
  }

  @Test
  void members_are_asked_by_name_and_nobody_by_multicast() {
    Config config =
        config(
            "{\"enabled\": true, \"host\": \"10.0.0.1\", \"port\": 7000, \"members\": [\"10.0.0.1\", \"10.0.0.2:7001\"]}");
    JoinConfig join = config.getNetworkConfig().getJoin();

    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.getAutoDetectionConfig().isEnabled()).isFalse();
    assertThat(join.getTcpIpConfig().getMembers())
        .containsExactly("10.0.0.1:7000", "10.0.0.2:7001");
    assertThat(config.getNetworkConfig().getInterfaces().getInterfaces())
        .containsExactly("10.0.0.1");
    assertThat(config.getNetworkConfig().isPortAutoIncrement()).isFalse();
    assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.logging.details.enabled")).isEqualTo("false");
  }

  @Test
  void nodes_bind_the_loopback_address_unless_told_otherwise() {
    Config config = config("{\"enabled\": true, \"members\": [\"127.0.0.1\"]}");

    assertThat(config.getNetworkConfig().getInterfaces().getInterfaces())
        .containsExactly("127.0.0.1");
  }

  @Test
  void nodes_with_another_secret_do_not_meet_and_the_secret_is_not_told() {
    String one = config("{\"secret\": \"0123456789abcdef\"}").getClusterName();
    String same = config("{\"secret\": \"0123456789abcdef\"}").getClusterName();
    String other = config("{\"secret\": \"0123456789abcdeX\"}").getClusterName();

    assertThat(one).isEqualTo(same).isNotEqualTo(other).doesNotContain("0123456789abcdef");
  }

  @Test
  void kubernetes_is_asked_by_dns() {
    JoinConfig join =
        config("{\"enabled\": true, \"kubernetesService\": \"nodes.default.svc.cluster.local\"}")
            .getNetworkConfig()
            .getJoin();

    assertThat(join.getKubernetesConfig().isEnabled()).isTrue();
    assertThat(join.getKubernetesConfig().getProperty("service-dns"))
        .isEqualTo("nodes.default.svc.cluster.local");
    assertThat(join.getTcpIpConfig().isEnabled()).isFalse();
  }
}
