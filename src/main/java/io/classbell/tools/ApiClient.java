package io.classbell.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A minimal client of the HTTP API and the live bridge. */
final class ApiClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI base;
  private final @Nullable String token;

  private ApiClient(HttpClient http, URI base, @Nullable String token) {
    this.http = http;
    this.base = base;
    this.token = token;
  }

  /** Returns a client without a user; {@code base} is the platform's address without a path. */
  static ApiClient at(String base) {
    HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    return new ApiClient(http, URI.create(base), null);
  }

  /** Logs in and returns a client for this user. */
  ApiClient login(String email, String password) throws IOException, InterruptedException {
    Answer answer = post("/auth/login", Map.of("email", email, "password", password));
    return new ApiClient(http, base, answer.ok().get("accessToken").asText());
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  Answer post(String path, Object body) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  /** Gets JSON from a path outside of the API's prefix. */
  Answer getPage(String path) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(base.resolve(path)).header("accept", "application/json").GET());
  }

  /** Connects to the bridge and registers this user's own address. */
  Live live(String userId) {
    URI socket = URI.create(base.toString().replaceFirst("^http", "ws") + "/eventbus/websocket");
    Live live = new Live();
    live.socket = http.newWebSocketBuilder().buildAsync(socket, live).join();
    String register =
        JSON.createObjectNode()
            .put("type", "register")
            .put("address", "notifications." + userId)
            .set("headers", JSON.createObjectNode().put("authorization", "Bearer " + token))
            .toString();
    live.socket.sendText(register, true).join();
    return live;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve("/api/v1" + path)).timeout(Duration.ofSeconds(60));
    return token == null ? request : request.header("authorization", "Bearer " + token);
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    String body = response.body();
    JsonNode json = body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
    return new Answer(response.request().uri().getPath(), response.statusCode(), json);
  }

  /** A status and a JSON body. */
  record Answer(String path, int status, JsonNode body) {

    /** The body, where the request was carried out. */
    JsonNode ok() {
      if (status >= 300) {
        throw new IllegalStateException(path + " answered " + status + ": " + body);
      }
      return body;
    }
  }

  /** Messages of the bridge, as they come. */
  static final class Live implements WebSocket.Listener, AutoCloseable {
    private final LinkedBlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private @Nullable WebSocket socket;

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          JsonNode message = JSON.readTree(text.toString());
          if ("rec".equals(message.path("type").asText())) {
            messages.add(message.path("body"));
          }
        } catch (IOException e) {
          throw new IllegalStateException("the bridge sent no JSON", e);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    /** The bridge's own answers (not the messages) come as binary frames on a raw socket. */
    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      return onText(from, StandardCharsets.UTF_8.decode(data), last);
    }

    /** The first notification of this kind that comes in time, others are passed over; or null. */
    @Nullable JsonNode next(String kind, Duration limit) throws InterruptedException {
      long deadline = System.nanoTime() + limit.toNanos();
      while (true) {
        JsonNode message = messages.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (message == null || kind.equals(message.at("/notification/kind").asText())) {
          return message;
        }
      }
    }

    @Override
    public void close() {
      if (socket != null) {
        socket.abort();
      }
    }
  }
}
