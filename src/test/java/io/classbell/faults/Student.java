package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client with a journal: it deposits, books and cancels at random (seeded), asks again with the
 * same Idempotency-Key while it is told to or hears nothing, and remembers what it was answered.
 * When everything is healed, {@link #settle} makes every unknown outcome a known one, and {@link
 * #disagreements} compares the journal with what the platform says.
 */
final class Student {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** What a command came to: an answer, or null while it is unknown. */
  private static final class Command {
    final String path;
    final String body;
    final String key;
    @Nullable Integer status;
    @Nullable JsonNode answer;

    Command(String path, String body, String key) {
      this.path = path;
      this.body = body;
      this.key = key;
    }

    boolean done() {
      return status != null && status < 300;
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final Random random;
  private final Supplier<String> anyNode;
  private final String token;
  private final List<String> slots;
  private final List<Command> deposits = new ArrayList<>();
  private final List<Command> bookings = new ArrayList<>();
  private final Map<String, Command> cancels = new HashMap<>();
  private int asked;
  private int again;

  Student(long seed, Supplier<String> anyNode, String token, List<String> slots) {
    this.random = new Random(seed);
    this.anyNode = anyNode;
    this.token = token;
    this.slots = slots;
  }

  /** One random command, asked until it is answered or patience ends. */
  void act() throws InterruptedException {
    int dice = random.nextInt(10);
    if (dice < 2) {
      Command deposit =
          command("/wallet/deposit", "{\"amount\":" + (1 + random.nextInt(500)) * 10 + "}");
      deposits.add(deposit);
      ask(deposit, PATIENCE);
    } else if (dice < 8 || bookings.isEmpty()) {
      String slot = slots.get(random.nextInt(slots.size()));
      Command booking = command("/bookings", "{\"slotId\":\"" + slot + "\"}");
      bookings.add(booking);
      ask(booking, PATIENCE);
    } else {
      Command booking = bookings.get(random.nextInt(bookings.size()));
      if (booking.done() && booking.answer != null) {
        String id = booking.answer.path("id").asText();
        Command cancel =
            cancels.computeIfAbsent(id, i -> command("/bookings/" + i + "/cancel", "{}"));
        ask(cancel, PATIENCE);
      }
    }
  }

  /** Asks again for everything whose outcome is unknown, until it is known. */
  void settle(Duration limit) throws InterruptedException {
    for (Command command : all()) {
      if (command.status == null) {
        ask(command, limit);
      }
      if (command.status == null) {
        throw new AssertionError("still no definite answer for " + command.path + " after healing");
      }
    }
  }

  /** Where the platform's account differs from the journal; empty when every promise was kept. */
  List<String> disagreements() throws IOException, InterruptedException {
    List<String> found = new ArrayList<>();
    long balance = 0;
    for (Command deposit : deposits) {
      if (deposit.done()) {
        balance += JSON.readTree(deposit.body).get("amount").asLong();
      }
    }
    Map<String, JsonNode> there = new HashMap<>();
    String cursor = "";
    do {
      JsonNode page = get("/bookings?limit=100" + cursor);
      page.get("items").forEach(b -> there.put(b.get("id").asText(), b));
      cursor = page.hasNonNull("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
    } while (!cursor.isEmpty());
    for (Command booking : bookings) {
      if (!booking.done() || booking.answer == null) {
        continue;
      }
      String id = booking.answer.path("id").asText();
      JsonNode now = there.remove(id);
      if (now == null) {
        found.add("acknowledged booking " + id + " is gone");
        continue;
      }
      String status = now.get("status").asText();
      Command cancel = cancels.get(id);
      if (cancel != null && cancel.done()) {
        if (!status.equals("cancelled")) {
          found.add("acknowledged cancel of " + id + " left it " + status);
        }
      } else if (status.equals("confirmed")) {
        balance -= now.get("price").asLong();
      } else if (!(booking.status == 202 && status.equals("rejected"))) {
        found.add("acknowledged booking " + id + " is " + status);
      }
    }
    there.forEach(
        (id, b) -> {
          if (!b.get("status").asText().equals("rejected")) {
            found.add("booking " + id + " is there and was never acknowledged");
          }
        });
    long said = get("/wallet").get("balance").asLong();
    if (said != balance) {
      found.add("the wallet holds " + said + ", the journal says " + balance);
    }
    return found;
  }

  /** Bookings that the platform confirmed to this client. */
  int acknowledged() {
    return (int) all().stream().filter(Command::done).count();
  }

  int asked() {
    return asked;
  }

  int askedAgain() {
    return again;
  }

  private List<Command> all() {
    List<Command> all = new ArrayList<>(deposits);
    all.addAll(bookings);
    all.addAll(cancels.values());
    return all;
  }

  private Command command(String path, String body) {
    return new Command(path, body, new UUID(random.nextLong(), random.nextLong()).toString());
  }

  /** Definite answers end it; 429, 5xx and silence are asked again, with the same key. */
  private void ask(Command command, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    asked++;
    while (command.status == null && System.nanoTime() < deadline) {
      try {
        HttpResponse<String> response =
            http.send(
                request(command.path)
                    .header("content-type", "application/json")
                    .header("idempotency-key", command.key)
                    .POST(HttpRequest.BodyPublishers.ofString(command.body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        int status = response.statusCode();
        if (status < 500 && status != 429) {
          command.status = status;
          command.answer = JSON.readTree(response.body());
          return;
        }
      } catch (IOException noAnswer) {
        again++;
      }
      again++;
      // What a client that follows Retry-After does.
      Thread.sleep(100 + random.nextInt(200));
    }
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + " answered " + response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(anyNode.get() + "/api/v1" + path))
        .timeout(Duration.ofSeconds(12))
        .header("authorization", "Bearer " + token);
  }
}
