package io.classbell.platform.bus;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import io.classbell.platform.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cluster membership and the event bus between nodes: explicit members over TCP, never multicast.
 */
public final class Cluster {
  /**
   * Time that is allowed for all nodes to learn of a departure and for messages in flight to
   * arrive.
   */
  private static final Duration ON_THE_WAY = Duration.ofMillis(500);

  private Cluster() {}

  /** Creates the Hazelcast cluster manager. */
  public static ClusterManager manager(ClusterSettings settings) {
    return new HazelcastClusterManager(config(settings));
  }

  /**
   * Options of the event bus: its listen address, and mutual TLS. A certificate of the cluster's
   * own authority identifies a peer, whatever host name it carries.
   */
  public static EventBusOptions eventBus(ClusterSettings settings) {
    EventBusOptions options =
        new EventBusOptions().setHost(settings.host()).setPort(settings.busPort());
    if (settings.tlsCertificate() != null) {
      options
          .setSsl(true)
          // The event bus trusts all certificates unless told otherwise.
          .setTrustAll(false)
          .setClientAuth(ClientAuth.REQUIRED)
          .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(settings.tlsCertificate())
                  .setKeyPath(settings.tlsKey()))
          .setTrustOptions(new PemTrustOptions().addCertPath(settings.tlsCa()));
    }
    if (settings.publicHost() != null) {
      options.setClusterPublicHost(settings.publicHost());
    }
    return options;
  }

  /**
   * Removes this node's handlers of {@code addresses} from the cluster's registry while they still
   * serve. Completes when messages that were sent before must have arrived.
   */
  static Future<Void> withdraw(Vertx vertx, Collection<String> addresses) {
    ClusterManager manager = ((VertxInternal) vertx).clusterManager();
    if (manager == null) {
      return Future.succeededFuture();
    }
    return Future.join(addresses.stream().distinct().map(a -> withdraw(manager, a)).toList())
        .transform(gone -> vertx.timer(ON_THE_WAY.toMillis(), TimeUnit.MILLISECONDS))
        .mapEmpty();
  }

  private static Future<?> withdraw(ClusterManager manager, String address) {
    Promise<List<RegistrationInfo>> everybody = Promise.promise();
    manager.getRegistrations(address, everybody);
    return everybody
        .future()
        .compose(
            registrations ->
                Future.join(
                    registrations.stream()
                        .filter(r -> r.nodeId().equals(manager.getNodeId()))
                        .map(
                            own -> {
                              Promise<Void> gone = Promise.promise();
                              manager.removeRegistration(address, own, gone);
                              return gone.future();
                            })
                        .toList()));
  }

  static Config config(ClusterSettings settings) {
    Config config = ConfigUtil.loadConfig();
    config.setClusterName(clusterName(settings.name(), settings.secret()));
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    // The node stops Hazelcast itself, after draining; the hook would leave the cluster while
    // requests are still running.
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    // Otherwise every log line starts with the cluster name, which contains the secret.
    config.setProperty("hazelcast.logging.details.enabled", "false");
    refuseForeignObjects(config);
    config.setProperty("hazelcast.wait.seconds.before.join", "1");
    // A peer that becomes unreachable silently is removed after this time; a killed process is
    // noticed at once.
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

  /**
   * Restricts deserialization. Members exchange serialized Java objects; only classes of Vert.x,
   * Hazelcast and basic Java classes are accepted, so that a peer cannot instantiate arbitrary
   * classes.
   */
  private static void refuseForeignObjects(Config config) {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.setDefaultsDisabled(true);
    filter
        .getWhitelist()
        .addPrefixes("io.vertx.", "com.hazelcast.", "java.lang.", "java.util.", "[");
    config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
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
   * Hazelcast admits any member that knows the cluster name, so the secret becomes part of the
   * name. This keeps out strangers and misconfigured nodes; it does not encrypt traffic, so nodes
   * belong on a private network.
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
