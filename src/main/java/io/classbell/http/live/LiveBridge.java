package io.classbell.http.live;

import io.classbell.http.auth.EndedSessions;
import io.classbell.http.auth.TokenVerifier;
import io.classbell.http.call.Identity;
import io.classbell.http.connection.Channels;
import io.classbell.http.connection.ConnectionWatch;
import io.classbell.http.limit.ClientAddress;
import io.classbell.http.problem.Problem;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.sockjs.BridgeEvent;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.vertx.ext.web.handler.sockjs.Transport;
import io.vertx.ext.web.handler.sockjs.impl.EventBusBridgeImpl;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SockJS bridge that delivers live messages to browsers. A socket may register the address of
 * the user whose access token it presents, the public addresses of slots, for which it needs no
 * token, and meetings of the teacher or admin whose token it presents. It may not send messages.
 * Confined to one event loop.
 *
 * <p>The library's access checks are not sufficient: it ignores required authorities when an
 * address is registered, skips patterns for messages without a body, and never reports a SockJS
 * socket's write queue as full. The event hook below therefore makes all decisions, and sends
 * messages itself to track the bytes in flight.
 */
public final class LiveBridge {

  /** Path to which browsers connect. */
  public static final String PATH = "/eventbus/";

  /** Prefix of browser addresses; no other bus address begins with it. */
  public static final String ADDRESS_PREFIX = "notifications.";

  /**
   * Address to which a client sends a newer token in the headers, because the official clients send
   * no frame for a second handler of an address. Messages to it do not reach the event bus, and it
   * cannot be registered.
   */
  static final String RENEW_ADDRESS = "notifications.renew";

  /** Limits of sockets; units are part of the names. */
  public record Limits(
      int socketsPerUser, int addressesPerSocket, long maxBytesInFlight, int maxSockets) {}

  private static final Logger LOG = LoggerFactory.getLogger(LiveBridge.class);

  private static final String TOO_MANY = "too many sockets";
  private static final int SECONDS_TO_SHOW_A_TOKEN = 10;

  /** How long a socket that reads public addresses lives without a token; then it reconnects. */
  private static final int SECONDS_WITHOUT_A_TOKEN = 900;

  private static final int PING_TIMEOUT_MILLIS = 30_000;
  private static final int HEARTBEAT_MILLIS = 25_000;
  private static final int MAX_ADDRESS_LENGTH = 100;
  private static final int UNAUTHORIZED = 401;

  /** The official clients' reply addresses are UUIDs. */
  private static final int MAX_REPLY_ADDRESS_LENGTH = 36;

  private static final int MOST_REFUSED_FRAMES = 1_000;

  /** How many seconds before it ends the place of a socket with a renewed token is extended. */
  private static final int KEEP_PLACE_SECONDS = 30;

  private final Map<SockJSSocket, LiveSocket> sockets = new IdentityHashMap<>();

  /** Sockets that have not presented a token yet, oldest first. */
  private final Set<LiveSocket> withoutToken = new LinkedHashSet<>();

  private final Vertx vertx;
  private final TokenVerifier tokens;
  private final EndedSessions ended;
  private final LiveUsers users;
  private final SocketPlaces places;
  private final ConnectionWatch connections;
  private final ClientAddress addresses;
  private final SocketLimits socketLimits;
  private final MeetingAccess meetings;
  private final Limits limits;
  private final Counter refused;
  private final InstantSource realTime;

  public LiveBridge(
      Vertx vertx,
      TokenVerifier tokens,
      EndedSessions ended,
      LiveUsers users,
      SocketPlaces places,
      ConnectionWatch connections,
      ClientAddress addresses,
      SocketLimits socketLimits,
      MeetingAccess meetings,
      Limits limits,
      Counter refused,
      InstantSource realTime) {
    this.vertx = vertx;
    this.tokens = tokens;
    this.ended = ended;
    this.users = users;
    this.places = places;
    this.connections = connections;
    this.addresses = addresses;
    this.socketLimits = socketLimits;
    this.meetings = meetings;
    this.limits = limits;
    this.refused = refused;
    this.realTime = realTime;
  }

