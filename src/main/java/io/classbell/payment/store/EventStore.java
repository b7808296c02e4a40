package io.classbell.payment.store;

import io.classbell.payment.model.Provider;
import io.classbell.payment.model.ProviderEvent;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** SQL of webhooks. */
public final class EventStore {
  private static final int MOST_DELETED = 1_000;

  /** Inserts an event; a second one of the same id violates the key. */
  public void insert(Tx tx, ProviderEvent event, Instant realNow) {
    tx.execute(
        "INSERT INTO provider_event (provider, event_id, type, account, body, received_at)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        event.provider().name(),
        event.id(),
        event.type(),
        event.account(),
        event.body(),
        realNow);
  }

  public boolean has(Sql sql, Provider provider, String id) {
    return sql.first(
            "SELECT event_id FROM provider_event WHERE provider = ? AND event_id = ?",
            row -> row.getString("event_id"),
            provider.name(),
            id)
        != null;
  }

  public @Nullable ProviderEvent find(Sql sql, String provider, String id) {
    return sql.first(
        "SELECT event_id, type, account, body FROM provider_event"
            + " WHERE provider = ? AND event_id = ?",
        row ->
            new ProviderEvent(
                Provider.valueOf(provider),
                row.getString("event_id"),
                row.getString("type"),
                row.getString("account"),
                row.getString("body")),
        provider,
        id);
  }

  public void processed(Tx tx, ProviderEvent event, Instant realNow) {
    tx.execute(
        "UPDATE provider_event SET processed_at = COALESCE(processed_at, ?)"
            + " WHERE provider = ? AND event_id = ?",
        realNow,
        event.provider().name(),
        event.id());
  }

  /** Deletes a batch of old events whose effect is done; returns whether there may be more. */
  public boolean deleteOld(Tx tx, Instant before) {
    return tx.execute(
            "DELETE FROM provider_event WHERE received_at < ? AND processed_at IS NOT NULL LIMIT "
                + MOST_DELETED,
            before)
        >= MOST_DELETED;
  }
}
