package io.classbell.embedded.provider;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends webhooks like a provider: no order is promised, an answer other than 2xx is retried with
 * growing waits, and redirects count as failures. Each event goes to one of the endpoints, as
 * through a load balancer. It can be told to lose, double and hold back events.
 */
public final class WebhookSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
  private static final int ATTEMPTS = 12;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);

  /** An event and its signed form; each attempt signs anew. */
  interface Signed {
    Map<String, String> headers(byte[] body);
  }

  /** An event to send. */
  public record Event(String id, String type, byte[] body) {}

  private record Held(Event event, String path, Signed signed) {}

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final List<String> endpoints = new CopyOnWriteArrayList<>();
  private final List<Held> held = Collections.synchronizedList(new ArrayList<>());
  private final List<String> delivered = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final Random random = new Random(42);
  private volatile double lossRate;
  private volatile double doubleRate;
  private volatile boolean holding;
  private volatile boolean closed;

  /** Adds a platform, by the address under which its webhooks are: {@code .../api/v1/webhooks}. */
  public void addEndpoint(String url) {
    if (!endpoints.contains(url)) {
      endpoints.add(url);
    }
  }

  public void clearEndpoints() {
    endpoints.clear();
  }

  /** Loses this share of all events for good, and sends that share twice. */
  public void misbehave(double losses, double doubles) {
    lossRate = losses;
    doubleRate = doubles;
  }

  /** Keeps events back until {@link #release}. */
  public void hold() {
    holding = true;
  }

  /** Sends the events that were held back, in random order. */
  public void release() {
    holding = false;
    List<Held> all;
    synchronized (held) {
      all = new ArrayList<>(held);
      held.clear();
    }
    Collections.shuffle(all, random);
    for (Held message : all) {
      start(message);
      if (random.nextDouble() < doubleRate) {
        start(message);
      }
    }
  }

  /** Drops the events that were held back. */
  public void drop() {
    held.clear();
    holding = false;
  }

  /** Ids of events that were answered with 2xx. */
  public List<String> delivered() {
    return List.copyOf(delivered);
  }

  void send(Event event, String path, Signed signed) {
    Held message = new Held(event, path, signed);
    if (holding) {
      held.add(message);
      return;
    }
    double chance;
    double again;
    synchronized (random) {
      chance = random.nextDouble();
      again = random.nextDouble();
    }
    if (chance < lossRate) {
      LOG.info("webhook {} of type {} is lost", event.id, event.type);
      return;
    }
    start(message);
    if (again < doubleRate) {
      start(message);
    }
  }

  private void start(Held message) {
    Thread.ofVirtual().start(() -> attempt(message, 1));
  }

  private void attempt(Held message, int attempt) {
    if (closed) {
      return;
    }
    if (!isAccepted(message) && attempt < ATTEMPTS) {
      long wait = FIRST_WAIT.toMillis() << Math.min(attempt - 1, 8);
      timer.schedule(
          () -> Thread.ofVirtual().start(() -> attempt(message, attempt + 1)),
          wait,
          TimeUnit.MILLISECONDS);
    }
  }

  private boolean isAccepted(Held message) {
    if (endpoints.isEmpty()) {
      return false;
    }
    String url = endpoints.get(Math.floorMod(turn.getAndIncrement(), endpoints.size()));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + message.path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(message.event.body));
    message.signed.headers(message.event.body).forEach(request::header);
    try {
      int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 == 2) {
        delivered.add(message.event.id);
        return true;
      }
      LOG.debug("webhook {} was answered with {}", message.event.type, status);
    } catch (IOException e) {
      LOG.debug("webhook {} was not answered: {}", message.event.type, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    http.close();
  }
}