  /**
   * Routes of the bridge: WebSocket and {@code /info} only, without other transports and SockJS
   * pages.
   */
  public Router router() {
    SockJSHandlerOptions options =
        new SockJSHandlerOptions()
            .setInsertJSESSIONID(false)
            .setRegisterWriteHandler(false)
            .setHeartbeatInterval(HEARTBEAT_MILLIS);
    for (Transport transport : Transport.values()) {
      if (transport != Transport.WEBSOCKET) {
        options.addDisabledTransport(transport.name());
      }
    }
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            rc -> {
              String path = rc.normalizedPath();
              if (path.endsWith("/websocket") || path.endsWith("/info")) {
                rc.next();
              } else {
                rc.fail(Problem.notFound());
              }
            });
    router.route("/*").subRouter(SockJSHandler.create(vertx, options).socketHandler(bridge()));
    return router;
  }

  private Handler<SockJSSocket> bridge() {
    SockJSBridgeOptions options =
        new SockJSBridgeOptions()
            .setInboundPermitteds(List.of())
            .addOutboundPermitted(new PermittedOptions().setAddressRegex(LiveAddress.PATTERN))
            .setMaxHandlersPerSocket(limits.addressesPerSocket())
            .setMaxAddressLength(MAX_ADDRESS_LENGTH)
            .setPingTimeout(PING_TIMEOUT_MILLIS);
    return new EventBusBridgeImpl(LocalConsumers.of(vertx), null, options, this::decide);
  }

  int sockets() {
    return sockets.size();
  }

  /**
   * Closes sockets whose token has expired, whose session has ended, or that presented no token in
   * time.
   */
  public void sweep() {
    long now = realTime.instant().getEpochSecond();
    for (LiveSocket socket : List.copyOf(sockets.values())) {
      String reason = socket.overdue(now, SECONDS_TO_SHOW_A_TOKEN, SECONDS_WITHOUT_A_TOKEN, ended);
      if (reason != null) {
        socket.close(reason);
      } else {
        keepPlace(socket, now);
      }
    }
  }

  /** Closes all sockets when the node stops, so that browsers reconnect to another node at once. */
  public void closeAll() {
    List.copyOf(sockets.values()).forEach(socket -> socket.close("going away"));
  }

  private void decide(BridgeEvent event) {
    switch (event.type()) {
      case SOCKET_CREATED -> event.complete(opened(event.socket()));
      case SOCKET_CLOSED -> {
        closed(event.socket());
        event.complete(true);
      }
      case SOCKET_ERROR -> {
        // For example a frame that is too large: the library drops the socket but leaves it open.
        closed(event.socket());
        event.complete(true);
        event.socket().close();
      }
      case REGISTER -> register(event);
      case UNREGISTER -> {
        LiveSocket socket = sockets.get(event.socket());
        if (socket != null && event.getRawMessage().getValue("address") instanceof String address) {
          socket.unregister(address);
        }
        event.complete(true);
      }
      case SEND -> send(event);
      case RECEIVE -> {
        deliver(event.socket(), event.getRawMessage());
        event.complete(false);
      }
      case REGISTERED, SOCKET_PING, SOCKET_IDLE -> event.complete(true);
      default -> refuse(event);
    }
  }

  /** The address that messages are published to, however a client writes it. */
  static String busAddress(String address) {
    return address.toLowerCase(Locale.ROOT);
  }

  /**
   * Accepts a newer token and replies on this socket. The event is never completed, so that the
   * library neither forwards the message nor replies to it.
   */
  private void send(BridgeEvent event) {
    JsonObject frame = event.getRawMessage();
    LiveSocket socket = sockets.get(event.socket());
    if (socket == null || !RENEW_ADDRESS.equals(frame.getValue("address"))) {
      refuse(event);
      return;
    }
    tokens
        .bearerOf(authorization(frame))
        .map(shown -> renewed(socket, shown))
        .onSuccess(
            identity -> {
              long left = identity.expiresAt() - realTime.instant().getEpochSecond();
              JsonObject body =
                  new JsonObject().put("event", "token:renewed").put("expiresIn", left);
              reply(socket, frame, new JsonObject().put("type", "rec").put("body", body));
            })
        .onFailure(
            badToken -> {
              countRefusal(socket);
              reply(
                  socket,
                  frame,
                  new JsonObject()
                      .put("type", "err")
                      .put("failureCode", UNAUTHORIZED)
                      .put("failureType", "RECIPIENT_FAILURE")
                      .put("message", "A valid access token of the socket's user is needed."));
            });
  }

  /** Returns the token to use from now on: the one that is valid longer. */
  private Identity renewed(LiveSocket socket, Identity shown) {
    Identity before = socket.identity();
    if (before == null || !before.userId().equals(shown.userId()) || ended.hasEnded(shown)) {
      throw Problem.unauthorized();
    }
    if (shown.expiresAt() < before.expiresAt()) {
      return before;
    }
    socket.identify(shown);
    return shown;
  }

  private void reply(LiveSocket socket, JsonObject frame, JsonObject envelope) {
    if (frame.getValue("replyAddress") instanceof String address
        && address.length() <= MAX_REPLY_ADDRESS_LENGTH) {
      socket.send(envelope.put("address", address).encode(), limits.maxBytesInFlight());
    }
  }

  private void refuse(BridgeEvent event) {
    event.complete(false);
    LiveSocket socket = sockets.get(event.socket());
    if (socket != null) {
      countRefusal(socket);
    }
  }

  private void countRefusal(LiveSocket socket) {
    if (socket.countRejectedFrame() == MOST_REFUSED_FRAMES) {
      refused.increment();
      socket.close("too much that is refused");
    }
  }

  private boolean opened(SockJSSocket socket) {
    if (sockets.size() >= limits.maxSockets()) {
      refused.increment();
      return false;
    }
    HttpServerRequest request = socket.routingContext().request();
    SocketIntake intake =
        SocketIntake.of(Channels.of(request.connection()), addresses.of(request), socketLimits);
    LiveSocket opened =
        new LiveSocket(socket, intake, places.name(), realTime.instant().getEpochSecond());
    sockets.put(socket, opened);
    connections.isSocket(request.connection());
    withoutToken.add(opened);
    if (!socketLimits.openedWithoutToken()) {
      // Browsers present their token at once, so the oldest sockets are the least likely to do so.
      LiveSocket oldest = withoutToken.iterator().next();
      if (oldest != opened) {
        removeWithoutToken(oldest);
        oldest.evict();
      }
    }
    return true;
  }

  private void removeWithoutToken(LiveSocket socket) {
    if (withoutToken.remove(socket)) {
      socketLimits.removeWithoutToken();
    }
  }

  private void closed(SockJSSocket socket) {
    LiveSocket gone = sockets.remove(socket);
    if (gone != null) {
      removeWithoutToken(gone);
    }
    Identity identity = gone == null ? null : gone.identity();
    if (gone != null && identity != null) {
      users.leave(identity.userId());
      places.free(identity.userId(), gone.place());
    }
  }

  private void register(BridgeEvent event) {
    JsonObject frame = event.getRawMessage();
    LiveAddress address = LiveAddress.of(frame.getValue("address"));
    String authorization = authorization(frame);
    if (address == null) {
      refuse(event);
    } else if (authorization == null && address.kind() == LiveAddress.Kind.SLOTS) {
      LiveSocket socket = sockets.get(event.socket());
      finish(event, socket == null ? Verdict.REFUSED : register(socket, event));
    } else {
      tokens
          .bearerOf(authorization)
          .compose(
              identity ->
                  mayRegister(identity, address)
                      .map(may -> may ? register(event, identity) : Verdict.REFUSED))
          .onSuccess(verdict -> finish(event, verdict))
          .onFailure(noToken -> refuse(event));
    }
  }

  private Future<Boolean> mayRegister(Identity identity, LiveAddress address) {
    return switch (address.kind()) {
      case SLOTS -> Future.succeededFuture(true);
      case NOTIFICATIONS -> Future.succeededFuture(address.subject().equals(identity.userId()));
      case MEETING -> meetings.runs(identity.caller(), address.subject());
    };
  }

  /**
   * A repeated registration with a newer token: the existing one stays, and the bridge would reply
   * with an error. It ignores an event that is never completed.
   */
  private void finish(BridgeEvent event, Verdict verdict) {
    if (verdict == Verdict.REGISTERED) {
      event.complete(true);
    } else if (verdict == Verdict.REFUSED) {
      refuse(event);
    }
  }

  private enum Verdict {
    REGISTERED,
    RENEWED,
    REFUSED
  }

  private static Verdict register(LiveSocket socket, BridgeEvent event) {
    String address = event.getRawMessage().getString("address");
    return socket.register(address) ? Verdict.REGISTERED : Verdict.RENEWED;
  }

  private Verdict register(BridgeEvent event, Identity identity) {
    LiveSocket socket = sockets.get(event.socket());
    if (socket == null || ended.hasEnded(identity)) {
      return Verdict.REFUSED;
    }
    Identity before = socket.identity();
    if (before == null) {
      if (!users.enter(identity.userId(), limits.socketsPerUser())) {
        refused.increment();
        socket.close(TOO_MANY);
        return Verdict.REFUSED;
      }
    } else if (!before.userId().equals(identity.userId())) {
      return Verdict.REFUSED;
    }
    if (before == null || identity.expiresAt() >= before.expiresAt()) {
      socket.identify(identity);
      removeWithoutToken(socket);
    }
    if (before == null) {
      takePlace(socket, identity);
    }
    return register(socket, event);
  }

  /**
   * Extends the place of a socket whose token was renewed. Called by a timer instead of at renewal,
   * so that a socket causes at most one Redis command per token.
   */
  private void keepPlace(LiveSocket socket, long now) {
    Identity identity = socket.identity();
    if (identity != null
        && identity.expiresAt() > socket.placeUntil()
        && socket.placeUntil() - now <= KEEP_PLACE_SECONDS) {
      takePlace(socket, identity);
    }
  }

  /**
   * Reserves a place across all nodes in Redis. The local count was checked before; the socket
   * stays open during the round trip.
   */
  private void takePlace(LiveSocket socket, Identity identity) {
    socket.setPlaceUntil(identity.expiresAt());
    places
        .take(identity.userId(), socket.place(), identity.expiresAt())
        .onSuccess(
            taken -> {
              if (!taken) {
                refused.increment();
                socket.close(TOO_MANY);
              }
            });
  }

  private static @Nullable String authorization(JsonObject frame) {
    return frame.getValue("headers") instanceof JsonObject headers
            && headers.getValue("authorization") instanceof String value
        ? value
        : null;
  }

  private void deliver(SockJSSocket sock, JsonObject envelope) {
    LiveSocket socket = sockets.get(sock);
    if (socket == null
        || !(envelope.getValue("address") instanceof String address)
        || !socket.isRegistered(address)) {
      return;
    }
    String frame = envelope.encode();
    if (!socket.send(frame, limits.maxBytesInFlight())) {
      refused.increment();
      Identity identity = socket.identity();
      LOG.info(
          "Socket closed because the client does not read: user={}",
          identity == null ? "none" : identity.userId());
      socket.cut();
    }
  }
}
