package io.classbell.http;

import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import org.jspecify.annotations.Nullable;

/**
 * One browser's socket, as its event loop sees it: who it is for, until when, and what is on its
 * way to it. Only its own event loop touches it.
 */
final class LiveSocket {

  private final SockJSSocket socket;
  private final String place;
  private final long openedAt;
  private @Nullable Identity identity;
  private boolean registered;
  private long bytesOnTheirWay;
  private int refused;

  /**
   * @param place of it among its user's
   * @param openedAt seconds since the epoch
   */
  LiveSocket(SockJSSocket socket, String place, long openedAt) {
    this.socket = socket;
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
  }

  boolean isRegistered() {
    return registered;
  }

  void setRegistered(boolean registered) {
    this.registered = registered;
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
   * @return whether it was sent
   */
  boolean send(String frame, long maxBytesOnTheirWay) {
    int length = frame.length();
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

  void close(String reason) {
    socket.close(3000, reason);
  }

  /** Without a farewell, which would wait behind all that is not read. */
  void cut() {
    Wire.cut(Wire.of(socket.routingContext().request().connection()));
  }
}
