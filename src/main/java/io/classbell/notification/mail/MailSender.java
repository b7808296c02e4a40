package io.classbell.notification.mail;

import io.classbell.notification.api.NotificationApi.Mail;
import io.classbell.notification.api.NotificationSettings;
import io.classbell.notification.api.NotificationSettings.Smtp;
import io.classbell.notification.delivery.ChannelSender;
import io.classbell.notification.delivery.Throttle;
import io.classbell.notification.store.DeliveryStore.Said;
import io.classbell.notification.text.Language;
import io.classbell.notification.text.Template;
import io.classbell.platform.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.MailResult;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends mails by SMTP. Every attempt of a delivery has the same Message-ID, so that receivers can
 * recognise a mail that was sent twice because the connection was lost after the server had
 * accepted it.
 */
public final class MailSender implements ChannelSender {
  /**
   * Permanent replies about the sender's configuration, not about the mail (RFC 4954, RFC 3207);
   * retried.
   */
  private static final Set<Integer> CONFIGURATION_ERRORS = Set.of(530, 534, 535, 538, 454);

  /** RFC 5322, section 3.3. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

  private final Smtp smtp;
  private final String domain;
  private final Vertx vertx;
  private final Throttle throttle;
  private final Context eventLoop;
  private final MailClient client;

  public MailSender(Vertx vertx, Smtp smtp) {
    this.smtp = smtp;
    this.domain = smtp.from().substring(smtp.from().indexOf('@') + 1);
    this.vertx = vertx;
    this.throttle = new Throttle(smtp.mailsPerSecond(), System.nanoTime());
    this.eventLoop = ((VertxInternal) vertx).createEventLoopContext();
    this.client = MailClient.create(vertx, config(smtp).setOwnHostname(domain));
  }

  private static MailConfig config(Smtp smtp) {
    MailConfig config = new MailConfig();
    config
        .setHostname(smtp.host())
        .setPort(smtp.port())
        .setSsl(smtp.implicitTls())
        .setStarttls(
            smtp.implicitTls()
                ? StartTLSOptions.DISABLED
                : StartTLSOptions.valueOf(smtp.startTls().name()))
        .setLogin(smtp.user() == null ? LoginOption.DISABLED : LoginOption.REQUIRED)
        .setMaxPoolSize(smtp.maxConnections())
        .setKeepAlive(true)
        .setConnectTimeout((int) smtp.connectTimeout().toMillis())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setIdleTimeout((int) smtp.sendTimeout().toMillis());
    if (smtp.implicitTls() || smtp.startTls() != NotificationSettings.StartTls.DISABLED) {
      config.setHostnameVerificationAlgorithm("HTTPS");
    }
    if (smtp.tlsCa() != null) {
      config.setTrustOptions(new PemTrustOptions().addCertPath(smtp.tlsCa()));
    }
    if (smtp.user() != null) {
      config.setUsername(smtp.user()).setPassword(Objects.requireNonNull(smtp.password()).reveal());
    }
    return config;
  }

  @Override
  public Outcome deliver(Job job) {
    if (!job.recipient().active()) {
      return new Delivered();
    }
    if (!MailAddress.isValid(job.recipient().email())) {
      return new Refused("The recipient's e-mail address is not valid.");
    }
    if (!job.said().isEmpty() && !job.recipient().mayBeMailed()) {
      return new Delivered();
    }
    MailText text = text(job);
    if (text == null) {
      return new Refused("The mail has no content or an unknown template.");
    }
    long turn = throttle.turn(System.nanoTime());
    if (turn > 0) {
      vertx.timer(turn, TimeUnit.NANOSECONDS).await();
    }
    try {
      send(message(job, text))
          .timeout(smtp.sendTimeout().toMillis(), TimeUnit.MILLISECONDS)
          .await();
      return new Delivered();
    } catch (SMTPException e) {
      String error = e.getReplyMessage();
      boolean never = e.getReplyCode() >= 500 && !CONFIGURATION_ERRORS.contains(e.getReplyCode());
      return never ? new Refused(error) : new Again(error, null);
    }
  }

  /**
   * Sends on an event loop. The client sets its handler after the connection is established; on
   * another thread it could miss the greeting of a fast server and wait until the timeout.
   */
  private Future<MailResult> send(MailMessage message) {
    Promise<MailResult> sent = Promise.promise();
    eventLoop.runOnContext(v -> client.sendMail(message).onComplete(sent));
    return sent.future();
  }

