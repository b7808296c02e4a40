package io.classbell.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.classbell.platform.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Stores caught mails in table {@code dev_mail}, where every node can show them and a restart keeps
 * them: the newest {@value #KEPT}.
 */
final class DevMailTable implements MailCatcher.Keeper, AutoCloseable {
  private static final int KEPT = 5_000;

  /** Old mails are deleted once per this many mails. */
  private static final int PRUNE_EVERY = 100;

  private static final int LONGEST_SUBJECT = 500;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Opens connections to the database. */
  @FunctionalInterface
  interface Connections {
    Connection open() throws SQLException;
  }

  private final Connections connections;
  private @Nullable Connection connection;
  private int sincePruned;

  DevMailTable(Connections connections) {
    this.connections = connections;
  }

  /** Stores a mail. A stale connection is replaced once. */
  @Override
  public synchronized void keep(CaughtMail mail) throws SQLException {
    try {
      insert(mail);
    } catch (SQLException e) {
      close();
      insert(mail);
    }
    if (++sincePruned >= PRUNE_EVERY) {
      sincePruned = 0;
      prune();
    }
  }

  private void insert(CaughtMail mail) throws SQLException {
    try (PreparedStatement insert =
        connected()
            .prepareStatement(
                "INSERT INTO dev_mail (id, recipient, subject, text, html, headers, received_at)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      String subject = mail.subject();
      insert.setString(1, Ids.next());
      insert.setString(2, mail.to());
      insert.setString(3, subject.substring(0, Math.min(subject.length(), LONGEST_SUBJECT)));
      insert.setString(4, mail.text());
      insert.setString(5, mail.html());
      insert.setString(6, JSON.writeValueAsString(mail.headers()));
      insert.setObject(7, LocalDateTime.ofInstant(mail.receivedAt(), ZoneOffset.UTC));
      insert.executeUpdate();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("headers that are no texts", e);
    }
  }

  /** Ids rise with time. */
  private void prune() throws SQLException {
    try (PreparedStatement delete =
        connected()
            .prepareStatement(
                "DELETE FROM dev_mail WHERE id <= (SELECT id FROM"
                    + " (SELECT id FROM dev_mail ORDER BY id DESC LIMIT 1 OFFSET ?) oldest)")) {
      delete.setInt(1, KEPT);
      delete.executeUpdate();
    }
  }

  private Connection connected() throws SQLException {
    Connection now = connection;
    if (now == null) {
      now = connections.open();
      connection = now;
    }
    return now;
  }

  @Override
  public synchronized void close() {
    Connection now = connection;
    connection = null;
    if (now != null) {
      try {
        now.close();
      } catch (SQLException e) {
        org.slf4j.LoggerFactory.getLogger(DevMailTable.class)
            .debug("a connection did not close: {}", e.getMessage());
      }
    }
  }
}
