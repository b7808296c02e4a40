package io.classbell.http.webhook;

import io.classbell.http.call.Answer;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.connection.ConnectionWatch;
import io.classbell.http.contract.Contract;
import io.classbell.payment.api.PaymentApi;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Receives webhooks of payment providers: raw bytes up to 1 MB, passed to the payment module with
 * the headers of their signature. The module verifies and records them before they are answered.
 */
public final class WebhookRoutes {
  private static final int MOST_BYTES = 1024 * 1024;

  private static final List<String> STRIPE_HEADERS = List.of("stripe-signature");

  private static final List<String> PAYPAL_HEADERS =
      List.of(
          "paypal-transmission-id",
          "paypal-transmission-time",
          "paypal-transmission-sig",
          "paypal-cert-url",
          "paypal-auth-algo");

  private final ModuleClient ask;
  private final ConnectionWatch connections;

  public WebhookRoutes(ModuleClient ask, ConnectionWatch connections) {
    this.ask = ask;
    this.connections = connections;
  }

  public void addTo(Router router) {
    add(router, "stripe", STRIPE_HEADERS);
    add(router, "paypal", PAYPAL_HEADERS);
  }

  private void add(Router router, String provider, List<String> headers) {
    router
        .post(Contract.PREFIX + "/webhooks/" + provider)
        .handler(BodyHandler.create(false).setBodyLimit(MOST_BYTES))
        .handler(rc -> receive(rc, provider, headers));
  }

  private void receive(RoutingContext rc, String provider, List<String> names) {
    connections.isAnswered(rc.request().connection());
    Buffer body = rc.body().buffer();
    Map<String, String> headers = new HashMap<>();
    for (String name : names) {
      List<String> values = rc.request().headers().getAll(name);
      if (values.size() == 1) {
        headers.put(name, values.getFirst());
      }
    }
    ask.of(
            PaymentApi.WEBHOOK,
            new PaymentApi.Webhook(
                provider,
                headers,
                Base64.getEncoder().encodeToString(body == null ? new byte[0] : body.getBytes())))
        .onSuccess(recorded -> Answer.ok(Map.of("received", true)).send(rc.response()))
        .onFailure(rc::fail);
  }
}
