package io.classbell.attacks;

import io.classbell.RealNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A browser's tab: a raw WebSocket to the bridge. */
final class Tab implements WebSocket.Listener {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final List<String> received = new CopyOnWriteArrayList<>();
  private final StringBuilder part = new StringBuilder();
  private volatile boolean closed;
  private WebSocket socket;

  private Tab() {}

  static Tab open(RealNode node) {
    Tab tab = new Tab();
    tab.socket =
        HTTP.newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + node.port() + "/eventbus/websocket"), tab)
            .join();
    return tab;
  }

  Tab register(String address, String token) {
    return send(
        "{\"type\":\"register\",\"address\":\"%s\",\"headers\":{\"authorization\":\"Bearer %s\"}}"
            .formatted(address, token));
  }

  Tab send(String frame) {
    socket.sendText(frame, true).join();
    return this;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether a notification came. */
  boolean wasNotified() {
    return received.stream().anyMatch(m -> m.contains("notification:new"));
  }

  long refusals() {
    return received.stream().filter(m -> m.contains("\"rejected\"")).count();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      received.add(part.toString());
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, java.nio.ByteBuffer data, boolean last) {
    part.append(java.nio.charset.StandardCharsets.UTF_8.decode(data));
    return onText(from, "", last);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed = true;
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed = true;
  }
}
