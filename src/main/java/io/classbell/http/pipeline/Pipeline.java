package io.classbell.http.pipeline;

import io.classbell.http.auth.EndedSessions;
import io.classbell.http.auth.TokenVerifier;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Identity;
import io.classbell.http.connection.ConnectionWatch;
import io.classbell.http.connection.RequestTimers;
import io.classbell.http.contract.Access;
import io.classbell.http.idempotency.IdempotentExecution;
import io.classbell.http.limit.ClientAddress;
import io.classbell.http.limit.RequestAdmission;
import io.classbell.http.problem.Problem;
import io.classbell.http.representation.Representation;
import io.classbell.http.routes.AuthRoutes;
import io.classbell.http.validation.RequestRules;
import io.classbell.platform.Ids;
import io.classbell.platform.failure.OutcomeUnknown;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Processes every API request in an order that discloses nothing to unauthorised callers:
 * authentication (401), rate limits (429), role (403), validation (415, 413, 400, 404, 422), and
 * then the route, with its Idempotency-Key.
 */
public final class Pipeline {

  private static final String BEARER = "classbell.bearer";

  private static final String NOT_KEPT = "no-store";

  /** The parts of the contract that are needed to serve one operation. */
  private record Served(String id, HttpMethod method, String path, List<String> pathParameters) {

    boolean isPost() {
      return method.equals(HttpMethod.POST);
    }
  }

  /**
   * GET paths whose responses browsers may store and revalidate by entity tag: classes and
   * bookings. Responses with profiles, money or admin data must not be stored.
   */
  private static final Pattern KEPT =
      Pattern.compile("/(slots|teachers|bookings|meetings|notifications|config)(/.*)?");

  private final TokenVerifier tokens;
  private final EndedSessions ended;
  private final ClientAddress addresses;
  private final IdempotentExecution repetition;
  private final RequestAdmission admission;
  private final ConnectionWatch connections;
  private final BodyHandler bodies;
  private final RequestTimers timers;
  private final Access access;
  private final Duration requestTimeout;

  public Pipeline(
      TokenVerifier tokens,
      EndedSessions ended,
      ClientAddress addresses,
      IdempotentExecution repetition,
      RequestAdmission admission,
      ConnectionWatch connections,
      RequestTimers timers,
      Access access,
      Duration requestTimeout,
      int maxBodyBytes) {
    this.tokens = tokens;
    this.ended = ended;
    this.addresses = addresses;
    this.repetition = repetition;
    this.admission = admission;
    this.connections = connections;
    this.timers = timers;
    this.access = access;
    this.requestTimeout = requestTimeout;
    this.bodies = BodyHandler.create(false).setBodyLimit(maxBodyBytes);
  }

  /**
   * Adds the handlers of every operation of the contract.
   *
   * @throws IllegalStateException if an operation of the contract has no route
   */
  public void register(
      RouterBuilder builder, OpenAPIContract contract, Map<String, Call.Route> routes) {
    for (OpenAPIRoute route : builder.getRoutes()) {
      Operation operation = route.getOperation();
      String id = operation.getOperationId();
      Call.Route answers = routes.get(id);
      if (answers == null) {
        throw new IllegalStateException("No route answers " + id);
      }
      RequestRules rules = new RequestRules(operation, contract.getSchemaRepository());
      route.setDoValidation(false).setDoSecurity(false);
      route.addHandler(enter(id));
      if (operation.getRequestBody() != null) {
        route.addHandler(
            rc -> {
              rules.checkContentType(rc);
              rc.next();
            });
        // Wrapped in a handler, because the router requires body handlers first, before
        // authentication.
        route.addHandler(bodies::handle);
      }
      Served served =
          new Served(
              id, operation.getHttpMethod(), operation.getOpenAPIPath(), pathParameters(operation));
      route.addHandler(rc -> serve(rc, served, rules, answers));
    }
  }

  private static List<String> pathParameters(Operation operation) {
    return operation.getParameters().stream()
        .filter(parameter -> parameter.getIn() == Location.PATH)
        .map(Parameter::getName)
        .sorted()
        .toList();
  }

  private Handler<RoutingContext> enter(String operation) {
    return rc -> {
      Future<@Nullable Identity> admitted = admitted(rc, operation);
      if (admitted.isComplete()) {
        entered(rc, operation, admitted);
      } else {
        rc.request().pause();
        admitted.onComplete(
            done -> {
              rc.request().resume();
              entered(rc, operation, admitted);
            });
      }
    };
  }

