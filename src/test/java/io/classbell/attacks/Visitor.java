package io.classbell.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.classbell.RealNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody with an HTTP client, who may have an access token. */
final class Visitor {
  static final String PASSWORD = "attack-tests-1";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final int port;
  private final String token;

  private Visitor(int port, String token) {
    this.port = port;
    this.token = token;
  }

  /** What was answered; {@code json} is null where that is none. */
  record Answer(int status, HttpHeaders headers, String body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new AssertionError("no JSON: " + body, e);
      }
    }

    String text(String field) {
      return json().path(field).asText();
    }

    String code() {
      return text("code");
    }

    /** The problem without what differs from request to request. */
    JsonNode problem() {
      ObjectNode problem = (ObjectNode) json();
      problem.remove("instance");
      problem.remove("traceId");
      return problem;
    }

    Answer mustBe(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      return this;
    }
  }

  static Visitor nobody(RealNode node) {
    return new Visitor(node.port(), null);
  }

  /** One of the demo accounts. */
  static Visitor demo(RealNode node, String name) {
    return nobody(node).login(name + "@classbell.test", "classbell-demo");
  }

  /** Somebody new. */
  static Visitor register(RealNode node, String role) {
    Visitor nobody = nobody(node);
    String email = role + COUNT.incrementAndGet() + "@attack.example.org";
    nobody.post("/auth/register", registration(email, role)).mustBe(201);
    return nobody.login(email, PASSWORD);
  }

  static String registration(String email, String role) {
    return "{\"email\":\"%s\",\"password\":\"%s\",\"name\":\"Somebody\",\"role\":\"%s\"}"
        .formatted(email, PASSWORD, role);
  }

  Visitor login(String email, String password) {
    return with(session(email, password).text("accessToken"));
  }

  /** A session, with the refresh token in the answer. */
  Answer session(String email, String password) {
    String body =
        "{\"email\":\"%s\",\"password\":\"%s\",\"refreshTokenIn\":\"body\"}"
            .formatted(email, password);
    return post("/auth/login", body).mustBe(200);
  }

  Visitor with(String otherToken) {
    return new Visitor(port, otherToken);
  }

  /** The same, at another node. */
  Visitor at(RealNode node) {
    return new Visitor(node.port(), token);
  }

  String token() {
    return token;
  }

  int port() {
    return port;
  }

  String id() {
    return get("/me").mustBe(200).text("id");
  }

  Answer get(String path) {
    return send("GET", path, null);
  }

  Answer post(String path, String json, String... headers) {
    return send("POST", path, json, headers);
  }

  Answer send(String method, String path, String json, String... headers) {
    try {
      return answer(
          HTTP.send(request(method, path, json, headers), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " is not answered", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  CompletableFuture<Answer> begin(String method, String path, String json, String... headers) {
    return HTTP.sendAsync(
            request(method, path, json, headers), HttpResponse.BodyHandlers.ofString())
        .thenApply(Visitor::answer);
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  private HttpRequest request(String method, String path, String json, String... headers) {
    String prefix = path.startsWith("//") ? "" : "/api/v1";
    URI uri =
        URI.create(
            "http://127.0.0.1:" + port + prefix + (prefix.isEmpty() ? path.substring(1) : path));
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request
        .method(
            method,
            json == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(json))
        .build();
  }
}
