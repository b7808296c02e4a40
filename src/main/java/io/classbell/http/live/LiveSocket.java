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
 * One browser's socket, as its event loop sees it: who it is for, until when, and what is on its
 * way to it. Only its own event loop touches it.
 */
final class LiveSocket {

  private final SockJSSocket socket;
  private final SocketIntake intake;
  private final String place;
  private final long openedAt;
  private @Nullable Identity identity;
  private final Set<String> registered = new HashSet<>();
  private long bytesOnTheirWay;
  private int refused;
  private long placeUntil;

  /**
   * @param intake limits what it sends
   * @param place of it among its user's
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

  /** A token was shown; from now on it is the one that counts. */
  void identify(Identity shown) {
    identity = shown;
    intake.isIdentified();
  }

  /** Until when its place among its user's is taken, in seconds since the epoch. */
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

  void unregister(String address) {
    registered.remove(address);
  }

  /** Counts a frame that was refused; tells how many there were. */
  int refusedOnceMore() {
    return ++refused;
  }

  /**
   * Sends a text frame (a buffer would go out as a binary one where the transport is raw), unless
   * so much is on its way already that the reader must have stopped reading. The SockJS socket's
   * own {@code writeQueueFull} does not tell: it hands every frame on at once.
   *
   * @return false where too much is on its way; a socket that is being closed is sent nothing more
   */
  boolean send(String frame, long maxBytesOnTheirWay) {
    if (intake.isClosed()) {
      return true;
    }
    int length = ByteBufUtil.utf8Bytes(frame);
    if (bytesOnTheirWay + length > maxBytesOnTheirWay) {
      return false;
    }
    bytesOnTheirWay += length;
    socket.write(frame).onComplete(written -> bytesOnTheirWay -= length);
    return true;
  }

  /** Why the socket must go, or null where it may stay. */
  @Nullable String overdue(long nowSeconds, int secondsToShowAToken, EndedSessions ended) {
    if (identity == null) {
      return nowSeconds - openedAt > secondsToShowAToken ? "no token was shown" : null;
    }
    if (identity.expiresAt() <= nowSeconds) {
      return "the token ran out";
    }
    return ended.hasEnded(identity) ? "the session ended" : null;
  }

  /** Closes it to make room for another one. */
  void makeRoom() {
    intake.close(WebSocketCloseStatus.TRY_AGAIN_LATER, "too many sockets without a token");
  }

  void close(String reason) {
    socket.close(3000, reason);
  }

  /** Without a farewell, which would wait behind all that is not read. */
  void cut() {
    Channels.cut(Channels.of(socket.routingContext().request().connection()));
  }
}