  /**
   * Encodes text headers here, because the client encodes one UTF-16 unit at a time and loses
   * characters beyond U+FFFF. Headers that are set explicitly replace those of the client.
   */
  private MailMessage message(Job job, MailText text) {
    MailMessage message = new MailMessage().setFrom(smtp.from()).setTo(job.recipient().email());
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("From", MailHeader.address("From", smtp.fromName(), smtp.from()))
            .add("Subject", MailHeader.text("Subject", text.subject()))
            .add("Message-ID", "<" + job.delivery().id() + "@" + domain + ">")
            .add("Auto-Submitted", "auto-generated");
    CalendarPart calendar = calendar(job);
    if (calendar == null) {
      return message.setText(text.plain()).setHtml(text.html()).setHeaders(headers);
    }
    String boundary = "=_" + job.delivery().id();
    headers
        .add("To", job.recipient().email())
        .add("Date", DATE.format(createdAt(job).atOffset(ZoneOffset.UTC)))
        .add("MIME-Version", "1.0")
        .add("Content-Type", AlternativeParts.contentType(boundary));
    return message
        .setFixedHeaders(true)
        .setHeaders(headers)
        .setText(AlternativeParts.body(boundary, text, calendar));
  }

  /** The same in every attempt, so that a mail that is sent twice is one mail. */
  private static Instant createdAt(Job job) {
    return job.delivery().createdAt().truncatedTo(ChronoUnit.SECONDS);
  }

  private @Nullable CalendarPart calendar(Job job) {
    return job.said().size() == 1
        ? CalendarPart.of(
            job.said().getFirst(),
            createdAt(job),
            smtp.from(),
            smtp.fromName(),
            job.recipient().email())
        : null;
  }

  /** The subject contains no text that people wrote. */
  private MailText digest(Language language, @Nullable String name, List<Said> notifications) {
    String number = Integer.toString(notifications.size());
    String title = language.template("mail.digest.title").fill(key -> number);
    StringBuilder text = new StringBuilder(language.word("mail.digest.text"));
    for (Said said : notifications) {
      text.append("\n\n• ").append(said.title()).append('\n').append(said.text());
    }
    return MailText.of(language, smtp.fromName(), name, title, text.toString(), null);
  }

  private @Nullable MailText text(Job job) {
    Language language = Language.of(job.recipient().locale());
    // The name is not mailed to an unverified address: somebody else may have registered it to send
    // a text of their choice.
    String name = job.recipient().mayBeMailed() ? job.recipient().name() : null;
    if (job.said().size() == 1) {
      Said said = job.said().getFirst();
      return MailText.of(language, smtp.fromName(), name, said.title(), said.text(), null);
    }
    if (!job.said().isEmpty()) {
      return digest(language, name, job.said());
    }
    if (job.delivery().content() == null) {
      return null;
    }
    Mail mail = Json.read(job.delivery().content(), Mail.class);
    String template = "mail." + mail.template();
    String title = language.wordOrNull(template + ".title");
    if (title == null) {
      return null;
    }
    Template.Values values = mail.data()::get;
    return MailText.of(
        language,
        smtp.fromName(),
        name,
        language.template(template + ".title").fill(values),
        language.template(template + ".text").fill(values),
        new MailText.Link(language.word(template + ".button"), mail.link().reveal()));
  }
}
