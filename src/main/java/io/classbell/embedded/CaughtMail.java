package io.classbell.embedded;

import jakarta.mail.Header;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mail as the mailbox page shows it; {@code to} is the envelope's recipient. */
record CaughtMail(
    String to,
    String subject,
    @Nullable String text,
    @Nullable String html,
    Map<String, String> headers,
    Instant receivedAt) {

  static CaughtMail of(String to, MimeMessage message, Instant receivedAt)
      throws MessagingException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : Collections.list(message.getAllHeaders())) {
      headers.merge(header.getName(), header.getValue(), (first, next) -> first + "\n" + next);
    }
    String subject = message.getSubject() == null ? "" : message.getSubject();
    try {
      return new CaughtMail(
          to,
          subject,
          body(message, "text/plain"),
          body(message, "text/html"),
          headers,
          receivedAt);
    } catch (IOException e) {
      throw new MessagingException("unreadable body", e);
    }
  }

  private static @Nullable String body(Part part, String type)
      throws MessagingException, IOException {
    if (part.isMimeType(type)) {
      return String.valueOf(part.getContent());
    }
    if (part.getContent() instanceof Multipart parts) {
      for (int i = 0; i < parts.getCount(); i++) {
        String found = body(parts.getBodyPart(i), type);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }
}
