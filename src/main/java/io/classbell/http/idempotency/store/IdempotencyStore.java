package io.classbell.http.idempotency.store;

import io.classbell.platform.db.Columns;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.idempotency.CommandKey;
import io.classbell.platform.idempotency.KnownKey;
import io.classbell.platform.time.PlatformClock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The SQL of {@code idempotency_key}; each statement handles a group of requests. */
public final class IdempotencyStore {

  /**
   * A keyed request.
   *
   * @param scope first scope in which the key is looked up: the user's id, as in the previous
   *     release, or the target for requests without a user
   * @param target the user (or the address), the operation and the resource
   * @param requestHash eight digits that identify the secret, followed by a keyed hash of the
   *     request
   * @param bodyHash the hash of the previous release, for nodes that still run it
   * @param commandId the command's id if the key is new
   */
  public record Key(
      String scope,
      String target,
      String key,
      String operation,
      String requestHash,
      String bodyHash,
      String commandId) {

    private Key at(String otherScope) {
      return new Key(otherScope, target, key, operation, requestHash, bodyHash, commandId);
    }
  }

  /** A stored response; {@code json} is null if it has no body. */
  public record Given(int status, @Nullable String json) {}

  /**
   * A reserved key.
   *
   * @param scope the scope under which it is stored
   * @param commandId the command id of the first request with the key, on any node
   * @param given the stored response; null if there is none yet
   */
  public record Begun(String scope, String commandId, @Nullable Given given) {}

  public record Finish(String scope, String key, int status, @Nullable String json) {}

  private static final int MOST_AT_ONCE = 1_000;

  private record Id(String scope, String key) {}

  private record Stored(
      String operation,
      @Nullable String target,
      @Nullable String requestHash,
      String bodyHash,
      Begun begun) {

    /**
     * Whether the row belongs to this request, or may belong to it if an older node wrote the row.
     */
    boolean isFor(Key key) {
      return target == null
          ? operation.equals(key.operation) || bodyHash.equals(key.bodyHash)
          : target.equals(key.target);
    }

    /**
     * Compares the request with the stored one. After the secret was replaced, they cannot be
     * compared. The stored response is not returned then; the command runs with its first id and
     * finds its own effect.
     */
    Outcome<Begun> outcome(Key key) {
      if (requestHash != null && !secretId(requestHash).equals(secretId(key.requestHash))) {
        return new Outcome.Done<>(new Begun(begun.scope, begun.commandId, null));
      }
      boolean isSame =
          requestHash == null ? bodyHash.equals(key.bodyHash) : requestHash.equals(key.requestHash);
      return isSame ? new Outcome.Done<>(begun) : new Outcome.Rejected<>(KnownKey.REUSED);
    }

    private static String secretId(String requestHash) {
      return requestHash.substring(0, CommandKey.SECRET_ID_DIGITS);
    }
  }

  private static final Columns NEW =
      new Columns()
          .id("scope")
          .code("idem_key", 255)
          .code("operation", 60)
          .code("body_hash", 64)
          .id("command_id")
          .instant("created_at")
          .id("target")
          .code("request_hash", 72);

  /** Leaves existing keys unchanged. */
  private static final String TAKE =
      NEW.insertInto("idempotency_key")
          + " ON DUPLICATE KEY UPDATE idempotency_key.operation = idempotency_key.operation";

  private static final Columns IDS = new Columns().id("scope").code("idem_key", 255);

  private static final String READ =
      "SELECT k.scope, k.idem_key, k.operation, k.body_hash, k.command_id, k.status, k.answer,"
          + " k.target, k.request_hash FROM "
          + IDS.table()
          + " JOIN idempotency_key k ON k.scope = j.scope"
          + " AND k.idem_key = j.idem_key";

  private static final Columns ANSWERS =
      new Columns()
          .id("scope")
          .code("idem_key", 255)
          .number("status")
          .longText("answer")
          .instant("answered_at");

  private static final String ANSWER =
      "UPDATE "
          + ANSWERS.table()
          + " JOIN idempotency_key k ON k.scope = j.scope"
          + " AND k.idem_key = j.idem_key"
          + " SET k.status = j.status, k.answer = j.answer, k.answered_at = j.answered_at"
          + " WHERE k.status IS NULL";

  private static final String DELETE_OLDEST =
      "DELETE FROM idempotency_key WHERE created_at < ? ORDER BY created_at LIMIT " + MOST_AT_ONCE;

  private final PlatformClock clock;

  public IdempotencyStore(PlatformClock clock) {
    this.clock = clock;
  }

  /**
   * Reserves the keys, or reads their existing reservations. A user's key that was first used for
   * another operation is reserved separately for this one.
   */
  public List<Outcome<Begun>> begin(Tx tx, List<Key> keys) {
    Map<Id, Stored> first = take(tx, keys);
    List<Key> elsewhere =
        keys.stream()
            .filter(key -> !stored(first, key).isFor(key))
            .map(key -> key.at(key.target))
            .toList();
    Map<Id, Stored> second = elsewhere.isEmpty() ? Map.of() : take(tx, elsewhere);
    return keys.stream()
        .map(
            key -> {
              Stored row = stored(first, key);
              return row.isFor(key)
                  ? row.outcome(key)
                  : stored(second, key.at(key.target)).outcome(key);
            })
        .toList();
  }

  private static Stored stored(Map<Id, Stored> rows, Key key) {
    Stored row = rows.get(new Id(key.scope, key.key));
    if (row == null) {
      throw new IllegalStateException("A key that was just inserted does not exist.");
    }
    return row;
  }

  private Map<Id, Stored> take(Tx tx, List<Key> keys) {
    Instant now = clock.realNow();
    tx.write(
        TAKE,
        NEW.json(
            keys.stream()
                .sorted(Comparator.comparing(Key::scope).thenComparing(Key::key))
                .map(
                    k ->
                        new @Nullable Object[] {
                          k.scope,
                          k.key,
                          k.operation,
                          k.bodyHash,
                          k.commandId,
                          now,
                          k.target,
                          k.requestHash
                        })
                .toList()));
    return read(tx, keys);
  }

  private static Map<Id, Stored> read(Tx tx, List<Key> keys) {
    Map<Id, Stored> stored = new HashMap<>();
    tx.list(
        READ,
        row -> {
          String scope = row.getString("scope");
          Integer status = row.getInteger("status");
          Given given = status == null ? null : new Given(status, row.getString("answer"));
          return stored.put(
              new Id(scope, row.getString("idem_key")),
              new Stored(
                  row.getString("operation"),
                  row.getString("target"),
                  row.getString("request_hash"),
                  row.getString("body_hash"),
                  new Begun(scope, row.getString("command_id"), given)));
        },
        IDS.json(
            keys.stream().map(k -> new @Nullable Object[] {k.scope, k.key}).distinct().toList()));
    return stored;
  }

  /** Deletes a batch of the oldest keys; returns whether there may be more. */
  public boolean deleteOldest(Tx tx, Instant before) {
    return tx.execute(DELETE_OLDEST, before) == MOST_AT_ONCE;
  }

  public List<Outcome<Boolean>> finish(Tx tx, List<Finish> finishes) {
    Instant now = clock.realNow();
    tx.write(
        ANSWER,
        ANSWERS.json(
            finishes.stream()
                .sorted(Comparator.comparing(Finish::scope).thenComparing(Finish::key))
                .map(f -> new @Nullable Object[] {f.scope, f.key, f.status, f.json, now})
                .toList()));
    return finishes.stream().map(f -> (Outcome<Boolean>) new Outcome.Done<>(true)).toList();
  }
}
