package io.classbell.http.idempotency;

import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Identity;
import io.classbell.http.idempotency.store.IdempotencyStore;
import io.classbell.platform.Ids;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.idempotency.CommandKey;
import io.classbell.platform.json.Json;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Executes POST requests with an Idempotency-Key so that repetitions have one effect and one
 * response. Requests without a key are passed through.
 */
public final class IdempotentExecution {

  static final String HEADER = "Idempotency-Key";

  private static final String HMAC = "HmacSHA256";

  /**
   * Operations whose responses are not stored. A logout must end the given session, whatever an
   * earlier response was. Responses of the others contain secrets; repeating them starts another
   * session or replaces the calendar feed's address.
   */
  private static final Set<String> NEVER_STORED =
      Set.of("login", "refresh", "logout", "createCalendarFeed");

  /** Error statuses that do not result from the command itself, so they are not stored. */
  private static final Set<Integer> NOT_DEFINITE = Set.of(401, 408, 429);

  private final IdempotencyKeys keys;
  private final SecretKeySpec secret;
  private final String secretId;
  private final SecretKeySpec tokenKey;

  /**
   * All secrets must be the same on every node.
   *
   * @param secret key for hashing requests; null to derive one from {@code tokenKey}
   * @param tokenKey the key of access tokens
   */
  public IdempotentExecution(IdempotencyKeys keys, @Nullable Secret secret, Secret tokenKey) {
    this.keys = keys;
    this.tokenKey = new SecretKeySpec(tokenKey.bytes(), HMAC);
    this.secret =
        secret == null
            ? new SecretKeySpec(hmac(this.tokenKey, bytes("classbell idempotency")), HMAC)
            : new SecretKeySpec(secret.bytes(), HMAC);
    this.secretId = hex(hmac(this.secret, bytes("name"))).substring(0, CommandKey.SECRET_ID_DIGITS);
  }

  /** Returns the idempotency key of a call; null if it has none or its response is not stored. */
  public static @Nullable String keyOf(Call call) {
    String key = call.input().text(HEADER);
    return key == null || NEVER_STORED.contains(call.operation()) ? null : key;
  }

  /**
   * Executes the call, or returns its stored response. Routes that pass keys on are executed in any
   * case, because the module recognises a repeated command.
   *
   * @param pathParameters names of the operation's path parameters, in a fixed order
   * @param replayed called before a stored response is returned
   */
  public Future<Answer> run(
      Call call, String key, List<String> pathParameters, Call.Route route, Runnable replayed) {
    Identity bearer = call.bearer();
    String target = target(call, pathParameters);
    if (route.passesKeyOn()) {
      return passKeyOn(call, new CommandKey(Ids.derived(target, key), requestHash(call)), route)
          .onFailure(
              cause -> {
                if (cause instanceof RejectedException rejected
                    && Boolean.TRUE.equals(rejected.failure().repeated())) {
                  replayed.run();
                }
              });
    }
    IdempotencyStore.Key asked =
        new IdempotencyStore.Key(
            bearer == null ? target : bearer.userId(),
            target,
            key,
            call.operation(),
            requestHash(call),
            bodyHash(call),
            call.commandId());
    return keys.begin(asked)
        .compose(
            begun -> {
              if (begun.given() == null) {
                return execute(begun.scope(), key, call.under(begun.commandId()), route);
              }
              replayed.run();
              return again(begun.given());
            });
  }

  /** The module that has the effect stores the key with it and recognises a repeated command. */
  private static Future<Answer> passKeyOn(Call call, CommandKey key, Call.Route route) {
    return route.answer(call.under(key));
  }

  private Future<Answer> execute(String scope, String key, Call call, Call.Route route) {
    return route
        .answer(call)
        .transform(
            done -> {
              IdempotencyStore.Finish finish =
                  done.succeeded()
                      ? finish(scope, key, done.result())
                      : finish(scope, key, done.cause());
              Future<Answer> answer =
                  done.succeeded()
                      ? Future.succeededFuture(done.result())
                      : Future.failedFuture(done.cause());
              // Responds only after the response is stored; otherwise a repetition could get
              // another one.
              return finish == null ? answer : keys.finish(finish).compose(kept -> answer);
            });
  }

  /**
   * Returns the record to store; null for provisional responses, so that a repetition gets the
   * current state.
   */
  private static IdempotencyStore.@Nullable Finish finish(String scope, String key, Answer answer) {
    return answer.passing()
        ? null
        : new IdempotencyStore.Finish(
            scope, key, answer.status(), answer.body() == null ? null : answer.body().toString());
  }

  private static IdempotencyStore.@Nullable Finish finish(
      String scope, String key, Throwable cause) {
    if (!(cause instanceof RejectedException refused)) {
      return null;
    }
    Rejection failure = refused.failure();
    boolean definite =
        failure.status() >= 400
            && failure.status() < 500
            && !failure.retryable()
            && !NOT_DEFINITE.contains(failure.status());
    return definite
        ? new IdempotencyStore.Finish(scope, key, failure.status(), Json.write(failure))
        : null;
  }

  private static Future<Answer> again(IdempotencyStore.Given given) {
    if (given.status() >= 400 && given.json() != null) {
      return Future.failedFuture(new RejectedException(Json.read(given.json(), Rejection.class)));
    }
    return Future.succeededFuture(Answer.stored(given.status(), given.json()));
  }

  /**
   * Identifies the user, operation and resource of a key. Without a user, the client's address
   * takes the user's place, so that other clients cannot occupy the key. Stored as a hash, because
   * rows are kept forever.
   */
  private String target(Call call, List<String> pathParameters) {
    Identity bearer = call.bearer();
    List<String> parts = new ArrayList<>();
    parts.add("idempotency");
    parts.add(
        bearer == null ? hex(hmac(secret, bytes("address " + call.address()))) : bearer.userId());
    parts.add(call.operation());
    pathParameters.forEach(name -> parts.add(call.input().id(name)));
    return Ids.derived(parts.toArray(String[]::new));
  }

  /**
   * A keyed hash, because bodies can contain passwords, which must not be guessable from the
   * database.
   */
  private String requestHash(Call call) {
    Map<String, Object> parameters = new TreeMap<>(call.input().values());
    parameters.remove(HEADER);
    String request =
        new JsonArray()
            .add(call.operation())
            .add(new JsonObject(parameters))
            .add(call.body())
            .encode();
    return secretId + hex(hmac(secret, bytes(request)));
  }

  /** The hash that the previous release compares; remove it in the next release. */
  private String bodyHash(Call call) {
    StringBuilder text = new StringBuilder(call.operation());
    for (String name : List.of("id", "meetingId", "userId")) {
      String value = call.input().text(name);
      text.append('/').append(value == null ? "" : value);
    }
    return hex(hmac(tokenKey, bytes(text.append(' ').append(call.body().encode()).toString())));
  }

  private static byte[] hmac(SecretKeySpec key, byte[] bytes) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HmacSHA256", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
