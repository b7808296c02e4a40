package io.classbell.http;

import io.classbell.platform.bus.Failure;
import io.classbell.platform.db.Columns;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.time.PlatformClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All SQL of Idempotency-Keys, in groups. */
final class IdempotencyStore {

  /**
   * A keyed request.
   *
   * @param scope whose key it is
   * @param bodyHash SHA-256, in hex, of all that makes up the request
   * @param commandId what the command is called where the key is new
   */
  record Key(String scope, String key, String operation, String bodyHash, String commandId) {}

  /** An answer that was given; {@code json} is null for one without a body. */
  record Given(int status, @Nullable String json) {}

  /**
   * A key that is taken.
   *
   * @param commandId the one that the key was first taken with, on whatever node
   * @param given null where there is no answer yet, or none any more
   */
  record Begun(String commandId, @Nullable Given given) {}

  record Finish(String scope, String key, int status, @Nullable String json) {}

  /**
   * So long an answer is kept. The key stays for ever, as the command's id that it holds is what
   * keeps a late repetition from having another effect.
   */
  private static final Duration REMEMBERED = Duration.ofDays(30);

  private static final int MOST_AT_ONCE = 1_000;

  private record Id(String scope, String key) {}

  private record Stored(String bodyHash, Begun begun) {}

  private static final Failure REUSED =
      new Failure(
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
          .instant("created_at");

  /** A key that is taken keeps what it was taken for. */
  private static final String TAKE =
      NEW.insertInto("idempotency_key")
          + " ON DUPLICATE KEY UPDATE idempotency_key.operation = idempotency_key.operation";

  private static final Columns IDS = new Columns().id("scope").text("idem_key", 128);

  private static final String READ =
      "SELECT k.scope, k.idem_key, k.body_hash, k.command_id, k.status, k.answer FROM "
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

  IdempotencyStore(PlatformClock clock) {
    this.clock = clock;
  }

  List<Outcome<Begun>> begin(Tx tx, List<Key> keys) {
    Instant now = clock.realNow();
    List<Key> inOrder = new ArrayList<>(keys);
    inOrder.sort(Comparator.comparing(Key::scope).thenComparing(Key::key));
    tx.write(
        TAKE,
        NEW.json(
            inOrder.stream()
                .map(
                    k ->
                        new @Nullable Object[] {
                          k.scope, k.key, k.operation, k.bodyHash, k.commandId, now
                        })
                .toList()));
    Map<Id, Stored> stored = read(tx, keys);
    List<Outcome<Begun>> outcomes = new ArrayList<>(keys.size());
    for (Key key : keys) {
      Stored row = stored.get(new Id(key.scope, key.key));
      if (row == null) {
        throw new IllegalStateException("a key that was just taken is not there");
      }
      outcomes.add(
          row.bodyHash.equals(key.bodyHash)
              ? new Outcome.Done<>(row.begun)
              : new Outcome.No<>(REUSED));
    }
    return outcomes;
  }

  private static Map<Id, Stored> read(Tx tx, List<Key> keys) {
    Map<Id, Stored> stored = new HashMap<>();
    tx.list(
        READ,
        row -> {
          Integer status = row.getInteger("status");
          return stored.put(
              new Id(row.getString("scope"), row.getString("idem_key")),
              new Stored(
                  row.getString("body_hash"),
                  new Begun(
                      row.getString("command_id"),
                      status == null ? null : new Given(status, row.getString("answer")))));
        },
        IDS.json(
            keys.stream().map(k -> new @Nullable Object[] {k.scope, k.key}).distinct().toList()));
    return stored;
  }

  /** Forgets some of the oldest answers; tells whether there may be more of them. */
  boolean forgetOldest(Tx tx) {
    return tx.execute(FORGET, clock.realNow().minus(REMEMBERED)) == MOST_AT_ONCE;
  }

  List<Outcome<Boolean>> finish(Tx tx, List<Finish> finishes) {
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
