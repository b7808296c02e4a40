package io.classbell.http;

import io.classbell.platform.Ids;
import io.classbell.platform.bus.Failure;
import io.classbell.platform.bus.Json;
import io.classbell.platform.bus.Refused;
import io.classbell.platform.config.Secret;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Runs a POST that carries an Idempotency-Key so that repeating it has one effect and one answer.
 * One without a key pays nothing for this.
 */
final class Repetition {

  static final String HEADER = "Idempotency-Key";

  /** Their answers hold secrets, which are not stored; repeating them begins another session. */
  private static final Set<String> NEVER_STORED = Set.of("login", "refresh");

  /** Refusals that say nothing of the command itself. */
  private static final Set<Integer> NOT_DEFINITE = Set.of(401, 408, 429);

  /** In the place of a user's id. */
  private static final String ANONYMOUS = Ids.derived("anonymous");

  private final IdempotencyKeys keys;
  private final SecretKeySpec hashKey;

  /**
   * @param secret the same on every node
   */
  Repetition(IdempotencyKeys keys, Secret secret) {
    this.keys = keys;
    this.hashKey = new SecretKeySpec(secret.bytes(), "HmacSHA256");
  }

  /** Whether the call is one that is to be answered the same when it comes again. */
  static @Nullable String keyOf(Call call) {
    String key = call.input().text(HEADER);
    return key == null || NEVER_STORED.contains(call.operation()) ? null : key;
  }

  Future<Answer> run(Call call, String key, Call.Route route) {
    Identity bearer = call.bearer();
    IdempotencyStore.Key asked =
        new IdempotencyStore.Key(
            bearer == null ? ANONYMOUS : bearer.userId(),
            key,
            call.operation(),
            hash(call),
            call.commandId());
    return keys.begin(asked)
        .compose(
            begun ->
                begun.given() == null
                    ? carryOut(asked, call.under(begun.commandId()), route)
                    : again(begun.given()));
  }

  private Future<Answer> carryOut(IdempotencyStore.Key asked, Call call, Call.Route route) {
    return route
        .answer(call)
        .transform(
            done -> {
              IdempotencyStore.Finish finish =
                  done.succeeded() ? finish(asked, done.result()) : finish(asked, done.cause());
              Future<Answer> answer =
                  done.succeeded()
                      ? Future.succeededFuture(done.result())
                      : Future.failedFuture(done.cause());
              // Answered only once it is kept: else a repetition could be answered otherwise.
              return finish == null ? answer : keys.finish(finish).compose(kept -> answer);
            });
  }

  /** What is under way is no outcome yet: asked again, the command tells how it stands by then. */
  private static IdempotencyStore.@Nullable Finish finish(IdempotencyStore.Key key, Answer answer) {
    return answer.passing()
        ? null
        : new IdempotencyStore.Finish(
            key.scope(),
            key.key(),
            answer.status(),
            answer.body() == null ? null : answer.body().toString());
  }

  private static IdempotencyStore.@Nullable Finish finish(
      IdempotencyStore.Key key, Throwable cause) {
    if (!(cause instanceof Refused refused)) {
      return null;
    }
    Failure failure = refused.failure();
    boolean definite =
        failure.status() >= 400
            && failure.status() < 500
            && !failure.retryable()
            && !NOT_DEFINITE.contains(failure.status());
    return definite
        ? new IdempotencyStore.Finish(key.scope(), key.key(), failure.status(), Json.write(failure))
        : null;
  }

  private static Future<Answer> again(IdempotencyStore.Given given) {
    if (given.status() >= 400 && given.json() != null) {
      return Future.failedFuture(new Refused(Json.read(given.json(), Failure.class)));
    }
    return Future.succeededFuture(Answer.stored(given.status(), given.json()));
  }

  /** Keyed, as bodies hold passwords: nobody is to try them out on what the database has. */
  private String hash(Call call) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(hashKey);
      mac.update(call.operation().getBytes(StandardCharsets.UTF_8));
      for (String name : List.of("id", "meetingId", "userId")) {
        String value = call.input().text(name);
        mac.update((byte) '/');
        mac.update((value == null ? "" : value).getBytes(StandardCharsets.UTF_8));
      }
      mac.update((byte) ' ');
      return HexFormat.of().formatHex(mac.doFinal(call.body().toBuffer().getBytes()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HmacSHA256", e);
    }
  }
}
