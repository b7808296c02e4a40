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

/** Whether this node shares its event bus with others, and how they find and know each other. */
public record ClusterSettings(
    @Setting(value = "Whether this node is one of several.", byDefault = "false") boolean enabled,
    @Setting(
            value = "Name of the cluster; nodes of another name are not let in.",
            byDefault = "classbell")
        String name,
    @Setting(value = "Shared secret of the cluster's members; required in production.", min = 16)
        @Nullable Secret secret,
    @Setting(
            value = "Address that this node binds for its peers: loopback or a private network.",
            byDefault = "127.0.0.1")
        String host,
    @Setting(
            value = "Port of the membership protocol; the event bus has one of its own.",
            byDefault = "5701",
            min = 1,
            max = 65535)
        int port,
    @Setting(
            value =
                "Port of the event bus; 0 takes a free one. Name one where a firewall lies between.",
            byDefault = "0",
            min = 0,
            max = 65535)
        int busPort,
    @Setting(
            "PEM file of this node's certificate chain: with it the event bus speaks TLS alone, and"
                + " both ends show a certificate.")
        @Nullable String tlsCertificate,
    @Setting("PEM file of the certificate's key, without a password.") @Nullable String tlsKey,
    @Setting(
            "PEM file with the authority whose certificates make a peer: one of the cluster's own,"
                + " that signs nothing else.")
        @Nullable String tlsCa,
    @Setting("Address under which peers reach this node, where it is not the bound one.")
        @Nullable String publicHost,
    @Setting(value = "Members to look for, as host or host:port; only these are asked.")
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
          "must name at least one member (this node itself counts), or kubernetesService be set");
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
      mistakes.add("tlsCa", "tlsCertificate, tlsKey and tlsCa go together");
    }
    if (busPort == port) {
      mistakes.add("busPort", "must not be cluster.port");
    }
    if (!members.isEmpty() && kubernetesService != null) {
      mistakes.add("kubernetesService", "members and kubernetesService exclude each other");
    }
  }
}
