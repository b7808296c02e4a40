package io.classbell.embedded.provider;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fake providers on one loopback port: Stripe under {@code /stripe}, PayPal under {@code
 * /paypal}, and the registration of platforms under {@code /endpoints}.
 */
public final class FakeProviders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FakeProviders.class);

  /** Handles the requests of one provider. */
  interface Handler {
    FakeAnswer answer(FakeRequest request) throws IOException;
  }

  /** The connection is cut instead of an answer. */
  static final class Cut extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final WebhookSender webhooks = new WebhookSender();
  private final FakeStripe stripe;
  private final FakePayPal paypal;

  /**
   * @param port 0 for any
   * @param secret from which the keys are derived
   */
  public FakeProviders(int port, String secret) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    stripe = new FakeStripe(url() + "/stripe", secret, webhooks);
    paypal = new FakePayPal(url() + "/paypal", secret, webhooks);
    serve("/stripe", stripe::answer);
    serve("/paypal", paypal::answer);
    serve("/endpoints", this::addEndpoint);
  }

  public void start() {
    server.start();
  }

  /** Where the fakes are. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public FakeStripe stripe() {
    return stripe;
  }

  public FakePayPal paypal() {
    return paypal;
  }

  public WebhookSender webhooks() {
    return webhooks;
  }

  private FakeAnswer addEndpoint(FakeRequest request) {
    if (!request.method().equals("POST")) {
      return FakeAnswer.json(405, "{}");
    }
    String url = request.form().getOrDefault("url", "");
    if (!url.matches("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?/\\S*")) {
      return FakeAnswer.json(400, "{\"error\":\"not a loopback address\"}");
    }
    webhooks.addEndpoint(url);
    return FakeAnswer.json(200, "{}");
  }

  private void serve(String prefix, Handler handler) {
    server.createContext(
        prefix,
        exchange -> {
          try {
            send(exchange, handler.answer(FakeRequest.of(exchange, prefix)));
          } catch (Cut cut) {
            exchange.getRequestBody().close();
            throw cut;
          } catch (RuntimeException e) {
            LOG.error("A fake provider failed", e);
            send(exchange, FakeAnswer.json(500, "{\"error\":{\"type\":\"api_error\"}}"));
          } finally {
            exchange.close();
          }
        });
  }

  private static void send(HttpExchange exchange, FakeAnswer answer) throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    webhooks.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
