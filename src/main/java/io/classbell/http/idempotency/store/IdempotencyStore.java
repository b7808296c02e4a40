package io.classbell.http.idempotency.store;

import io.classbell.platform.db.Columns;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.time.PlatformClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All SQL of Idempotency-Keys, in groups. */
public final class IdempotencyStore {

  /**
   * A keyed request.
   *
   * @param scope where the key is looked for first: the user's id, as in the release before, or the
   *     target for requests without a user
   * @param target the user (or the address), the operation and the thing it is asked of
   * @param requestHash keyed hash of everything that makes up the request, after the eight digits
   *     that name the secret
   * @param bodyHash the hash of the release before, for nodes that still run it
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

  /** An answer that was given; {@code json} is null for one without a body. */
  public record Given(int status, @Nullable String json) {}

  /**
   * A key that is taken.
   *
   * @param scope where it is stored
   * @param commandId the one that the key was first taken with, on whatever node
   * @param given null where there is no answer yet, or none any more
   */
  public record Begun(String scope, String commandId, @Nullable Given given) {}

  public record Finish(String scope, String key, int status, @Nullable String json) {}

  /**
   * So long an answer is kept. The key stays for ever, as the command's id that it holds is what
   * keeps a late repetition from having another effect.
   */
  private static final Duration REMEMBERED = Duration.ofDays(30);

  private static final int MOST_AT_ONCE = 1_000;

  private record Id(String scope, String key) {}

  private record Stored(
      String operation,
      @Nullable String target,
      @Nullable String requestHash,
      String bodyHash,
      Begun begun) {

    /** Whether the row was taken for what this request asks, or an older node may have meant so. */
    boolean isFor(Key key) {
      return target == null
          ? operation.equals(key.operation) || bodyHash.equals(key.bodyHash)
          : target.equals(key.target);
    }

    /**
     * Where the secret has been replaced, requests can't be compared any more. The answer is not
     * given again then; the command is carried out under its first id and finds its own effect.
     */
    Outcome<Begun> outcome(Key key) {
      if (requestHash != null && !nameOfSecret(requestHash).equals(nameOfSecret(key.requestHash))) {
        return new Outcome.Done<>(new Begun(begun.scope, begun.commandId, null));
      }
      boolean isSame =
          requestHash == null ? bodyHash.equals(key.bodyHash) : requestHash.equals(key.requestHash);
      return isSame ? new Outcome.Done<>(begun) : new Outcome.Rejected<>(REUSED);
    }

    private static String nameOfSecret(String requestHash) {
      return requestHash.substring(0, NAME_OF_SECRET);
    }
  }

  /** So many digits of a request's hash name the secret that it was made with. */
  public static final int NAME_OF_SECRET = 8;

  private static final Rejection REUSED =
      new Rejection(
          422,
          "idempotency_key_reused",
          "This Idempotency-Key was used with another request.",
          false,
          null,
          null);

  private static final Columns NEW =
      new Columns()
          .id("scope")
          .text("idem_key", 128)
          .code("operation", 60)
          .code("body_hash", 64)
          .id("command_id")
          .instant("created_at")
          .id("target")
          .code("request_hash", 72);

  /** A key that is taken keeps what it was taken for. */
  private static final String TAKE =
      NEW.insertInto("idempotency_key")
          + " ON DUPLICATE KEY UPDATE idempotency_key.operation = idempotency_key.operation";

  private static final Columns IDS = new Columns().id("scope").text("idem_key", 128);

  private static final String READ =
      "SELECT k.scope, k.idem_key, k.operation, k.body_hash, k.command_id, k.status, k.answer,"
          + " k.target, k.request_hash FROM "
          + IDS.table()
          + " JOIN idempotency_key k ON k.scope = j.scope"
          + " AND k.idem_key = j.idem_key";

  private static final Columns ANSWERS =
      new Columns()
          .id("scope")
          .text("idem_key", 128)
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

  private static final String FORGET =
      "UPDATE idempotency_key SET status = NULL, answer = NULL, answered_at = NULL"
          + " WHERE answered_at < ? ORDER BY answered_at LIMIT "
          + MOST_AT_ONCE;

  private final PlatformClock clock;

  public IdempotencyStore(PlatformClock clock) {
    this.clock = clock;
  }

  /**
   * Takes the keys, or reads what they were taken for. A user's key that was first taken for
   * another operation is taken once more, for this one.
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
      throw new IllegalStateException("a key that was just taken is not there");
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

  /** Forgets some of the oldest answers; tells whether there may be more of them. */
  public boolean forgetOldest(Tx tx) {
    return tx.execute(FORGET, clock.realNow().minus(REMEMBERED)) == MOST_AT_ONCE;
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
