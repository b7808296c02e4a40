package io.classbell.embedded;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.classbell.boot.StartFailure;
import jakarta.mail.MessagingException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** A mail server that passes all mails to a {@link Keeper} and delivers none. */
final class MailCatcher implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  /** Stores a caught mail; if it fails, the mail is rejected temporarily (4xx). */
  @FunctionalInterface
  interface Keeper {
    void keep(CaughtMail mail) throws Exception;
  }

  private final int smtpPort;
  private final Clock clock;
  private final Keeper keeper;
  private @Nullable GreenMail smtp;

  MailCatcher(int smtpPort, Clock clock, Keeper keeper) {
    this.smtpPort = smtpPort;
    this.clock = clock;
    this.keeper = keeper;
  }

  int smtpPort() {
    return smtpPort;
  }

  void start() {
    // Named, or Jakarta Mail searches every jar for it again with every part of every mail.
    System.setProperty(
        "jakarta.mail.util.StreamProvider", "org.eclipse.angus.mail.util.MailStreamProvider");
    GreenMail server = new GreenMail(new ServerSetup(smtpPort, HOST, ServerSetup.PROTOCOL_SMTP));
    server.withConfiguration(new GreenMailConfiguration().withDisabledAuthentication());
    smtp = server;
    try {
      server.start();
      server
          .getManagers()
          .getUserManager()
          .setMessageDeliveryHandler((mail, address) -> accept(mail, address.getEmail()));
    } catch (IllegalStateException e) {
      throw new StartFailure("The mail catcher can't be started: " + e.getMessage(), e);
    }
  }

  private DiscardingMailUser accept(MovingMessage mail, String to) throws MessagingException {
    try {
      keeper.keep(CaughtMail.of(to, mail.getMessage(), clock.instant()));
    } catch (MessagingException e) {
      throw e;
    } catch (Exception e) {
      throw new MessagingException("the mail cannot be kept", e);
    }
    return new DiscardingMailUser(to);
  }

  @Override
  public void close() {
    if (smtp != null) {
      smtp.stop();
      smtp = null;
    }
  }
}
