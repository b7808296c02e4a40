package io.classbell.platform.bus;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import io.classbell.platform.config.Secret;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How nodes find each other: explicit members over TCP, never by multicast. */
public final class Cluster {
  private Cluster() {}

  /** Membership by Hazelcast. */
  public static ClusterManager manager(ClusterSettings settings) {
    return new HazelcastClusterManager(config(settings));
  }

  /** Where the event bus listens for peers. */
  public static EventBusOptions eventBus(ClusterSettings settings) {
    EventBusOptions options = new EventBusOptions().setHost(settings.host());
    if (settings.publicHost() != null) {
      options.setClusterPublicHost(settings.publicHost());
    }
    return options;
  }

  static Config config(ClusterSettings settings) {
    Config config = ConfigUtil.loadConfig();
    config.setClusterName(clusterName(settings.name(), settings.secret()));
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    // We stop Hazelcast ourselves, after the drain; its own hook would leave the cluster under
    // running requests.
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "1");
    // A peer that is cut off without a word counts as gone after this; a killed one is noticed at
    // once.
    config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "10");
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(settings.port()).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface(settings.host());
    if (settings.publicHost() != null) {
      network.setPublicAddress(settings.publicHost() + ":" + settings.port());
    }
    join(network.getJoin(), settings);
    return config;
  }

  private static void join(JoinConfig join, ClusterSettings settings) {
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    if (settings.kubernetesService() != null) {
      join.getKubernetesConfig()
          .setEnabled(true)
          .setProperty("service-dns", settings.kubernetesService());
      return;
    }
    List<String> members =
        settings.members().stream().map(member -> withPort(member, settings.port())).toList();
    join.getTcpIpConfig().setEnabled(true).setMembers(members).setConnectionTimeoutSeconds(5);
  }

  private static String withPort(String member, int port) {
    return member.contains(":") ? member : member + ":" + port;
  }

  /**
   * Hazelcast lets in who knows the cluster's name, so the secret becomes a part of it. That keeps
   * strangers and wrong configurations out; it does not hide traffic: nodes belong on a private
   * network.
   */
  private static String clusterName(String name, @Nullable Secret secret) {
    if (secret == null) {
      return name;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      return name + "-" + HexFormat.of().formatHex(digest.digest(secret.bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
