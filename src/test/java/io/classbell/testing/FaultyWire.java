package io.classbell.testing;

import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.DatabaseSettings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The wire to a server, on a loopback port of its own, which a test can cut: now, for good, or when
 * a certain text passes.
 */
public final class FaultyWire implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final int serverPort;
  private final NetClient client = vertx.createNetClient();
  private final NetServer proxy = vertx.createNetServer();
  private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
  private volatile Predicate<String> cutBefore = text -> false;
  private volatile Predicate<String> cutAfter = text -> false;
  private volatile boolean refusing;
  private volatile boolean mute;
  private volatile long delayMillis;

  private FaultyWire(int serverPort) {
    this.serverPort = serverPort;
  }

  /** To a port on the loopback address. */
  public static FaultyWire to(int serverPort) {
    FaultyWire wire = new FaultyWire(serverPort);
    TestNode.await(wire.proxy.connectHandler(wire::connect).listen(0, "127.0.0.1"));
    return wire;
  }

  /** The settings of a database, by way of this wire. */
  public DatabaseSettings before(DatabaseSettings settings) {
    return SettingsReader.of(DatabaseSettings.class)
        .json(
            "test",
            "{\"port\": %d, \"name\": \"%s\", \"user\": \"%s\", \"password\": \"%s\"}"
                .formatted(port(), settings.name(), settings.user(), settings.password().reveal()))
        .read();
  }

  public int port() {
    return proxy.actualPort();
  }

  /** Cuts what is connected and refuses what comes, until {@link #mend}. */
  public void cut() {
    refusing = true;
    sockets.forEach(NetSocket::close);
  }

  /** Cuts what is connected; who comes again is served. */
  public void cutOnce() {
    sockets.forEach(NetSocket::close);
  }

  /** Holds back what the server answers, until {@link #mend}. */
  public void mute() {
    mute = true;
    sockets.forEach(NetSocket::pause);
  }

  /** From now on what the server answers comes so much later. */
  public void delay(long millis) {
    delayMillis = millis;
  }

  /** The next time that the client sends this, the wire is cut before the server sees it. */
  public void cutBefore(String text) {
    cutBefore = sent -> sent.contains(text);
  }

  /** The next time that the client sends this, the wire is cut when the server has answered it. */
  public void cutAfter(String text) {
    cutAfter = sent -> sent.contains(text);
  }

  public void mend() {
    refusing = false;
    mute = false;
    sockets.forEach(NetSocket::resume);
  }

  private void connect(NetSocket near) {
    if (refusing) {
      near.close();
      return;
    }
    near.pause();
    client
        .connect(serverPort, "127.0.0.1")
        .onFailure(e -> near.close())
        .onSuccess(
            far -> {
              sockets.add(near);
              sockets.add(far);
              boolean[] cutWithAnswer = new boolean[1];
              near.handler(
                  data -> {
                    String text = text(data);
                    if (cutBefore.test(text)) {
                      cutBefore = t -> false;
                      near.close();
                      return;
                    }
                    if (cutAfter.test(text)) {
                      cutAfter = t -> false;
                      cutWithAnswer[0] = true;
                    }
                    far.write(data);
                  });
              far.handler(
                  data -> {
                    if (cutWithAnswer[0]) {
                      near.close();
                    } else if (delayMillis > 0) {
                      vertx.setTimer(delayMillis, t -> near.write(data));
                    } else {
                      near.write(data);
                    }
                  });
              near.closeHandler(v -> end(near, far));
              far.closeHandler(v -> end(far, near));
              if (!mute) {
                near.resume();
              }
            });
  }

  private void end(NetSocket closed, NetSocket other) {
    sockets.remove(closed);
    sockets.remove(other);
    other.close();
  }

  private static String text(Buffer data) {
    return data.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    TestNode.await(vertx.close());
  }
}
