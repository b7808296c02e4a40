package io.classbell.platform.idempotency;

import io.classbell.platform.db.InList;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.json.Json;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of {@code command_key}: keys that a module stores in the transaction of a command's
 * effect, so that a key costs one row and no commit.
 *
 * <p>Read the keys of a group after its locks are taken. Two transactions that store the same key
 * at the same time are stopped by the primary key; the second runs again and finds the first.
 */
public final class CommandKeys {
  private static final int MOST_AT_ONCE = 1_000;

  private static final String KNOWN =
      "SELECT id, request_hash, rejection FROM command_key WHERE id IN ";

  private static final Insert NEW =
      Insert.into("command_key", "id", "request_hash", "rejection", "created_at");

  private static final String DELETE_OLDEST =
      "DELETE FROM command_key WHERE created_at < ? ORDER BY created_at LIMIT " + MOST_AT_ONCE;

  /** Returns those of these keys that are stored, by id. */
  public Map<String, KnownKey> known(Sql sql, Collection<String> ids) {
    Map<String, KnownKey> known = new HashMap<>();
    if (!ids.isEmpty()) {
      sql.list(
              KNOWN + InList.marks(ids.size()),
              row -> {
                String rejection = row.getString("rejection");
                return new KnownKey(
                    row.getString("id"),
                    row.getString("request_hash"),
                    rejection == null ? null : Json.read(rejection, Rejection.class));
              },
              InList.parameters(List.of(), ids))
          .forEach(key -> known.put(key.id(), key));
    }
    return known;
  }

  /** Stores new keys; {@code now} is real time. */
  public void insert(Tx tx, Collection<KnownKey> keys, Instant now) {
    NEW.rows(
        tx,
        keys.stream()
            .map(
                key ->
                    new @Nullable Object[] {
                      key.id(),
                      key.requestHash(),
                      key.rejection() == null ? null : Json.write(key.rejection()),
                      now
                    })
            .toList());
  }

  /** Deletes a batch of the oldest keys; returns whether there may be more. */
  public boolean deleteOldest(Tx tx, Instant before) {
    return tx.execute(DELETE_OLDEST, before) == MOST_AT_ONCE;
  }
}
