package io.classbell.http.connection;

import io.vertx.core.Vertx;
import io.vertx.core.file.FileProps;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate and key, as files that are replaced before the certificate runs out. New
 * connections get the new one when the files are looked at next; open ones keep theirs.
 */
public final class Certificates {
  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  private final String chain;
  private final String key;
  private List<Long> changedAt = List.of();

  public Certificates(String chain, String key) {
    this.chain = chain;
    this.key = key;
  }

  /** For a server that is yet to be made. */
  public void addTo(HttpServerOptions options) {
    options
        .setSsl(true)
        .setUseAlpn(false)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setKeyCertOptions(files());
  }

  private ServerSSLOptions renewed() {
    ServerSSLOptions options = new ServerSSLOptions();
    options.setUseAlpn(false);
    options.setEnabledSecureTransportProtocols(PROTOCOLS);
    options.setKeyCertOptions(files());
    return options;
  }

  private PemKeyCertOptions files() {
    return new PemKeyCertOptions().setCertPath(chain).setKeyPath(key);
  }

  /** Looks after the files from now on; {@code everyMillis} apart. */
  public void keepFresh(Vertx vertx, HttpServer server, long everyMillis) {
    vertx.setPeriodic(0, everyMillis, timer -> look(vertx, server));
  }

  private void look(Vertx vertx, HttpServer server) {
    vertx
        .fileSystem()
        .props(chain)
        .compose(
            chainFile ->
                vertx
                    .fileSystem()
                    .props(key)
                    .map(keyFile -> List.of(time(chainFile), time(keyFile))))
        .onSuccess(
            now -> {
              boolean isFirst = changedAt.isEmpty();
              if (!now.equals(changedAt)) {
                changedAt = now;
                if (!isFirst) {
                  replace(server);
                }
              }
            })
        .onFailure(e -> LOG.warn("the certificate's files can't be read: {}", e.getMessage()));
  }

  private void replace(HttpServer server) {
    server
        .updateSSLOptions(renewed(), true)
        .onSuccess(replaced -> LOG.info("a new certificate is shown from now on"))
        .onFailure(
            e ->
                LOG.error("the new certificate is no good, the old one stays: {}", e.getMessage()));
  }

  private static Long time(FileProps file) {
    return file.lastModifiedTime();
  }
}
