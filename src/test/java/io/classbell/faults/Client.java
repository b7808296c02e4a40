package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One user's HTTP client, as it should be: each command has a key; 429, 5xx and silence are asked
 * again with that key, at another node, until patience ends.
 */
final class Client {
  static final String PASSWORD = "fault-tests-1";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration REQUEST_TIME = Duration.ofSeconds(20);
  private static final Duration READ_PATIENCE = Duration.ofSeconds(60);
  private static final int UNAUTHORIZED = 401;
  private static final int TOO_MANY = 429;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /** An answer, as it came. */
  record Response(int status, JsonNode body, HttpResponse<String> whole) {}

  private final Journal journal;
  private final List<? extends Door> nodes;
  private final Random random;
  private final String email;
  private final String password;
  private volatile @Nullable String token;
  private String lastAnswer = "nothing";

  private Client(
      Journal journal, List<? extends Door> nodes, long seed, String email, String password) {
    this.journal = journal;
    this.nodes = nodes;
    this.random = new Random(seed);
    this.email = email;
    this.password = password;
  }

  /** One of the fixed accounts of test mode. */
  static Client demo(Journal journal, List<? extends Door> nodes, long seed, String name) {
    return new Client(journal, nodes, seed, name + "@classbell.test", "classbell-demo");
  }

  /** A new user. */
  static Client register(Journal journal, List<? extends Door> nodes, long seed, String role)
      throws InterruptedException {
    String email = role + "-" + COUNT.incrementAndGet() + "-" + System.nanoTime() + "@a.test";
    Client client = new Client(journal, nodes, seed, email, PASSWORD);
    String body =
        "{\"email\":\"%s\",\"password\":\"%s\",\"name\":\"A %s\",\"role\":\"%s\"}"
            .formatted(email, PASSWORD, role, role);
    Command register = client.command("register", "/auth/register", body);
    client.ask(register, READ_PATIENCE);
    if (!register.acknowledged()) {
      throw new AssertionError("no account: " + register);
    }
    return client;
  }

  String email() {
    return email;
  }

  /** A command that was not asked for yet. */
  Command command(String kind, String path, String body) {
    Command command =
        new Command(kind, path, body, new UUID(random.nextLong(), random.nextLong()).toString());
    journal.add(command);
    return command;
  }

  /** Asks until a definite answer comes or patience ends. */
  void ask(Command command, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (command.unknown() && System.nanoTime() < deadline) {
      if (askOnce(anyNode(), command, REQUEST_TIME) == null) {
        // What a client that follows Retry-After does, with jitter.
        Thread.sleep(100 + random.nextInt(200));
      }
    }
  }

  /** Asks this node once; null where the answer is not a definite one. */
  @Nullable Response askOnce(Door node, Command command, Duration time)
      throws InterruptedException {
    try {
      Response response = post(node, command, time);
      lastAnswer = response.status + " " + response.body;
      if (definite(response.status)) {
        command.answered(response.status, response.body);
        return response;
      }
      if (response.status >= 500 && !saysWhenToCome(response)) {
        journal.discourteous(command + " was answered " + response.status + " " + response.body);
      }
    } catch (ConnectException nobodyListens) {
      lastAnswer = "connection refused";
      journal.turnedAway();
    } catch (IOException cut) {
      // As unknown as before.
      lastAnswer = cut.toString();
      journal.discourteous(command + " at " + node.name() + " was cut off: " + cut);
    }
    return null;
  }

  private static boolean saysWhenToCome(Response response) {
    return response.status == 503 && response.whole.headers().firstValue("retry-after").isPresent();
  }

  /** The outcome of the last {@link #askOnce}, for the message of a failed test. */
  String lastAnswer() {
    return lastAnswer;
  }

  /** Sends it once and answers what came, whatever it is. */
  Response post(Door node, Command command, Duration time)
      throws IOException, InterruptedException {
    journal.requested();
    return send(
        node,
        command.path,
        request ->
            request
                .header("content-type", "application/json")
                .header("idempotency-key", command.key)
                .timeout(time)
                .POST(HttpRequest.BodyPublishers.ofString(command.body)));
  }

  /** Reads, asking again until it is answered with 200. */
  JsonNode get(String path) throws InterruptedException {
    long deadline = System.nanoTime() + READ_PATIENCE.toNanos();
    String last = "nothing";
    while (System.nanoTime() < deadline) {
      try {
        Response response = send(anyNode(), path, request -> request.timeout(REQUEST_TIME).GET());
        if (response.status == 200) {
          return response.body;
        }
        last = response.status + " " + response.body;
      } catch (IOException noAnswer) {
        last = noAnswer.toString();
      }
      Thread.sleep(100);
    }
    throw new AssertionError("GET " + path + " was answered by " + last);
  }

  /** All items of a list with a cursor. */
  List<JsonNode> list(String path) throws InterruptedException {
    List<JsonNode> all = new ArrayList<>();
    String separator = path.contains("?") ? "&" : "?";
    String cursor = "";
    do {
      JsonNode page = get(path + separator + "limit=100" + cursor);
      page.get("items").forEach(all::add);
      cursor = page.hasNonNull("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
    } while (!cursor.isEmpty());
    return all;
  }

  private Door anyNode() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  private static boolean definite(int status) {
    return status < 500 && status != TOO_MANY && status != UNAUTHORIZED;
  }

  /** A token that ran out, or is not there yet, is got first. */
  private Response send(Door node, String path, Consumer<HttpRequest.Builder> how)
      throws IOException, InterruptedException {
    boolean open = path.startsWith("/auth/");
    if (token == null && !open) {
      Response login = login(node);
      if (saysWhenToCome(login)) {
        return login;
      }
      token = login.body.path("accessToken").asText(null);
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url() + "/api/v1" + path));
    how.accept(request);
    if (!open) {
      request.header("authorization", "Bearer " + token);
    }
    Response response = response(HTTP.send(request.build(), BODY));
    if (response.status == UNAUTHORIZED) {
      token = null;
    }
    return response;
  }

  private Response login(Door node) throws IOException, InterruptedException {
    String body = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(node.url() + "/api/v1/auth/login"))
            .header("content-type", "application/json")
            .timeout(REQUEST_TIME)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    Response response = response(HTTP.send(request, BODY));
    if (response.status != 200 && !saysWhenToCome(response)) {
      throw new IOException("login was answered " + response.status + " " + response.body);
    }
    return response;
  }

  private static final HttpResponse.BodyHandler<String> BODY = HttpResponse.BodyHandlers.ofString();

  private static Response response(HttpResponse<String> whole) throws IOException {
    String text = whole.body().isEmpty() ? "{}" : whole.body();
    return new Response(whole.statusCode(), JSON.readTree(text), whole);
  }
}
