package io.classbell.tools;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures a running platform in test mode. A closed loop of HTTP clients measures bookings,
 * cancellations and searches per second, as medians of several rounds. Every POST has an
 * Idempotency-Key, as those of real clients have. If the database is accessible, two loops without
 * the platform run as well: plain transactions with the same SQL, one per booking, and the same
 * rows in groups of 64 (the ceiling). The ratios are printed. The result is not judged.
 */
public final class Bench {
  private static final String PASSWORD = "bench-password-1";
  private static final int TEACHERS = 8;

  private final Vertx vertx;
  private final HttpClient http;
  private final URI url;
  private final int clients;
  private final int rounds;
  private final Duration roundTime;
  private final boolean withKeys;
  private final @Nullable String resultFile;
  private final List<String> students = new ArrayList<>();
  private final List<String> slots = new ArrayList<>();
  private final List<ArrayDeque<String>> booked = new ArrayList<>();
  private final List<List<String>> orders = new ArrayList<>();
  private int[] nextSlot = new int[0];
  private Instant firstSlot = Instant.EPOCH;

  private Bench(Vertx vertx, Map<String, String> options) {
    this.vertx = vertx;
    this.url = URI.create(options.getOrDefault("url", "http://localhost:8080"));
    this.clients = Integer.parseInt(options.getOrDefault("clients", "64"));
    this.rounds = Integer.parseInt(options.getOrDefault("rounds", "3"));
    this.roundTime = Duration.ofSeconds(Long.parseLong(options.getOrDefault("seconds", "8")));
    this.withKeys = !options.containsKey("no-keys");
    this.resultFile = options.get("json");
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setDefaultHost(url.getHost())
                .setDefaultPort(url.getPort())
                .setKeepAliveTimeout(120),
            new PoolOptions().setHttp1MaxSize(clients + 8).setMaxWaitQueueSize(-1));
  }

  /**
   * {@code --url U --clients N --rounds N --seconds N --no-keys --json FILE --servers FILE}, the
   * last for the plain loop and the ceiling.
   */
  public static void main(String[] args) {
    Map<String, String> options = new java.util.HashMap<>();
    for (int i = 0; i < args.length; i++) {
      String name = args[i].replaceFirst("^--", "");
      options.put(name, name.equals("no-keys") ? "true" : args[++i]);
    }
    Vertx vertx = Vertx.vertx();
    int exit = 0;
    try {
      new Bench(vertx, options).run(databaseUrl(options));
    } catch (RuntimeException e) {
      System.err.println("bench failed: " + e.getMessage());
      exit = 1;
    } finally {
      vertx.close().await();
    }
    System.exit(exit);
  }

  private static @Nullable String databaseUrl(Map<String, String> options) {
    String servers = options.get("servers");
    if (servers == null) {
      return null;
    }
    try {
      JsonObject database =
          new JsonObject(Files.readString(Path.of(servers))).getJsonObject("database");
      return "mysql://%s:%s@%s:%d/%s"
          .formatted(
              database.getString("migrationUser"),
              database.getString("migrationPassword"),
              database.getString("host"),
              database.getInteger("port"),
              database.getString("name"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(@Nullable String databaseUrl) {
    System.out.printf(
        "%d clients, %d rounds of %d s, %s, %d cores%n",
        clients,
        rounds,
        roundTime.toSeconds(),
        withKeys ? "every POST with an Idempotency-Key" : "no Idempotency-Keys",
        Runtime.getRuntime().availableProcessors());
    setUp();
    warmUp();
    List<Load.Result> bookings = new ArrayList<>();
    List<Load.Result> cancels = new ArrayList<>();
    List<Load.Result> searches = new ArrayList<>();
    List<Load.Result> plain = new ArrayList<>();
    List<Load.Result> ceiling = new ArrayList<>();
    LiveLatency live = listen();
    for (int round = 0; round < rounds; round++) {
      bookings.add(show(Load.run(vertx, "bookings", clients, roundTime, this::book).await()));
      System.out.println(live.report());
      if (databaseUrl != null) {
        plain.add(show(PlainLoop.run(vertx, databaseUrl, roundTime).await()));
        ceiling.add(show(PlainLoop.runInGroups(vertx, databaseUrl, roundTime).await()));
      }
      searches.add(
          show(Load.run(vertx, "slot searches", clients, roundTime, this::search).await()));
      cancels.add(show(Load.run(vertx, "cancels", clients, roundTime, this::cancel).await()));
    }
    live.close();
    if (databaseUrl != null) {
      System.out.println(OpensAtOnce.measure(vertx, databaseUrl, platformNow(), 1_000));
    }
    System.out.println("\nmedians");
    List<Load.Result> medians =
        Stream.of(bookings, cancels, searches, plain, ceiling)
            .filter(results -> !results.isEmpty())
            .map(Bench::median)
            .toList();
    medians.forEach(System.out::println);
    JsonObject ratios = new JsonObject();
    if (!plain.isEmpty()) {
      double booked = median(bookings).perSecond();
      ratios
          .put("bookingsToPlain", booked / median(plain).perSecond())
          .put("bookingsToCeiling", booked / median(ceiling).perSecond());
      System.out.printf(
          "bookings over HTTP / plain transactions: %.2f%n", ratios.getDouble("bookingsToPlain"));
      System.out.printf(
          "bookings over HTTP / the ceiling (the same rows in groups of 64): %.2f%n",
          ratios.getDouble("bookingsToCeiling"));
    }
    writeResult(medians, ratios);
  }

  private void writeResult(List<Load.Result> medians, JsonObject ratios) {
    if (resultFile == null) {
      return;
    }
    JsonObject result =
        new JsonObject()
            .put("clients", clients)
            .put("rounds", rounds)
            .put("roundSeconds", roundTime.toSeconds())
            .put("idempotencyKeys", withKeys)
            .put("cores", Runtime.getRuntime().availableProcessors())
            .put("medians", new JsonArray(medians.stream().map(Load.Result::toJson).toList()))
            .put("ratios", ratios);
    try {
      Files.writeString(Path.of(resultFile), result.encodePrettily() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.println("written to " + resultFile);
  }

  private LiveLatency listen() {
    long lead = platformNow().toEpochMilli() - System.currentTimeMillis();
    LiveLatency live = new LiveLatency(vertx, url, lead);
    for (String student : students.subList(0, Math.min(16, students.size()))) {
      live.listen(ok(HttpMethod.GET, "/me", student, null).getString("id"), student).await();
    }
    return live;
  }

  private Instant platformNow() {
    return Instant.parse(
        ok(HttpMethod.GET, "/test/clock", students.getFirst(), null).getString("now"));
  }

  private void setUp() {
    long started = System.nanoTime();
    List<String> teachers = new ArrayList<>();
    for (int i = 0; i < TEACHERS; i++) {
      teachers.add(user("teacher"));
    }
    for (int i = 0; i < clients; i++) {
      String token = user("student");
      students.add(token);
      booked.add(new ArrayDeque<>());
      ok(HttpMethod.POST, "/wallet/deposit", token, new JsonObject().put("amount", 100_000_000L));
    }
    nextSlot = new int[clients];
    // Slots never overlap for a student: one every half hour. More of them are made as they are
    // used up.
    makeSlots(teachers, Integer.getInteger("classbell.bench.slots", 3_000));
    System.out.printf("set up in %.1f s%n", (System.nanoTime() - started) / 1e9);
  }

  private void makeSlots(List<String> teachers, int count) {
    Instant clock =
        Instant.parse(
            ok(HttpMethod.GET, "/test/clock", students.getFirst(), null).getString("now"));
    firstSlot = clock.plus(Duration.ofDays(3)).truncatedTo(ChronoUnit.HOURS);
    String[] made = new String[count];
    int[] next = {0};
    Load.run(
            vertx,
            "slots",
            16,
            Duration.ofMinutes(5),
            client -> {
              int i = next[0]++;
              if (i >= count) {
                return null;
              }
              JsonObject slot =
                  new JsonObject()
                      .put("title", "Bench class " + i)
                      .put("startsAt", firstSlot.plus(Duration.ofMinutes(30L * i)).toString())
                      .put("durationMinutes", 30)
                      .put("capacity", clients)
                      .put("price", 100);
              return call(HttpMethod.POST, "/teachers/me/slots", teachers.get(i % TEACHERS), slot)
                  .map(
                      answer -> {
                        made[i] = answer.expect(201).getString("id");
                        return true;
                      });
            })
        .await();
    slots.addAll(List.of(made));
    for (int i = 0; i < clients; i++) {
      List<String> order = new ArrayList<>(slots);
      Collections.shuffle(order, new Random(i));
      orders.add(order);
    }
  }

  private void warmUp() {
    Duration time = Duration.ofSeconds(Math.max(40, roundTime.toSeconds()));
    show(Load.run(vertx, "(warm-up) bookings", clients, time, this::book).await());
    show(Load.run(vertx, "(warm-up) searches", clients, time.dividedBy(4), this::search).await());
    show(
        Load.run(vertx, "(warm-up) cancels", clients, Duration.ofMinutes(5), this::cancel).await());
  }

  private @Nullable Future<Boolean> book(int client) {
    // Neighbouring clients are far apart in the calendar, so that seats of many slots are taken at
    // once.
    int at = (nextSlot[client]++ + client * (slots.size() / clients)) % slots.size();
    JsonObject body = new JsonObject().put("slotId", slots.get(at));
    return call(HttpMethod.POST, "/bookings", students.get(client), body)
        .map(
            answer -> {
              if (answer.status == 201) {
                booked.get(client).add(answer.body().getString("id"));
                return true;
              }
              if (answer.status == 409) {
                return false;
              }
              throw new IllegalStateException("booking answered " + answer);
            });
  }

  private @Nullable Future<Boolean> cancel(int client) {
    String id = booked.get(client).poll();
    if (id == null) {
      return null;
    }
    String path = "/bookings/" + id + "/cancel";
    return call(HttpMethod.POST, path, students.get(client), new JsonObject())
        .map(answer -> answer.expect(200) != null);
  }

  private Future<Boolean> search(int client) {
    Instant from = firstSlot.plusSeconds(ThreadLocalRandom.current().nextLong(50L * 86_400));
    return call(HttpMethod.GET, "/slots?limit=20&from=" + from, students.get(client), null)
        .map(answer -> answer.expect(200) != null);
  }

  private String user(String role) {
    String email = "bench-" + UUID.randomUUID() + "@classbell.test";
    JsonObject register =
        new JsonObject()
            .put("email", email)
            .put("password", PASSWORD)
            .put("name", "Bench " + role)
            .put("role", role);
    ok(HttpMethod.POST, "/auth/register", null, register);
    JsonObject login = new JsonObject().put("email", email).put("password", PASSWORD);
    String token = ok(HttpMethod.POST, "/auth/login", null, login).getString("accessToken");
    // Bench users do without the e-mails that can be done without, as the first phase had none.
    JsonObject kinds =
        new JsonObject().put("booking_confirmed", new JsonObject().put("email", false));
    ok(HttpMethod.PUT, "/me/notification-preferences", token, new JsonObject().put("kinds", kinds));
    return token;
  }

  private JsonObject ok(
      HttpMethod method, String path, @Nullable String token, @Nullable JsonObject body) {
    Answer answer = call(method, path, token, body).await();
    if (answer.status >= 300) {
      throw new IllegalStateException(path + " answered " + answer);
    }
    return answer.body();
  }

  private Future<Answer> call(
      HttpMethod method, String path, @Nullable String token, @Nullable JsonObject body) {
    RequestOptions options = new RequestOptions().setMethod(method).setURI("/api/v1" + path);
    if (token != null) {
      options.putHeader("authorization", "Bearer " + token);
    }
    if (withKeys && method.equals(HttpMethod.POST)) {
      options.putHeader("idempotency-key", UUID.randomUUID().toString());
    }
    Buffer buffer = body == null ? Buffer.buffer() : body.toBuffer();
    if (body != null) {
      options.putHeader("content-type", "application/json");
    }
    return http.request(options)
        .compose(request -> body == null ? request.send() : request.send(buffer))
        .compose(response -> response.body().map(b -> new Answer(response.statusCode(), b)));
  }

  private record Answer(int status, Buffer buffer) {
    JsonObject body() {
      return buffer.length() == 0 ? new JsonObject() : buffer.toJsonObject();
    }

    JsonObject expect(int wanted) {
      if (status != wanted) {
        throw new IllegalStateException("answered " + this);
      }
      return body();
    }

    @Override
    public String toString() {
      return status + " " + buffer;
    }
  }

  private static Load.Result show(Load.Result result) {
    System.out.println(result);
    return result;
  }

  private static Load.Result median(List<Load.Result> results) {
    return results.stream()
        .sorted(Comparator.comparingDouble(Load.Result::perSecond))
        .toList()
        .get(results.size() / 2);
  }
}
