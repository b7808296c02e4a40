package io.classbell.embedded;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.classbell.StartFailure;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A mail server that sends nothing on. The newest mails can be read as JSON from {@link
 * #mailboxUrl()}; over HTTP because other nodes of a cluster on this machine want to show them too.
 */
final class MailCatcher implements AutoCloseable {
  static final String HOST = "127.0.0.1";
  private static final int KEPT = 2000;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private final int smtpPort;
  private final int mailboxPort;
  private final Clock clock;
  private final Deque<CaughtMail> newestFirst = new ArrayDeque<>();
  private @Nullable GreenMail smtp;
  private @Nullable HttpServer mailbox;

  MailCatcher(int smtpPort, int mailboxPort, Clock clock) {
    this.smtpPort = smtpPort;
    this.mailboxPort = mailboxPort;
    this.clock = clock;
  }

  int smtpPort() {
    return smtpPort;
  }

  /** Where the mails can be read: newest first, {@code ?to=} for one recipient's. */
  String mailboxUrl() {
    return "http://" + HOST + ":" + mailboxPort + "/mails";
  }

  void start() {
    GreenMail server = new GreenMail(new ServerSetup(smtpPort, HOST, ServerSetup.PROTOCOL_SMTP));
    server.withConfiguration(new GreenMailConfiguration().withDisabledAuthentication());
    smtp = server;
    try {
      server.start();
      server
          .getManagers()
          .getUserManager()
          .setMessageDeliveryHandler((mail, address) -> accept(mail, address.getEmail()));
      HttpServer http = HttpServer.create(new InetSocketAddress(HOST, mailboxPort), 0);
      http.createContext("/mails", this::show);
      http.start();
      mailbox = http;
    } catch (IOException | IllegalStateException e) {
      throw new StartFailure("The mail catcher can't be started: " + e.getMessage(), e);
    }
  }

  private NowhereUser accept(MovingMessage mail, String to) throws MessagingException {
    CaughtMail caught = CaughtMail.of(to, mail.getMessage(), clock.instant());
    synchronized (newestFirst) {
      newestFirst.addFirst(caught);
      if (newestFirst.size() > KEPT) {
        newestFirst.removeLast();
      }
    }
    return new NowhereUser(to);
  }

  /** The caught mails, newest first; {@code to} filters by recipient. */
  List<CaughtMail> mails(@Nullable String to) {
    synchronized (newestFirst) {
      return newestFirst.stream()
          .filter(
              mail ->
                  to == null
                      || mail.to().toLowerCase(Locale.ROOT).equals(to.toLowerCase(Locale.ROOT)))
          .toList();
    }
  }

  /** Forgets all mails: for tests. */
  void clear() {
    synchronized (newestFirst) {
      newestFirst.clear();
    }
  }

  private void show(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      String to =
          query != null && query.startsWith("to=")
              ? URLDecoder.decode(query.substring("to=".length()), StandardCharsets.UTF_8)
              : null;
      byte[] body = JSON.writeValueAsBytes(mails(to));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    if (mailbox != null) {
      mailbox.stop(0);
      mailbox = null;
    }
    if (smtp != null) {
      smtp.stop();
      smtp = null;
    }
  }
}
