package io.classbell.http.call;

import io.classbell.http.problem.Problem;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.idempotency.CommandKey;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A validated request: its operation, caller, input and command id.
 *
 * @param operation the contract's operationId
 * @param bearer the caller; null without an access token, where the operation requires none
 * @param address the client's key for limits: an IPv4 address or an IPv6 /64 network
 * @param refreshCookie the refresh token that the browser keeps
 * @param deviceCookie what the browser keeps of earlier logins
 * @param commandId a new one; under an Idempotency-Key the one that the key was first taken with
 * @param key the Idempotency-Key, for routes that pass it on to the module that has the effect;
 *     null for others and without a key
 * @param closed completes when the client closes the connection before it is answered
 * @param timeLimit how long the answer may take in all
 */
public record Call(
    String operation,
    Input input,
    @Nullable Identity bearer,
    String address,
    @Nullable String refreshCookie,
    @Nullable String deviceCookie,
    String commandId,
    @Nullable CommandKey key,
    Future<Void> closed,
    Duration timeLimit) {

  /** Handles one operation of the contract. */
  @FunctionalInterface
  public interface Route {
    Future<Answer> answer(Call call);

    /** How long the answer may take; null for as long as requests usually may. */
    default @Nullable Duration timeLimit() {
      return null;
    }

    /**
     * Whether the route passes {@link Call#key} on to a module that stores it in the transaction of
     * the effect. The keys of other routes are stored by the http module, with two more commits.
     */
    default boolean passesKeyOn() {
      return false;
    }

    /** The same route for requests that may take longer than others. */
    default Route within(Duration limit) {
      Route route = this;
      return new Route() {
        @Override
        public Future<Answer> answer(Call call) {
          return route.answer(call);
        }

        @Override
        public Duration timeLimit() {
          return limit;
        }

        @Override
        public boolean passesKeyOn() {
          return route.passesKeyOn();
        }
      };
    }

    /**
     * The same route with its key stored in the transaction of the effect. A repeated command must
     * be answered with the status of the first one and the resource as it is now, through {@link
     * Answer#repeatedIf}.
     */
    static Route passingKeyOn(Route route) {
      return new Route() {
        @Override
        public Future<Answer> answer(Call call) {
          return route.answer(call);
        }

        @Override
        public @Nullable Duration timeLimit() {
          return route.timeLimit();
        }

        @Override
        public boolean passesKeyOn() {
          return true;
        }
      };
    }
  }

  Identity identity() {
    if (bearer == null) {
      throw Problem.unauthorized();
    }
    return bearer;
  }

  public Caller caller() {
    return identity().caller();
  }

  /** The caller, or null without an access token. */
  public @Nullable Caller callerIfKnown() {
    return bearer == null ? null : bearer.caller();
  }

  public String userId() {
    return identity().userId();
  }

  public JsonObject body() {
    return input.body();
  }

  /**
   * Returns the cursor of the requested page in the module's format; null for the first page.
   *
   * @throws io.classbell.platform.bus.Refused if the cursor belongs to another list or other
   *     filters
   */
  public @Nullable String cursor() {
    String cursor = input.text("cursor");
    return cursor == null ? null : PageCursor.open(cursor, operation, input.values());
  }

  /** Returns the cursor of the next page for clients, bound to this list and its filters. */
  public @Nullable String nextCursor(@Nullable String ofModule) {
    return ofModule == null ? null : PageCursor.bind(ofModule, operation, input.values());
  }

  /** Returns an optional text field of the body. */
  public @Nullable String text(String field) {
    return input.body().getString(field);
  }

  public Call under(String otherCommandId) {
    return under(otherCommandId, key);
  }

  /** The same call with a key that the module stores; the command's id is derived from it. */
  public Call under(CommandKey otherKey) {
    return under(Ids.derived("command", otherKey.id()), otherKey);
  }

  private Call under(String otherCommandId, @Nullable CommandKey otherKey) {
    return new Call(
        operation,
        input,
        bearer,
        address,
        refreshCookie,
        deviceCookie,
        otherCommandId,
        otherKey,
        closed,
        timeLimit);
  }
}
