package io.classbell.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
public final class Visitor {
  /** Of everybody who registers here. */
  public static final String PASSWORD = "attack-tests-1";

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
  public record Answer(int status, HttpHeaders headers, String body) {
    /** The body. */
    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new AssertionError("no JSON: " + body, e);
      }
    }

    /** A field of the body. */
    public String text(String field) {
      return json().path(field).asText();
    }

    /** What a problem is called. */
    public String code() {
      return text("code");
    }

    /** The problem without what differs from request to request. */
    public JsonNode problem() {
      ObjectNode problem = (ObjectNode) json();
      problem.remove("instance");
      problem.remove("traceId");
      return problem;
    }

    /** Fails unless it has this status. */
    public Answer mustBe(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      return this;
    }
  }

  /** Without a token, at the node that listens there. */
  public static Visitor nobody(int port) {
    return new Visitor(port, null);
  }

  /** One of the demo accounts. */
  public static Visitor demo(int port, String name) {
    return nobody(port).login(name + "@classbell.test", "classbell-demo");
  }

  /** Somebody new. */
  public static Visitor register(int port, String role) {
    Visitor nobody = nobody(port);
    String email = role + COUNT.incrementAndGet() + "-" + System.nanoTime() + "@attack.example.org";
    nobody.post("/auth/register", registration(email, role)).mustBe(201);
    return nobody.login(email, PASSWORD);
  }

  /** The body of a registration. */
  public static String registration(String email, String role) {
    return "{\"email\":\"%s\",\"password\":\"%s\",\"name\":\"Somebody\",\"role\":\"%s\"}"
        .formatted(email, PASSWORD, role);
  }

  /** The same person with a token. */
  public Visitor login(String email, String password) {
    return with(session(email, password).text("accessToken"));
  }

  /** A session, with the refresh token in the answer. */
  public Answer session(String email, String password) {
    String body =
        "{\"email\":\"%s\",\"password\":\"%s\",\"refreshTokenIn\":\"body\"}"
            .formatted(email, password);
    return post("/auth/login", body).mustBe(200);
  }

  /** The same with another token. */
  public Visitor with(String otherToken) {
    return new Visitor(port, otherToken);
  }

  /** The same, at another node. */
  public Visitor at(int otherPort) {
    return new Visitor(otherPort, token);
  }

  /** The access token. */
  public String token() {
    return token;
  }

  /** The user's id. */
  public String id() {
    return get("/me").mustBe(200).text("id");
  }

  /** A path without the prefix; with two slashes in front, one outside of the API. */
  public Answer get(String path) {
    return send("GET", path, null);
  }

  /** Headers come in pairs. */
  public Answer post(String path, String json, String... headers) {
    return send("POST", path, json, headers);
  }

  /** Headers come in pairs. */
  public Answer send(String method, String path, String json, String... headers) {
    try {
      return answer(
          HTTP.send(request(method, path, json, headers), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " is not answered", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Without waiting for the answer. */
  public CompletableFuture<Answer> begin(
      String method, String path, String json, String... headers) {
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
