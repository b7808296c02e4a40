package io.classbell.embedded.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.classbell.embedded.provider.Faults.Fault;
import io.classbell.embedded.provider.Faults.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A PayPal business account in the sandbox: orders, captures, refunds, reversals, disputes and
 * signed webhooks. A request id answers the latest state of its first request.
 */
public final class FakePayPal {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String CLIENT = "classbell";
  private static final String WEBHOOK = "WH-FAKE";
  private static final Set<String> WITHOUT_DECIMALS = Set.of("HUF", "JPY", "TWD");

  private static final Pattern ORDER = Pattern.compile("/v2/checkout/orders/(\\w+)(/capture)?");
  private static final Pattern CAPTURE = Pattern.compile("/v2/payments/captures/(\\w+)(/refund)?");
  private static final Pattern PAYOUT = Pattern.compile("/v1/payments/payouts/(\\w+)");
  private static final Pattern PAGE = Pattern.compile("/pay/(\\w+)");
  private static final String CERTIFICATE = "/v1/notifications/certs/CERT-FAKE";

  private final String url;
  private final String secret;
  private final WebhookSender webhooks;
  private final SigningIdentity identity = new SigningIdentity();
  private final Faults faults = new Faults();
  private final AtomicLong ids = new AtomicLong(System.currentTimeMillis());
  private final Map<String, ObjectNode> orders = new LinkedHashMap<>();
  private final Map<String, ObjectNode> captures = new LinkedHashMap<>();
  private final Map<String, ObjectNode> payouts = new LinkedHashMap<>();
  private final Map<String, String> payoutByBatch = new HashMap<>();
  private final Map<String, String> byRequestId = new HashMap<>();
  private final List<String> journal = new ArrayList<>();
  private String token = "none";
  private int tokens;
  private boolean nextIsPending;
  private boolean nextIsDeclined;

  FakePayPal(String url, String secret, WebhookSender webhooks) {
    this.url = url;
    this.secret = secret;
    this.webhooks = webhooks;
  }

  /** Faults of the next requests. */
  public Faults faults() {
    return faults;
  }

  /** The certificate of the authority that signed the signing certificate, as PEM. */
  public String authority() {
    return identity.authority();
  }

  /** How many access tokens were fetched. */
  public synchronized int tokens() {
    return tokens;
  }

  /** Revokes the access token. */
  public synchronized void revokeToken() {
    token = "none";
  }

  /** Requests with their status, in order. */
  public synchronized List<String> journal() {
    return List.copyOf(journal);
  }

  /** The next capture is pending, as of an eCheck. */
  public synchronized void pendNext() {
    nextIsPending = true;
  }

  /** The next capture is declined; the payer must choose another means. */
  public synchronized void declineNext() {
    nextIsDeclined = true;
  }

