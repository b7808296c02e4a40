package io.classbell.platform.bus;

import io.classbell.platform.config.Secret;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import io.classbell.platform.tls.Pem;
import io.netty.util.NetUtil;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the cluster: whether this node is part of one, and how the nodes find and
 * authenticate each other.
 */
public record ClusterSettings(
    @Setting(value = "Whether this node is one of several.", byDefault = "false") boolean enabled,
    @Setting(
            value = "Name of the cluster; nodes with another name are not admitted.",
            byDefault = "classbell")
        String name,
    @Setting(value = "Shared secret of the cluster's members; required in production.", min = 16)
        @Nullable Secret secret,
    @Setting(
            value = "Address that this node binds for its peers: loopback or a private network.",
            byDefault = "127.0.0.1")
        String host,
    @Setting(
            value = "Port of the membership protocol; the event bus has its own port.",
            byDefault = "5701",
            min = 1,
            max = 65535)
        int port,
    @Setting(
            value =
                "Port of the event bus; 0 picks a free port. Set it if a firewall separates the nodes.",
            byDefault = "0",
            min = 0,
            max = 65535)
        int busPort,
    @Setting(
            "PEM file of this node's certificate chain. If set, the event bus uses TLS only, and"
                + " both sides present a certificate.")
        @Nullable String tlsCertificate,
    @Setting("PEM file of the certificate's key, without a password.") @Nullable String tlsKey,
    @Setting(
            "PEM file with the certificate authority that identifies peers: an authority of the cluster's own"
                + " that signs nothing else.")
        @Nullable String tlsCa,
    @Setting("Address under which peers reach this node, if it differs from the bound address.")
        @Nullable String publicHost,
    @Setting(value = "Members to connect to, as host or host:port; no others are contacted.")
        List<String> members,
    @Setting(
            "Kubernetes headless service (name.namespace.svc.cluster.local) whose addresses are the members.")
        @Nullable String kubernetesService)
    implements ValidatedSettings {

  @Override
  public void check(SettingsErrors mistakes) {
    if (enabled && members.isEmpty() && kubernetesService == null) {
      mistakes.add(
          "members",
          "must name at least one member (this node itself counts), or set kubernetesService");
    }
    for (int i = 0; i < members.size(); i++) {
      String member = members.get(i);
      if (!NetUtil.isValidIpV6Address(member) && HostAndPort.parseAuthority(member, -1) == null) {
        mistakes.add("members[" + i + "]", "must be a host or host:port");
      }
    }
    Pem.checkIdentity(mistakes, "tlsCertificate", tlsCertificate, "tlsKey", tlsKey);
    Pem.checkCertificates(mistakes, "tlsCa", tlsCa);
    if ((tlsCertificate == null) != (tlsCa == null)) {
      mistakes.add("tlsCa", "must be set together with tlsCertificate and tlsKey");
    }
    if (busPort == port) {
      mistakes.add("busPort", "must differ from cluster.port");
    }
    if (!members.isEmpty() && kubernetesService != null) {
      mistakes.add("kubernetesService", "must not be set together with members");
    }
  }
}