  /**
   * Authenticates a request and applies rate limits. Requests with an invalid token are counted by
   * address.
   */
  private Future<@Nullable Identity> admitted(RoutingContext rc, String operation) {
    Future<@Nullable Identity> identified = identified(rc, operation);
    return identified.transform(
        known ->
            admission
                .admit(known.result(), addresses.of(rc.request()), rc.response())
                .compose(in -> identified));
  }

  /**
   * Verifies the token of a request. If the operation takes a token without requiring one, a token
   * that is sent must be valid; operations that take none ignore it.
   */
  private Future<@Nullable Identity> identified(RoutingContext rc, String operation) {
    String authorization = rc.request().getHeader("Authorization");
    if (access.isAnonymous(operation) && (authorization == null || !access.takesToken(operation))) {
      return Future.succeededFuture();
    }
    return tokens
        .bearerOf(authorization)
        .map(
            identity -> {
              if (ended.hasEnded(identity)) {
                throw Problem.unauthorized();
              }
              return identity;
            });
  }

  private void entered(RoutingContext rc, String operation, Future<@Nullable Identity> admitted) {
    Identity identity = admitted.result();
    if (admitted.failed()) {
      rc.fail(admitted.cause());
    } else if (identity != null && !access.allows(operation, identity.caller().role())) {
      rc.fail(Problem.of(403, "forbidden", "Your role does not allow this operation."));
    } else {
      rc.put(BEARER, identity);
      rc.next();
    }
  }

  private void serve(RoutingContext rc, Served operation, RequestRules rules, Call.Route route) {
    connections.isAnswered(rc.request().connection());
    Identity bearer = rc.get(BEARER);
    Promise<Void> closed = Promise.promise();
    Duration timeLimit = Objects.requireNonNullElse(route.timeLimit(), requestTimeout);
    Call call =
        new Call(
            operation.id,
            rules.check(rc),
            bearer,
            addresses.of(rc.request()),
            cookie(rc, AuthRoutes.REFRESH_COOKIE),
            cookie(rc, AuthRoutes.DEVICE_COOKIE),
            Ids.next(),
            null,
            closed.future(),
            timeLimit);
    String key = operation.isPost() ? IdempotentExecution.keyOf(call) : null;
    long began = System.nanoTime();
    rc.addEndHandler(
        ended -> {
          timers.record(operation.id, rc.response().getStatusCode(), System.nanoTime() - began);
          if (ended.failed()) {
            closed.tryComplete();
          }
        });
    Future<Void> in =
        operation.id.equals("register")
            ? admission.admitRegistration(call.address(), rc.response())
            : Future.succeededFuture();
    Future<Answer> answered =
        in.compose(
            v ->
                key == null
                    ? route.answer(call)
                    : repetition.run(
                        call,
                        key,
                        operation.pathParameters,
                        route,
                        () -> rc.response().putHeader(Answer.REPEATED, "true")));
    within(timeLimit, operation.id, answered)
        .map(
            answer -> {
              send(rc, operation, answer);
              return answer;
            })
        .onFailure(rc::fail);
  }

  /**
   * One limit for all that a route asks, one after the other: each question alone may take as long.
   */
  private static Future<Answer> within(Duration limit, String operation, Future<Answer> answered) {
    return answered.isComplete()
        ? answered
        : answered
            .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
            .recover(
                e ->
                    Future.failedFuture(
                        e instanceof TimeoutException ? new OutcomeUnknown(operation, e) : e));
  }

  private static void send(RoutingContext rc, Served operation, Answer answer) {
    HttpServerResponse response = rc.response();
    if (response.ended() || response.closed()) {
      return;
    }
    Buffer body = answer.body();
    if (operation.method.equals(HttpMethod.GET) && answer.status() == 200 && body != null) {
      answer.headers().forEach(response::putHeader);
      String cacheControl = answer.headers().get("Cache-Control");
      if (cacheControl == null) {
        cacheControl = KEPT.matcher(operation.path).matches() ? "private, no-cache" : NOT_KEPT;
      }
      if (!cacheControl.equals(NOT_KEPT)) {
        Representation.addVary(response.headers(), "Authorization");
      }
      Representation.once(answer.contentType(), body).send(rc, cacheControl);
      return;
    }
    if (answer.status() == 201) {
      response.putHeader(HttpHeaders.LOCATION, Locations.of(operation.id, rc, body));
    }
    answer.send(response);
  }

  private static @Nullable String cookie(RoutingContext rc, String name) {
    Cookie cookie = rc.request().getCookie(name);
    return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
  }
}