  FakeAnswer answer(FakeRequest request) throws IOException {
    Matcher page = PAGE.matcher(request.path());
    if (page.matches()) {
      return checkoutPage(request, page.group(1));
    }
    if (request.path().equals(CERTIFICATE)) {
      return new FakeAnswer(200, "application/x-pem-file", identity.chain(), Map.of());
    }
    String operation =
        request.method() + " " + request.path().replaceAll("/[A-Z0-9]{10,}", "/{id}");
    Fault fault = faults.take(operation);
    if (fault != null && fault.kind() == Kind.STALL) {
      try {
        Thread.sleep(fault.stall());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (fault != null && fault.kind() == Kind.CUT_BEFORE) {
      throw new FakeProviders.Cut();
    }
    FakeAnswer answer;
    synchronized (this) {
      if (fault != null && fault.kind() == Kind.RATE_LIMIT) {
        answer = error(429, "RATE_LIMIT_REACHED", "");
      } else if (fault != null && fault.kind() == Kind.ERROR_BEFORE) {
        answer = error(500, "INTERNAL_SERVER_ERROR", "");
      } else {
        answer = carryOut(request);
        if (fault != null && fault.kind() == Kind.ERROR_AFTER) {
          answer = error(500, "INTERNAL_SERVER_ERROR", "");
        }
      }
      journal.add(request.method() + " " + request.path() + " " + answer.status());
    }
    if (fault != null && fault.kind() == Kind.CUT_AFTER) {
      throw new FakeProviders.Cut();
    }
    return answer;
  }

  private FakeAnswer carryOut(FakeRequest request) throws IOException {
    String operation = request.method() + " " + request.path();
    if (operation.equals("POST /v1/oauth2/token")) {
      return giveToken(request);
    }
    if (!("Bearer " + token).equals(request.header("Authorization"))) {
      return error(401, "AUTHENTICATION_FAILURE", "");
    }
    Matcher order = ORDER.matcher(request.path());
    Matcher payout = PAYOUT.matcher(request.path());
    Matcher capture = CAPTURE.matcher(request.path());
    boolean isPost = request.method().equals("POST");
    if (operation.equals("POST /v2/checkout/orders")) {
      return createOrder(request);
    } else if (operation.equals("POST /v1/payments/payouts")) {
      return createPayout(request);
    } else if (payout.matches() && !isPost) {
      ObjectNode found = payouts.get(payout.group(1));
      return found == null
          ? error(404, "INVALID_RESOURCE_ID", "")
          : FakeAnswer.json(200, found.toString());
    } else if (operation.equals("POST /v1/notifications/verify-webhook-signature")) {
      return verify(JSON.readTree(request.body()), request.text());
    } else if (order.matches()) {
      ObjectNode found = orders.get(order.group(1));
      if (found == null) {
        return error(404, "RESOURCE_NOT_FOUND", "");
      }
      return isPost && order.group(2) != null
          ? captureOrder(request, found)
          : FakeAnswer.json(200, found.toString());
    } else if (capture.matches()) {
      ObjectNode found = captures.get(capture.group(1));
      if (found == null) {
        return error(404, "RESOURCE_NOT_FOUND", "");
      }
      return isPost && capture.group(2) != null
          ? refundCapture(request, found)
          : FakeAnswer.json(200, found.toString());
    }
    return error(404, "NOT_FOUND", "");
  }

  private FakeAnswer giveToken(FakeRequest request) {
    String basic =
        Base64.getEncoder()
            .encodeToString((CLIENT + ":" + secret).getBytes(StandardCharsets.UTF_8));
    if (!("Basic " + basic).equals(request.header("Authorization"))) {
      return error(401, "invalid_client", "");
    }
    tokens++;
    token = "A21AA" + UUID.randomUUID();
    return FakeAnswer.json(
        200,
        JSON.createObjectNode()
            .put("access_token", token)
            .put("token_type", "Bearer")
            .put("expires_in", 32_400)
            .toString());
  }

  /** A batch with a known sender_batch_id is refused, with a link to the first one. */
  private FakeAnswer createPayout(FakeRequest request) throws IOException {
    JsonNode body = JSON.readTree(request.body());
    String batchId = body.at("/sender_batch_header/sender_batch_id").asText();
    JsonNode item = body.path("items").path(0);
    JsonNode amount = item.path("amount");
    String first = payoutByBatch.get(batchId);
    if (first != null) {
      ObjectNode error =
          JSON.createObjectNode()
              .put("name", "USER_BUSINESS_ERROR")
              .put("message", "User business error.");
      error
          .putArray("details")
          .addObject()
          .put("field", "SENDER_BATCH_ID")
          .put("issue", "Batch with given sender_batch_id already exists");
      link(error.putArray("links"), "self", url + "/v1/payments/payouts/" + first);
      return FakeAnswer.json(400, error.toString());
    }
    if (batchId.isEmpty()
        || !amount.path("value").isTextual()
        || !item.path("receiver").asText().contains("@")) {
      return error(400, "VALIDATION_ERROR", "");
    }
    String id = id();
    ObjectNode payout = JSON.createObjectNode();
    ObjectNode header = payout.putObject("batch_header");
    header.put("payout_batch_id", id);
    header.put("batch_status", "PENDING");
    header.putObject("sender_batch_header").put("sender_batch_id", batchId);
    ObjectNode own = payout.putArray("items").addObject();
    own.put("payout_item_id", id());
    own.put("payout_batch_id", id);
    own.put("transaction_status", "PENDING");
    own.set("payout_item", item);
    payouts.put(id, payout);
    payoutByBatch.put(batchId, id);
    ObjectNode answer = JSON.createObjectNode();
    answer.set("batch_header", header);
    return FakeAnswer.json(201, answer.toString());
  }

  /** Ids of all payout batches, in order. */
  public synchronized List<String> payouts() {
    return List.copyOf(payouts.keySet());
  }

  /** The item of a batch comes into another state, such as SUCCESS, UNCLAIMED or RETURNED. */
  public synchronized void settlePayout(String id, String status) {
    ObjectNode payout = required(payouts, id);
    ((ObjectNode) payout.path("batch_header")).put("batch_status", "SUCCESS");
    ObjectNode item = (ObjectNode) payout.path("items").path(0);
    item.put("transaction_status", status);
    String event = status.equals("SUCCESS") ? "SUCCEEDED" : status;
    event("PAYMENT.PAYOUTS-ITEM." + event, "payouts_item", item);
  }

  private FakeAnswer createOrder(FakeRequest request) throws IOException {
    JsonNode body = JSON.readTree(request.body());
    String requestId = request.header("PayPal-Request-Id");
    if (requestId == null && body.has("payment_source")) {
      return error(400, "INVALID_REQUEST", "PAYPAL_REQUEST_ID_REQUIRED");
    }
    ObjectNode first = orders.get(byRequestId.getOrDefault(requestId + "@order", ""));
    if (first != null) {
      return FakeAnswer.json(200, first.toString());
    }
    JsonNode unit = body.path("purchase_units").path(0);
    JsonNode amount = unit.path("amount");
    String currency = amount.path("currency_code").asText();
    String value = amount.path("value").asText();
    if (!amount.path("value").isTextual() || !value.matches("\\d+(\\.\\d{2})?")) {
      return error(400, "INVALID_REQUEST", "INVALID_STRING_LENGTH");
    }
    if (WITHOUT_DECIMALS.contains(currency) && value.contains(".")) {
      return error(422, "UNPROCESSABLE_ENTITY", "DECIMAL_PRECISION");
    }
    String id = id();
    ObjectNode order = JSON.createObjectNode();
    order.put("id", id);
    order.put("intent", "CAPTURE");
    order.put("status", "PAYER_ACTION_REQUIRED");
    order.put("create_time", now());
    ObjectNode own = order.putArray("purchase_units").addObject();
    own.put("reference_id", "default");
    own.set("custom_id", unit.path("custom_id"));
    own.set("invoice_id", unit.path("invoice_id"));
    own.set("amount", amount);
    order.set("payment_source", body.path("payment_source"));
    link(order.putArray("links"), "self", url + "/v2/checkout/orders/" + id);
    link((ArrayNode) order.path("links"), "payer-action", url + "/pay/" + id);
    orders.put(id, order);
    byRequestId.put(requestId + "@order", id);
    return FakeAnswer.json(201, order.toString());
  }

  private static void link(ArrayNode links, String rel, String href) {
    links.addObject().put("href", href).put("rel", rel).put("method", "GET");
  }

  private FakeAnswer captureOrder(FakeRequest request, ObjectNode order) {
    String requestId = request.header("PayPal-Request-Id");
    String id = order.path("id").asText();
    if (id.equals(byRequestId.get(requestId + "@capture"))) {
      return FakeAnswer.json(200, order.toString());
    }
    String status = order.path("status").asText();
    if (status.equals("COMPLETED")) {
      return error(422, "UNPROCESSABLE_ENTITY", "ORDER_ALREADY_CAPTURED");
    }
    if (!status.equals("APPROVED")) {
      return error(422, "UNPROCESSABLE_ENTITY", "ORDER_NOT_APPROVED");
    }
    if (nextIsDeclined) {
      nextIsDeclined = false;
      order.put("status", "PAYER_ACTION_REQUIRED");
      return error(422, "UNPROCESSABLE_ENTITY", "INSTRUMENT_DECLINED");
    }
    order.put("status", "COMPLETED");
    byRequestId.put(requestId + "@capture", id);
    ObjectNode unit = (ObjectNode) order.path("purchase_units").path(0);
    ObjectNode capture = JSON.createObjectNode();
    capture.put("id", id());
    capture.put("status", nextIsPending ? "PENDING" : "COMPLETED");
    capture.set("amount", unit.path("amount"));
    capture.set("custom_id", unit.path("custom_id"));
    capture.set("invoice_id", unit.path("invoice_id"));
    capture.put("create_time", now());
    capture.putObject("supplementary_data").putObject("related_ids").put("order_id", id);
    captures.put(capture.path("id").asText(), capture);
    show(order, "captures", capture);
    event("PAYMENT.CAPTURE." + capture.path("status").asText(), "capture", capture);
    nextIsPending = false;
    return FakeAnswer.json(201, order.toString());
  }

  /** Shows a capture or refund in its order. */
  private static void show(ObjectNode order, String list, ObjectNode object) {
    ObjectNode unit = (ObjectNode) order.path("purchase_units").path(0);
    ObjectNode payments =
        unit.has("payments") ? (ObjectNode) unit.path("payments") : unit.putObject("payments");
    ArrayNode all = payments.has(list) ? (ArrayNode) payments.path(list) : payments.putArray(list);
    all.add(object);
  }

  private FakeAnswer refundCapture(FakeRequest request, ObjectNode capture) throws IOException {
    String requestId = request.header("PayPal-Request-Id");
    JsonNode body = JSON.readTree(request.body());
    for (JsonNode refund : refunds(capture)) {
      if (refund.path("id").asText().equals(byRequestId.get(requestId + "@refund"))) {
        return FakeAnswer.json(200, refund.toString());
      }
    }
    if (capture.path("disputed").asBoolean()) {
      return error(422, "UNPROCESSABLE_ENTITY", "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK");
    }
    BigDecimal whole = new BigDecimal(capture.path("amount").path("value").asText());
    BigDecimal amount = new BigDecimal(body.path("amount").path("value").asText(whole.toString()));
    BigDecimal left = whole.subtract(refunded(capture));
    if (left.signum() == 0) {
      return error(422, "UNPROCESSABLE_ENTITY", "CAPTURE_FULLY_REFUNDED");
    }
    if (amount.compareTo(left) > 0) {
      return error(422, "UNPROCESSABLE_ENTITY", "REFUND_AMOUNT_EXCEEDED");
    }
    ObjectNode refund = refund(capture, amount, body.path("custom_id").asText(""));
    byRequestId.put(requestId + "@refund", refund.path("id").asText());
    return FakeAnswer.json(201, refund.toString());
  }

  private ObjectNode refund(ObjectNode capture, BigDecimal amount, String customId) {
    ObjectNode refund = JSON.createObjectNode();
    refund.put("id", id());
    refund.put("status", "COMPLETED");
    refund
        .putObject("amount")
        .put("currency_code", capture.path("amount").path("currency_code").asText())
        .put("value", amount.toPlainString());
    if (!customId.isEmpty()) {
      refund.put("custom_id", customId);
    }
    link(
        refund.putArray("links"),
        "up",
        url + "/v2/payments/captures/" + capture.path("id").asText());
    ObjectNode order = orderOf(capture);
    show(order, "refunds", refund);
    BigDecimal total = refunded(capture);
    refund
        .putObject("seller_payable_breakdown")
        .putObject("total_refunded_amount")
        .put("currency_code", capture.path("amount").path("currency_code").asText())
        .put("value", total.toPlainString());
    boolean isAll =
        total.compareTo(new BigDecimal(capture.path("amount").path("value").asText())) == 0;
    capture.put("status", isAll ? "REFUNDED" : "PARTIALLY_REFUNDED");
    event("PAYMENT.CAPTURE.REFUNDED", "refund", refund);
    return refund;
  }

  private ObjectNode orderOf(ObjectNode capture) {
    return required(
        orders, capture.path("supplementary_data").path("related_ids").path("order_id").asText());
  }

  private JsonNode refunds(ObjectNode capture) {
    return orderOf(capture).path("purchase_units").path(0).path("payments").path("refunds");
  }

  private BigDecimal refunded(ObjectNode capture) {
    BigDecimal sum = BigDecimal.ZERO;
    for (JsonNode refund : refunds(capture)) {
      if (!refund.path("status").asText().equals("FAILED")) {
        sum = sum.add(new BigDecimal(refund.path("amount").path("value").asText()));
      }
    }
    return sum;
  }

  private static ObjectNode required(Map<String, ObjectNode> objects, String id) {
    return Objects.requireNonNull(objects.get(id), id);
  }

  /** The payer approves in the browser. */
  public synchronized void approve(String orderId) {
    ObjectNode order = required(orders, orderId);
    order.put("status", "APPROVED");
    event("CHECKOUT.ORDER.APPROVED", "checkout-order", order);
  }

  /** A pending capture is completed or denied. */
  public synchronized void settlePending(String captureId, boolean succeeds) {
    ObjectNode capture = required(captures, captureId);
    capture.put("status", succeeds ? "COMPLETED" : "DECLINED");
    event("PAYMENT.CAPTURE." + (succeeds ? "COMPLETED" : "DENIED"), "capture", capture);
  }

  /** A refund on PayPal's pages. */
  public synchronized void refundInDashboard(String captureId, String value) {
    refund(required(captures, captureId), new BigDecimal(value), "");
  }

  /** PayPal takes the money of a capture back. */
  public synchronized void reverse(String captureId) {
    ObjectNode capture = required(captures, captureId);
    capture.put("disputed", true);
    ObjectNode reversal = JSON.createObjectNode();
    reversal.put("id", id());
    reversal.put("status", "COMPLETED");
    reversal.set("amount", capture.path("amount"));
    reversal.set("custom_id", capture.path("custom_id"));
    link(reversal.putArray("links"), "up", url + "/v2/payments/captures/" + captureId);
    event("PAYMENT.CAPTURE.REVERSED", "refund", reversal);
  }

  /** The dispute about a capture is decided. */
  public synchronized void resolveDispute(String captureId, boolean forSeller) {
    ObjectNode capture = required(captures, captureId);
    ObjectNode dispute = JSON.createObjectNode();
    dispute.put("dispute_id", "PP-D-" + ids.incrementAndGet());
    dispute.put("status", "RESOLVED");
    dispute.putArray("disputed_transactions").addObject().put("seller_transaction_id", captureId);
    dispute.set("dispute_amount", capture.path("amount"));
    dispute
        .putObject("dispute_outcome")
        .put("outcome_code", forSeller ? "RESOLVED_SELLER_FAVOUR" : "RESOLVED_BUYER_FAVOUR");
    event("CUSTOMER.DISPUTE.RESOLVED", "dispute", dispute);
  }

  /** The captures of an order. */
  public synchronized List<String> capturesOf(String orderId) {
    List<String> found = new ArrayList<>();
    required(orders, orderId)
        .path("purchase_units")
        .path(0)
        .path("payments")
        .path("captures")
        .forEach(capture -> found.add(capture.path("id").asText()));
    return found;
  }

  private FakeAnswer checkoutPage(FakeRequest request, String id) {
    JsonNode order;
    synchronized (this) {
      ObjectNode found = orders.get(id);
      order = found == null ? null : found.deepCopy();
    }
    if (order == null || !order.path("status").asText().equals("PAYER_ACTION_REQUIRED")) {
      return FakeAnswer.page(CheckoutPage.closed());
    }
    JsonNode back = order.path("payment_source").path("paypal").path("experience_context");
    JsonNode amount = order.path("purchase_units").path(0).path("amount");
    String action =
        request.method().equals("POST") ? request.form().getOrDefault("action", "") : "show";
    return switch (action) {
      case "pay" -> {
        approve(id);
        yield FakeAnswer.seeOther(back.path("return_url").asText());
      }
      case "abandon" -> FakeAnswer.seeOther(back.path("cancel_url").asText());
      default ->
          FakeAnswer.page(
              CheckoutPage.html(
                  "PayPal",
                  amount.path("value").asText() + " " + amount.path("currency_code").asText(),
                  List.of("pay", "decline", "abandon"),
                  action.equals("decline")));
    };
  }

  private FakeAnswer verify(JsonNode question, String raw) {
    int start = raw.indexOf("\"webhook_event\":") + "\"webhook_event\":".length();
    byte[] event = raw.substring(start, raw.lastIndexOf('}')).getBytes(StandardCharsets.UTF_8);
    String text =
        question.path("transmission_id").asText()
            + "|"
            + question.path("transmission_time").asText()
            + "|"
            + question.path("webhook_id").asText()
            + "|"
            + crc(event);
    boolean ok =
        question.path("webhook_id").asText().equals(WEBHOOK)
            && identity.isSigned(text, question.path("transmission_sig").asText());
    return FakeAnswer.json(
        200, "{\"verification_status\":\"" + (ok ? "SUCCESS" : "FAILURE") + "\"}");
  }

  private void event(String type, String resourceType, ObjectNode resource) {
    ObjectNode event = JSON.createObjectNode();
    event.put("id", "WH-" + id());
    event.put("event_version", "1.0");
    event.put("create_time", now());
    event.put("resource_type", resourceType);
    event.put("event_type", type);
    event.set("resource", resource.deepCopy());
    webhooks.send(
        new WebhookSender.Event(
            event.path("id").asText(), type, event.toString().getBytes(StandardCharsets.UTF_8)),
        "/paypal",
        this::signed);
  }

  /** The headers of a webhook with this body, signed as of now. */
  public Map<String, String> signed(byte[] body) {
    return signed(body, now(), url + CERTIFICATE);
  }

  /** The same with another time or certificate. */
  public Map<String, String> signed(byte[] body, String time, String certificateUrl) {
    String id = UUID.randomUUID().toString();
    return Map.of(
        "PayPal-Transmission-Id", id,
        "PayPal-Transmission-Time", time,
        "PayPal-Transmission-Sig", identity.sign(id + "|" + time + "|" + WEBHOOK + "|" + crc(body)),
        "PayPal-Cert-Url", certificateUrl,
        "PayPal-Auth-Algo", "SHA256withRSA");
  }

  private static long crc(byte[] body) {
    CRC32 crc = new CRC32();
    crc.update(body);
    return crc.getValue();
  }

  private String id() {
    return Long.toString(ids.incrementAndGet(), 36).toUpperCase(Locale.ROOT) + "FAKE0000";
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static FakeAnswer error(int status, String name, @Nullable String issue) {
    ObjectNode error = JSON.createObjectNode().put("name", name).put("message", name);
    if (issue != null && !issue.isEmpty()) {
      error.putArray("details").addObject().put("issue", issue);
    }
    return FakeAnswer.json(status, error.toString());
  }
}
