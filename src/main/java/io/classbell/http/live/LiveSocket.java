package io.classbell.http.live;

import io.classbell.http.auth.EndedSessions;
import io.classbell.http.call.Identity;
import io.classbell.http.connection.Channels;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * State of one browser's socket: its user, the expiry of its token and the bytes in flight.
 * Confined to the socket's event loop.
 */
final class LiveSocket {

  private final SockJSSocket socket;
  private final SocketIntake intake;
  private final String place;
  private final long openedAt;
  private @Nullable Identity identity;
  private final Set<String> registered = new HashSet<>();
  private long bytesInFlight;
  private int refused;
  private long placeUntil;

  /**
   * @param intake limits on incoming data
   * @param place name of its place in the user's limit of sockets
   * @param openedAt seconds since the epoch
   */
  LiveSocket(SockJSSocket socket, SocketIntake intake, String place, long openedAt) {
    this.socket = socket;
    this.intake = intake;
    this.place = place;
    this.openedAt = openedAt;
  }

  String place() {
    return place;
  }

  @Nullable Identity identity() {
    return identity;
  }

  /** Sets the identity of the latest accepted token. */
  void identify(Identity shown) {
    identity = shown;
    intake.isIdentified();
  }

  /** Until when its place is reserved, in seconds since the epoch. */
  long placeUntil() {
    return placeUntil;
  }

  void setPlaceUntil(long seconds) {
    placeUntil = seconds;
  }

  /** Registers an address as the client writes it; false where it is registered already. */
  boolean register(String address) {
    return registered.add(address);
  }

  /** Whether the client registered the address, as the client writes it. */
  boolean isRegistered(String address) {
    return registered.contains(address);
  }

  void unregister(String address) {
    registered.remove(address);
  }

  /** Counts a rejected frame; returns the total. */
  int countRejectedFrame() {
    return ++refused;
  }

  /**
   * Sends a text frame, unless so many bytes are in flight that the client must have stopped
   * reading. A buffer would become a binary frame on the raw transport. The SockJS socket's {@code
   * writeQueueFull} is not usable, because it passes every frame on at once.
   *
   * @return false if too many bytes are in flight; true without sending if the socket is closing
   */
  boolean send(String frame, long maxBytesInFlight) {
    if (intake.isClosed()) {
      return true;
    }
    int length = ByteBufUtil.utf8Bytes(frame);
    if (bytesInFlight + length > maxBytesInFlight) {
      return false;
    }
    bytesInFlight += length;
    socket.write(frame).onComplete(written -> bytesInFlight -= length);
    return true;
  }

  /** Returns the reason to close the socket, or null if it may stay open. */
  @Nullable String overdue(
      long nowSeconds, int secondsToShowAToken, int secondsWithoutToken, EndedSessions ended) {
    if (identity == null) {
      boolean isReader = !registered.isEmpty();
      long allowed = isReader ? secondsWithoutToken : secondsToShowAToken;
      String reason = isReader ? "connect again" : "no token was shown";
      return nowSeconds - openedAt > allowed ? reason : null;
    }
    if (identity.expiresAt() <= nowSeconds) {
      return "the token ran out";
    }
    return ended.hasEnded(identity) ? "the session ended" : null;
  }

  /** Closes it to make room for another one. */
  void evict() {
    intake.close(WebSocketCloseStatus.TRY_AGAIN_LATER, "too many sockets without a token");
  }

  void close(String reason) {
    socket.close(3000, reason);
  }

  /** Closes the connection without a close frame, which would be queued behind unread data. */
  void cut() {
    Channels.cut(Channels.of(socket.routingContext().request().connection()));
  }
}
