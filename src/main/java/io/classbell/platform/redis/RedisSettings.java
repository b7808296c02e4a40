package io.classbell.platform.redis;

import io.classbell.platform.config.Secret;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import io.classbell.platform.tls.Pem;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** Where Redis is: work queue, rate limits, revocations; never the only copy of anything. */
public record RedisSettings(
    @Setting(
            "Address: redis://[:password@]host[:port][/db], or rediss:// for TLS. Secret, as it may hold a password.")
        Secret uri,
    @Setting(
            "PEM file with the authority that signed the server's certificate (rediss://); those that"
                + " Java knows when absent.")
        @Nullable String tlsCa,
    @Setting(value = "Most connections a node holds.", byDefault = "8", min = 1, max = 1000)
        int poolSize,
    @Setting(
            value = "Most requests that wait for an answer or a connection; more fail at once.",
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
        mistakes.add("uri", "names no host as a URI may: letters, digits, dots and hyphens");
      }
    } catch (URISyntaxException e) {
      // Its message is the whole address, password and all.
      mistakes.add("uri", "is no address; special characters in a password are percent-encoded");
    }
    Pem.checkCertificates(mistakes, "tlsCa", tlsCa);
    if (tlsCa != null && !uri.reveal().startsWith("rediss:")) {
      mistakes.add("tlsCa", "belongs to an address that begins with rediss://");
    }
  }
}
