package io.classbell.platform.redis;

import io.classbell.platform.config.Secret;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import io.classbell.platform.tls.Pem;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Settings of Redis, which holds the work queue, rate limits and revocations, and never the only
 * copy of anything.
 */
public record RedisSettings(
    @Setting(
            "Address: redis://[:password@]host[:port][/db], or rediss:// for TLS. Secret, as it may hold a password.")
        Secret uri,
    @Setting(
            "PEM file with the authority that signed the server's certificate (rediss://); the authorities"
                + " that Java trusts if absent.")
        @Nullable String tlsCa,
    @Setting(value = "Most connections a node holds.", byDefault = "8", min = 1, max = 1000)
        int poolSize,
    @Setting(
            value = "Most requests that wait for a reply or a connection; more fail at once.",
            byDefault = "4096",
            min = 1,
            max = 1_000_000)
        int maxWaiting)
    implements ValidatedSettings {

  @Override
  public void check(SettingsErrors mistakes) {
    if (!uri.reveal().matches("rediss?://.+")) {
      mistakes.add("uri", "must begin with redis:// or rediss://");
      return;
    }
    try {
      if (new URI(uri.reveal()).getHost() == null) {
        mistakes.add("uri", "must name a host of letters, digits, dots and hyphens");
      }
    } catch (URISyntaxException e) {
      // The exception's message contains the whole address, including the password.
      mistakes.add("uri", "must be a valid URI; percent-encode special characters in a password");
    }
    Pem.checkCertificates(mistakes, "tlsCa", tlsCa);
    if (tlsCa != null && !uri.reveal().startsWith("rediss:")) {
      mistakes.add("tlsCa", "requires a uri that begins with rediss://");
    }
  }
}
