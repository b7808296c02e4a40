package io.classbell.http;

import io.classbell.platform.Ids;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of every API request, in the one order that gives nothing away: who asks (401), whether
 * that role may (403), what it is made of (415, 413, 400, 404, 422), whether it comes too often
 * (429), and only then the route, by way of its Idempotency-Key.
 */
final class Pipeline {

  private static final String BEARER = "classbell.bearer";

  private final AccessTokens tokens;
  private final EndedSessions ended;
  private final ClientAddress addresses;
  private final Repetition repetition;
  private final Admission admission;
  private final ConnectionWatch connections;
  private final BodyHandler bodies;
  private final RequestTimers timers;

  Pipeline(
      AccessTokens tokens,
      EndedSessions ended,
      ClientAddress addresses,
      Repetition repetition,
      Admission admission,
      ConnectionWatch connections,
      RequestTimers timers,
      int maxBodyBytes) {
    this.tokens = tokens;
    this.ended = ended;
    this.addresses = addresses;
    this.repetition = repetition;
    this.admission = admission;
    this.connections = connections;
    this.timers = timers;
    this.bodies = BodyHandler.create(false).setBodyLimit(maxBodyBytes);
  }

  /**
   * Gives every operation of the contract its way.
   *
   * @throws IllegalStateException where the contract, the routes and the access table differ
   */
  void lay(RouterBuilder builder, OpenAPIContract contract, Map<String, Call.Route> routes) {
    Access.mustCover(contract.operations().stream().map(Operation::getOperationId).toList());
    for (OpenAPIRoute route : builder.getRoutes()) {
      Operation operation = route.getOperation();
      String id = operation.getOperationId();
      Call.Route answers = routes.get(id);
      if (answers == null) {
        throw new IllegalStateException("No route answers " + id);
      }
      RequestRules rules = new RequestRules(operation, contract.getSchemaRepository());
      route.setDoValidation(false).setDoSecurity(false);
      route.addHandler(identify(id));
      if (operation.getRequestBody() != null) {
        route.addHandler(
            rc -> {
              rules.checkContentType(rc);
              rc.next();
            });
        // As a handler of ours: the router wants body handlers first, before anybody is refused.
        route.addHandler(bodies::handle);
      }
      boolean isPost = operation.getHttpMethod().equals(HttpMethod.POST);
      route.addHandler(rc -> serve(rc, id, isPost, rules, answers));
    }
  }

  /** An identity that is shown must be good, also where none is asked for. */
  private Handler<RoutingContext> identify(String operation) {
    boolean anonymous = Access.isAnonymous(operation);
    return rc -> {
      String authorization = rc.request().getHeader("Authorization");
      if (anonymous && (authorization == null || !operation.equals("logout"))) {
        rc.next();
        return;
      }
      Future<Identity> identified = tokens.bearerOf(authorization);
      if (identified.isComplete()) {
        identified(rc, operation, identified);
      } else {
        rc.request().pause();
        identified.onComplete(
            done -> {
              rc.request().resume();
              identified(rc, operation, identified);
            });
      }
    };
  }

  private void identified(RoutingContext rc, String operation, Future<Identity> identified) {
    if (identified.failed()) {
      rc.fail(identified.cause());
      return;
    }
    Identity identity = identified.result();
    if (ended.hasEnded(identity)) {
      rc.fail(Problem.unauthorized());
    } else if (!Access.allows(operation, identity.caller().role())) {
      rc.fail(Problem.of(403, "forbidden", "Your role may not do this."));
    } else {
      rc.put(BEARER, identity);
      rc.next();
    }
  }

  private void serve(
      RoutingContext rc, String operation, boolean isPost, RequestRules rules, Call.Route route) {
    connections.isAnswered(rc.request().connection());
    Identity bearer = rc.get(BEARER);
    Call call =
        new Call(
            operation,
            rules.check(rc),
            bearer,
            addresses.of(rc.request()),
            refreshCookie(rc),
            Ids.next());
    String key = isPost ? Repetition.keyOf(call) : null;
    long began = System.nanoTime();
    rc.addEndHandler(
        ended ->
            timers.record(operation, rc.response().getStatusCode(), System.nanoTime() - began));
    admission
        .admit(call)
        .compose(in -> key == null ? route.answer(call) : repetition.run(call, key, route))
        .onSuccess(answer -> send(rc, answer))
        .onFailure(rc::fail);
  }

  private static void send(RoutingContext rc, Answer answer) {
    if (!rc.response().ended() && !rc.response().closed()) {
      answer.send(rc.response());
    }
  }

  private static @Nullable String refreshCookie(RoutingContext rc) {
    Cookie cookie = rc.request().getCookie(AuthRoutes.REFRESH_COOKIE);
    return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
  }
}
