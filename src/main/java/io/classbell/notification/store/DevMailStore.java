package io.classbell.notification.store;

import io.classbell.notification.api.NotificationApi.CaughtMail;
import io.classbell.platform.db.Sql;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SQL of mails that the test mode's mail server caught; read-only here. */
public final class DevMailStore {
  private static final String FIELDS =
      "SELECT recipient, subject, text, html, headers, received_at FROM dev_mail ";

  /** Returns mails newest first; ids increase with time. */
  public List<CaughtMail> newest(Sql sql, @Nullable String to, int limit) {
    if (to == null) {
      return sql.list(FIELDS + "ORDER BY id DESC LIMIT ?", DevMailStore::mail, limit);
    }
    return sql.list(
        FIELDS + "WHERE recipient = ? ORDER BY received_at DESC, id DESC LIMIT ?",
        DevMailStore::mail,
        to,
        limit);
  }

  private static CaughtMail mail(Row row) {
    return new CaughtMail(
        row.getString("recipient"),
        row.getString("subject"),
        row.getString("text"),
        row.getString("html"),
        StoredData.read(row.getString("headers")),
        Sql.instant(row, "received_at"));
  }
}
