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
 * The server's certificate and key, reloaded when their files change. New connections use a new
 * certificate after the next check of the files; open connections keep the old one.
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

  /** Configures a server that has not been created yet. */
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

  /** Starts checking the files every {@code everyMillis} milliseconds. */
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
        .onFailure(
            e ->
                LOG.warn(
                    "The certificate files cannot be read; the current certificate stays in use: {}",
                    e.getMessage()));
  }

  private void replace(HttpServer server) {
    server
        .updateSSLOptions(renewed(), true)
        .onSuccess(replaced -> LOG.info("New connections use the new certificate."))
        .onFailure(
            e ->
                LOG.error(
                    "The new certificate is not valid; the current certificate stays in use: {}",
                    e.getMessage()));
  }

  private static Long time(FileProps file) {
    return file.lastModifiedTime();
  }
}
