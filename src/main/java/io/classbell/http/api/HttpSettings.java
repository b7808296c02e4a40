package io.classbell.http.api;

import io.classbell.platform.IpNetworks;
import io.classbell.platform.config.Secret;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import io.classbell.platform.tls.Pem;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Settings of the HTTP servers of a node: addresses, TLS, trusted proxies and limits. */
public record HttpSettings(
    @Setting(value = "Address to listen on.", byDefault = "127.0.0.1") String host,
    @Setting(
            value = "Port to listen on; 0 takes a free one.",
            byDefault = "8080",
            min = 0,
            max = 65535)
        int port,
    @Setting(
            value = "Public base URL of the platform; links in mails begin with it.",
            byDefault = "http://localhost:8080")
        String publicUrl,
    @Setting("Origins, besides publicUrl's own, whose pages may call the API and open sockets.")
        List<String> allowedOrigins,
    @Setting("Addresses or networks (CIDR) of proxies whose X-Forwarded-For is trusted.")
        List<String> trustedProxies,
    @Setting(
            value = "Largest request body, in bytes.",
            byDefault = "65536",
            min = 1024,
            max = 16_777_216)
        int maxBodyBytes,
    @Setting(
            value = "Longest time a request may take before 503.",
            byDefault = "PT10S",
            atLeast = "PT0.5S",
            atMost = "PT5M")
        Duration requestTimeout,
    @Setting(
            value = "Longest time headers and body may take to arrive.",
            byDefault = "PT10S",
            atLeast = "PT0.5S",
            atMost = "PT5M")
        Duration bodyDeadline,
    @Setting(
            value = "Most requests in progress at once; more get 503 with Retry-After.",
            byDefault = "1024",
            min = 1,
            max = 1_000_000)
        int maxInFlight,
    @Setting(
            value =
                "Most open connections of a node; fewer where the process may have fewer open files"
                    + " (ulimit -n). Above it only health checks are answered.",
            byDefault = "20000",
            min = 16,
            max = 10_000_000)
        int maxConnections,
    @Setting(
            value =
                "Most open connections of one client address (IPv6: of one /64 network), and never"
                    + " more than half of all. Trusted proxies have no such limit. Unless set,"
                    + " 4000, and none in test mode.",
            min = 1,
            max = 10_000_000)
        @Nullable Integer maxConnectionsPerAddress,
    @Setting(
            value =
                "How long a node that was told to stop still takes requests, not ready, so that"
                    + " balancers and clients turn away first.",
            byDefault = "PT1S",
            atMost = "PT30S")
        Duration drainDelay,
    @Setting(
            "PEM file of the certificate chain, for TLS without a proxy; read again when it"
                + " changes.")
        @Nullable String tlsCertificate,
    @Setting("PEM file of the certificate's key, without a password.") @Nullable String tlsKey,
    @Setting(
            value = "How often the certificate files are checked for changes.",
            byDefault = "PT30S",
            atLeast = "PT0.1S",
            atMost = "P1D")
        Duration tlsReload,
    @Setting(value = "Most sockets of one user.", byDefault = "10", min = 1, max = 10_000)
        int socketsPerUser,
    @Setting(
            value = "Most addresses registered on one socket.",
            byDefault = "20",
            min = 1,
            max = 1000)
        int addressesPerSocket,
    @Setting(
            value = "Largest socket frame, in bytes.",
            byDefault = "65536",
            min = 1024,
            max = 16_777_216)
        int socketFrameBytes,
    @Setting(
            value =
                "Most frames a minute of one socket, of every kind: at one more it is closed. All"
                    + " of them may come at once.",
            byDefault = "600",
            min = 10,
            max = 1_000_000_000)
        int socketFramesPerMinute,
    @Setting(
            value =
                "Most frames a minute of all sockets of one client address: who sends one more is"
                    + " closed.",
            byDefault = "60000",
            min = 10,
            max = 1_000_000_000)
        int socketFramesPerMinutePerAddress,
    @Setting(
            value = "Largest socket message before a valid token was presented, in bytes.",
            byDefault = "8192",
            min = 1024,
            max = 16_777_216)
        int socketBytesBeforeToken,
    @Setting(
            value = "Most bytes in incomplete messages of all sockets of a node.",
            byDefault = "16777216",
            min = 65_536,
            max = 17_179_869_184L)
        long socketBufferBytes,
    @Setting(
            value =
                "Most sockets of a node that have not shown a token yet; the oldest is closed for"
                    + " one more.",
            byDefault = "2000",
            min = 1,
            max = 1_000_000)
        int socketsWithoutToken,
    @Setting(
            value = "Address of the management port: metrics and health details.",
            byDefault = "127.0.0.1")
        String managementHost,
    @Setting(
            value = "Management port; 0 takes a free one.",
            byDefault = "8081",
            min = 0,
            max = 65535)
        int managementPort,
    @Setting(
            "Host names by which the management port may be asked, besides loopback names and the"
                + " address it listens on: for example a service name; * allows all.")
        List<String> managementAllowedHosts,
    @Setting(
            value =
                "Whether test mode may listen on addresses that other machines reach, and answer to"
                    + " any host name.",
            byDefault = "false")
        boolean insecureTestMode,
    @Setting(
            value =
                "Requests a minute from one address before 429; 0 for no limit. Unless set, 1200,"
                    + " and none in test mode.",
            min = 0,
            max = 1_000_000_000)
        @Nullable Integer requestsPerMinutePerAddress,
    @Setting(
            value =
                "Registrations an hour from one address before 429; 0 for no limit. Unless set, 60,"
                    + " and none in test mode.",
            min = 0,
            max = 1_000_000_000)
        @Nullable Integer registrationsPerHourPerAddress,
    @Setting(
            value = "Event loops that serve HTTP; 0 for one a core.",
            byDefault = "0",
            min = 0,
            max = 256)
        int verticles,
    @Setting(
            value =
                "Key that hashes requests sent with an Idempotency-Key; the same on every node."
                    + " Without it one is derived from account.jwtSecret.",
            min = 32)
        @Nullable Secret idempotencySecret,
    @Setting(
            value =
                "How long an Idempotency-Key is kept. A request that is repeated later is a new"
                    + " command.",
            byDefault = "P30D",
            atLeast = "P1D",
            atMost = "P3650D")
        Duration idempotencyRetention)
    implements ValidatedSettings {

  @Override
  public void check(SettingsErrors mistakes) {
    Pem.checkIdentity(mistakes, "tlsCertificate", tlsCertificate, "tlsKey", tlsKey);
    if (!isOrigin(publicUrl)) {
      mistakes.add("publicUrl", "must be http:// or https:// and a host, without a path");
    }
    for (int i = 0; i < allowedOrigins.size(); i++) {
      if (!isOrigin(allowedOrigins.get(i))) {
        mistakes.add(
            "allowedOrigins[" + i + "]", "must be an origin such as https://app.example.com");
      }
    }
    for (int i = 0; i < trustedProxies.size(); i++) {
      if (!IpNetworks.isValid(trustedProxies.get(i))) {
        mistakes.add(
            "trustedProxies[" + i + "]",
            "must be an IP address or a network such as 10.0.0.0/8, without host names");
      }
    }
    if (port != 0 && port == managementPort && host.equals(managementHost)) {
      mistakes.add("managementPort", "must not be http.port");
    }
  }

  /** Whether a host is a loopback address or name. */
  public static boolean isLoopback(String host) {
    String name = normalHost(host);
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(name);
    return literal == null
        ? name.equals("localhost") || name.endsWith(".localhost")
        : literal.isLoopbackAddress();
  }

  /** Normalises a host: lower case, without the brackets of IPv6 and without a final dot. */
  public static String normalHost(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[") && name.endsWith("]")) {
      return name.substring(1, name.length() - 1);
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isOrigin(String text) {
    try {
      URI uri = URI.create(text);
      boolean isWeb = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      String rest = uri.getRawPath() == null ? "" : uri.getRawPath();
      return isWeb
          && uri.getHost() != null
          && rest.isEmpty()
          && uri.getQuery() == null
          && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
