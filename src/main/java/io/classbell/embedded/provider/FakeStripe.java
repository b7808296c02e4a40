package io.classbell.embedded.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.classbell.embedded.provider.Faults.Fault;
import io.classbell.embedded.provider.Faults.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A Stripe account in test mode: Checkout Sessions, PaymentIntents, refunds, disputes, balance
 * transactions, events and signed webhooks. Idempotency keys replay the first status and body,
 * server errors included; other parameters under the same key are an error.
 */
public final class FakeStripe {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String VERSION = "2026-07-29.dahlia";
  private static final long HALF_HOUR = 1800;
  private static final long DAY = 86_400;
  private static final int NOT_FOUND = 404;

  private static final Set<String> WITHOUT_DECIMALS =
      Set.of(
          "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
          "xof", "xpf");

  private static final Map<String, Long> MINIMUM =
      Map.of("eur", 50L, "usd", 50L, "gbp", 30L, "jpy", 50L, "huf", 17_500L, "dkk", 250L);

  private static final Pattern SESSION = Pattern.compile("/v1/checkout/sessions/(\\w+)(/expire)?");
  private static final Pattern OBJECT =
      Pattern.compile("/v1/(payment_intents|refunds|charges|disputes|events|transfers)/(\\w+)");
  private static final Pattern PAGE = Pattern.compile("/pay/(\\w+)");

  private record Replay(String parameters, FakeAnswer answer) {}

  private final String url;
  private final String key;
  private final byte[] webhookSecret;
  private final WebhookSender webhooks;
  private final Faults faults = new Faults();
  private final AtomicLong ids = new AtomicLong(System.currentTimeMillis());
  private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
  private final Map<String, Replay> replays = new HashMap<>();
  private @Nullable String refuseTransfers;
  private final List<String> journal = new ArrayList<>();

  FakeStripe(String url, String secret, WebhookSender webhooks) {
    this.url = url;
    this.key = "sk_test_" + secret;
    this.webhookSecret = ("whsec_" + secret).getBytes(StandardCharsets.UTF_8);
    this.webhooks = webhooks;
  }

  /** Faults of the next requests. */
  public Faults faults() {
    return faults;
  }

  /** Requests with their status, in order: {@code POST /v1/refunds 200}. */
  public synchronized List<String> journal() {
    return List.copyOf(journal);
  }

  /** Copies of all objects of a kind, such as {@code refund}. */
  public synchronized List<JsonNode> all(String kind) {
    List<JsonNode> found = new ArrayList<>();
    for (ObjectNode object : objects.values()) {
      if (object.path("object").asText().equals(kind)) {
        found.add(object.deepCopy());
      }
    }
    return found;
  }

  /** The money that is in the account by currency: what arrived less what left. */
  public synchronized Map<String, Long> balance() {
    Map<String, Long> sums = new HashMap<>();
    for (ObjectNode object : objects.values()) {
      if (object.path("object").asText().equals("balance_transaction")) {
        sums.merge(object.path("currency").asText(), object.path("amount").asLong(), Long::sum);
      }
    }
    return sums;
  }

  FakeAnswer answer(FakeRequest request) throws IOException {
    Matcher page = PAGE.matcher(request.path());
    if (page.matches()) {
      return checkoutPage(request, page.group(1));
    }
    String operation = request.method() + " " + request.path();
    Fault fault = faults.take(request.method() + " " + generic(request.path()));
    if (fault != null && fault.kind() == Kind.STALL) {
      stall(fault);
    }
    if (fault != null && fault.kind() == Kind.CUT_BEFORE) {
      throw new FakeProviders.Cut();
    }
    FakeAnswer answer = guarded(request, fault);
    synchronized (this) {
      journal.add(operation + " " + answer.status());
    }
    if (fault != null && fault.kind() == Kind.CUT_AFTER) {
      throw new FakeProviders.Cut();
    }
    return answer.with("Request-Id", "req_" + ids.incrementAndGet());
  }

  /** The path without ids. */
  private static String generic(String path) {
    return path.replaceAll("/[a-z]+_\\w+", "/{id}");
  }

  private static void stall(Fault fault) {
    try {
      Thread.sleep(fault.stall());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private FakeAnswer guarded(FakeRequest request, @Nullable Fault fault) {
    if (!("Bearer " + key).equals(request.header("Authorization"))) {
      return error(401, "invalid_request_error", "api_key_invalid", "Invalid API Key provided.");
    }
    if (fault != null && fault.kind() == Kind.RATE_LIMIT) {
      return error(429, "invalid_request_error", "rate_limit", "Too many requests.")
          .with("Stripe-Rate-Limited-Reason", "endpoint-rate");
    }
    String idempotencyKey = request.header("Idempotency-Key");
    if (!request.method().equals("POST") || idempotencyKey == null) {
      return once(request, fault);
    }
    synchronized (this) {
      String parameters = request.path() + "?" + request.text();
      Replay first = replays.get(idempotencyKey);
      if (first != null) {
        return replay(first, parameters);
      }
      FakeAnswer answer = once(request, fault);
      // Most validation errors are not stored.
      if (answer.status() < 400 || answer.status() >= 500) {
        replays.put(idempotencyKey, new Replay(parameters, answer));
      }
      return answer;
    }
  }

  private synchronized FakeAnswer once(FakeRequest request, @Nullable Fault fault) {
    if (fault != null && fault.kind() == Kind.ERROR_BEFORE) {
      return error(500, "api_error", "", "An error happened.");
    }
    FakeAnswer answer = carryOut(request);
    return fault != null && fault.kind() == Kind.ERROR_AFTER
        ? error(500, "api_error", "", "An error happened.")
        : answer;
  }

  private FakeAnswer carryOut(FakeRequest request) {
    String operation = request.method() + " " + request.path();
    Matcher session = SESSION.matcher(request.path());
    Matcher object = OBJECT.matcher(request.path());
    if (operation.equals("POST /v1/checkout/sessions")) {
      return createSession(request.form());
    } else if (operation.equals("POST /v1/transfers")) {
      return createTransfer(request.form());
    } else if (operation.equals("POST /v1/refunds")) {
      return createRefund(request.form());
    } else if (session.matches() && session.group(2) != null && request.method().equals("POST")) {
      return expire(session.group(1));
    } else if (session.matches() && request.method().equals("GET")) {
      return shown(session.group(1));
    } else if (object.matches() && request.method().equals("GET")) {
      return shown(object.group(2));
    } else if (request.method().equals("GET")) {
      String kind =
          switch (request.path()) {
            case "/v1/checkout/sessions" -> "checkout.session";
            case "/v1/payment_intents" -> "payment_intent";
            case "/v1/refunds" -> "refund";
            case "/v1/disputes" -> "dispute";
            case "/v1/transfers" -> "transfer";
            case "/v1/events" -> "event";
            case "/v1/balance_transactions" -> "balance_transaction";
            default -> "";
          };
      if (!kind.isEmpty()) {
        return list(kind, request);
      }
    }
    return error(NOT_FOUND, "invalid_request_error", "", "Unrecognized request URL.");
  }

  private FakeAnswer createSession(Map<String, String> form) {
    String amount = form.getOrDefault("line_items[0][price_data][unit_amount]", "");
    String currency = form.getOrDefault("line_items[0][price_data][currency]", "");
    if (!"payment".equals(form.get("mode")) || !amount.matches("\\d{1,18}")) {
      return error(400, "invalid_request_error", "parameter_missing", "mode or unit_amount.");
    }
    if (form.get("success_url") == null || !currency.matches("[a-z]{3}")) {
      return error(400, "invalid_request_error", "parameter_missing", "success_url or currency.");
    }
    if (amount.length() > 8) {
      return error(400, "invalid_request_error", "amount_too_large", "At most 8 digits.");
    }
    long least = MINIMUM.getOrDefault(currency, WITHOUT_DECIMALS.contains(currency) ? 50L : 50L);
    if (Long.parseLong(amount) < least) {
      return error(400, "invalid_request_error", "amount_too_small", "Below the minimum.");
    }
    if (Set.of("isk", "ugx").contains(currency) && !amount.endsWith("00")) {
      return error(400, "invalid_request_error", "parameter_invalid_integer", "Must end in 00.");
    }
    long now = now();
    long expires = Long.parseLong(form.getOrDefault("expires_at", Long.toString(now + DAY)));
    if (expires < now + HALF_HOUR || expires > now + DAY) {
      return error(400, "invalid_request_error", "parameter_invalid", "expires_at.");
    }
    ObjectNode session = object("checkout.session", id("cs_test_"));
    session.put("mode", "payment");
    session.put("status", "open");
    session.put("payment_status", "unpaid");
    session.put("amount_total", Long.parseLong(amount));
    session.put("currency", currency);
    session.put("client_reference_id", form.get("client_reference_id"));
    session.put("success_url", form.get("success_url"));
    session.put("cancel_url", form.get("cancel_url"));
    session.put("expires_at", expires);
    session.putNull("payment_intent");
    session.put("url", url + "/pay/" + session.path("id").asText());
    metadata(session, form, "metadata[");
    metadata(session.putObject("payment_intent_data"), form, "payment_intent_data[metadata][");
    session
        .putObject("adaptive_pricing")
        .put("enabled", !"false".equals(form.get("adaptive_pricing[enabled]")));
    return FakeAnswer.json(200, session.toString());
  }

  private static void metadata(ObjectNode object, Map<String, String> form, String prefix) {
    ObjectNode metadata = object.putObject("metadata");
    form.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            metadata.put(name.substring(prefix.length(), name.length() - 1), value);
          }
        });
  }

  private FakeAnswer expire(String id) {
    ObjectNode session = objects.get(id);
    if (session == null) {
      return missing();
    }
    if (!session.path("status").asText().equals("open")) {
      return error(400, "invalid_request_error", "", "Only open sessions can be expired.");
    }
    end(session, "expired");
    event("checkout.session.expired", session);
    return FakeAnswer.json(200, session.toString());
  }

  private static FakeAnswer replay(Replay first, String parameters) {
    return first.parameters.equals(parameters)
        ? first.answer.with("Idempotent-Replayed", "true")
        : error(400, "idempotency_error", "", "Keys are for the same parameters only.");
  }

  private static void end(ObjectNode session, String status) {
    session.put("status", status);
    session.putNull("url");
  }

  /** A transfer is made at once, or refused. */
  private FakeAnswer createTransfer(Map<String, String> form) {
    String refusal = refuseTransfers;
    if (refusal != null) {
      return error(400, "invalid_request_error", refusal, "The transfer is refused.");
    }
    String amount = form.getOrDefault("amount", "");
    String currency = form.getOrDefault("currency", "");
    if (!amount.matches("[1-9]\\d{0,17}") || !currency.matches("[a-z]{3}")) {
      return error(400, "invalid_request_error", "parameter_missing", "amount or currency.");
    }
    if (!form.getOrDefault("destination", "").startsWith("acct_")) {
      return error(400, "invalid_request_error", "resource_missing", "No such destination.");
    }
    ObjectNode transfer = object("transfer", id("tr_"));
    transfer.put("amount", Long.parseLong(amount));
    transfer.put("amount_reversed", 0);
    transfer.put("currency", currency);
    transfer.put("destination", form.get("destination"));
    transfer.put("transfer_group", form.get("transfer_group"));
    transfer.put("reversed", false);
    metadata(transfer, form, "metadata[");
    move("transfer", transfer, -Long.parseLong(amount));
    event("transfer.created", transfer);
    return FakeAnswer.json(200, transfer.toString());
  }

  /** Refuses transfers with this code from now on; null to make them again. */
  public synchronized void refuseTransfers(@Nullable String code) {
    refuseTransfers = code;
  }

  /** Takes a transfer back. */
  public synchronized void reverseTransfer(String transferId) {
    ObjectNode transfer = required(transferId);
    transfer.set("amount_reversed", transfer.path("amount"));
    transfer.put("reversed", true);
    move("transfer_refund", transfer, transfer.path("amount").asLong());
    event("transfer.reversed", transfer);
  }

  private FakeAnswer createRefund(Map<String, String> form) {
    ObjectNode payment = objects.get(form.getOrDefault("payment_intent", ""));
    if (payment == null) {
      return error(NOT_FOUND, "invalid_request_error", "resource_missing", "No such payment.");
    }
    ObjectNode charge = required(payment.path("latest_charge").asText());
    long left = charge.path("amount").asLong() - charge.path("amount_refunded").asLong();
    long amount = Long.parseLong(form.getOrDefault("amount", Long.toString(left)));
    if (charge.path("disputed").asBoolean()) {
      return error(400, "invalid_request_error", "charge_disputed", "Charge is disputed.");
    }
    if (left == 0) {
      return error(400, "invalid_request_error", "charge_already_refunded", "Nothing is left.");
    }
    if (amount < 1 || amount > left) {
      return error(400, "invalid_request_error", "amount_too_large", "More than is left.");
    }
    ObjectNode refund = refund(payment, amount);
    metadata(refund, form, "metadata[");
    event("refund.created", refund);
    event("charge.refunded", charge);
    return FakeAnswer.json(200, refund.toString());
  }

  private ObjectNode refund(ObjectNode payment, long amount) {
    ObjectNode charge = required(payment.path("latest_charge").asText());
    ObjectNode refund = object("refund", id("re_"));
    refund.put("amount", amount);
    refund.set("currency", payment.path("currency"));
    refund.set("payment_intent", payment.path("id"));
    refund.set("charge", charge.path("id"));
    refund.put("status", "succeeded");
    refund.putObject("metadata");
    charge.put("amount_refunded", charge.path("amount_refunded").asLong() + amount);
    move("refund", refund, -amount);
    return refund;
  }

  /** A refund that somebody made in the dashboard. */
  public synchronized String refundInDashboard(String paymentId, long amount) {
    ObjectNode payment = required(paymentId);
    ObjectNode refund = refund(payment, amount);
    event("refund.created", refund);
    event("charge.refunded", required(payment.path("latest_charge").asText()));
    return refund.path("id").asText();
  }

  /** A refund that fails after it succeeded; its money comes back. */
  public synchronized void failRefund(String refundId) {
    ObjectNode refund = required(refundId);
    refund.put("status", "failed");
    refund.put("failure_reason", "expired_or_canceled_card");
    move("refund_failure", refund, refund.path("amount").asLong());
    event("refund.failed", refund);
  }

  /** Opens a dispute; an inquiry moves no money. */
  public synchronized String dispute(String paymentId, long amount, boolean inquiry) {
    ObjectNode payment = required(paymentId);
    ObjectNode charge = required(payment.path("latest_charge").asText());
    ObjectNode dispute = object("dispute", id("du_"));
    dispute.put("amount", amount);
    dispute.set("currency", payment.path("currency"));
    dispute.set("payment_intent", payment.path("id"));
    dispute.set("charge", charge.path("id"));
    dispute.put("status", inquiry ? "warning_needs_response" : "needs_response");
    dispute.putArray("balance_transactions");
    charge.put("disputed", true);
    event("charge.dispute.created", dispute);
    if (!inquiry) {
      withdraw(dispute);
    }
    return dispute.path("id").asText();
  }

  private void withdraw(ObjectNode dispute) {
    ArrayNode moved = (ArrayNode) dispute.path("balance_transactions");
    moved.add(move("adjustment", dispute, -dispute.path("amount").asLong()).deepCopy());
    event("charge.dispute.funds_withdrawn", dispute);
  }

  /** Ends a dispute: won gives the money back, lost keeps it, and an inquiry closes. */
  public synchronized void closeDispute(String disputeId, boolean won) {
    ObjectNode dispute = required(disputeId);
    if (dispute.path("status").asText().startsWith("warning")) {
      dispute.put("status", "warning_closed");
    } else {
      dispute.put("status", won ? "won" : "lost");
      if (won) {
        ArrayNode moved = (ArrayNode) dispute.path("balance_transactions");
        moved.add(move("adjustment", dispute, dispute.path("amount").asLong()).deepCopy());
        event("charge.dispute.funds_reinstated", dispute);
      }
    }
    event("charge.dispute.closed", dispute);
  }

  /** The buyer pays at once. */
  public synchronized void pay(String sessionId) {
    ObjectNode session = required(sessionId);
    complete(session);
    settle(session);
    event("checkout.session.completed", session);
  }

  /** The buyer pays by a method that takes days; {@link #settleDelayed} ends it. */
  public synchronized void payDelayed(String sessionId) {
    ObjectNode session = required(sessionId);
    complete(session);
    event("checkout.session.completed", session);
  }

  /** A delayed payment succeeds or fails. */
  public synchronized void settleDelayed(String sessionId, boolean succeeds) {
    ObjectNode session = required(sessionId);
    if (succeeds) {
      settle(session);
      event("checkout.session.async_payment_succeeded", session);
    } else {
      required(session.path("payment_intent").asText()).put("status", "requires_payment_method");
      event("checkout.session.async_payment_failed", session);
    }
  }

  private void complete(ObjectNode session) {
    if (!session.path("status").asText().equals("open")) {
      throw new IllegalStateException("the session is not open");
    }
    ObjectNode payment = object("payment_intent", id("pi_"));
    payment.set("amount", session.path("amount_total"));
    payment.put("amount_received", 0);
    payment.set("currency", session.path("currency"));
    payment.put("status", "processing");
    payment.set("metadata", session.path("payment_intent_data").path("metadata").deepCopy());
    session.set("payment_intent", payment.path("id"));
    end(session, "complete");
  }

  private void settle(ObjectNode session) {
    ObjectNode payment = required(session.path("payment_intent").asText());
    payment.put("status", "succeeded");
    payment.set("amount_received", payment.path("amount"));
    ObjectNode charge = object("charge", id("ch_"));
    charge.set("amount", payment.path("amount"));
    charge.put("amount_refunded", 0);
    charge.set("currency", payment.path("currency"));
    charge.set("payment_intent", payment.path("id"));
    charge.set("metadata", payment.path("metadata").deepCopy());
    charge.put("disputed", false);
    charge.put("status", "succeeded");
    payment.set("latest_charge", charge.path("id"));
    session.put("payment_status", "paid");
    move("charge", charge, charge.path("amount").asLong());
    event("payment_intent.succeeded", payment);
    event("charge.succeeded", charge);
  }

  private ObjectNode move(String type, ObjectNode source, long amount) {
    ObjectNode transaction = object("balance_transaction", id("txn_"));
    transaction.put("type", type);
    transaction.set("source", source.path("id"));
    transaction.put("amount", amount);
    transaction.put("fee", 0);
    transaction.put("net", amount);
    transaction.set("currency", source.path("currency"));
    return transaction;
  }

  private FakeAnswer list(String kind, FakeRequest request) {
    long since = Long.parseLong(request.query().getOrDefault("created[gte]", "0"));
    String group = request.query().get("transfer_group");
    String payment = request.query().get("payment_intent");
    int limit = Integer.parseInt(request.query().getOrDefault("limit", "10"));
    String after = request.query().get("starting_after");
    List<ObjectNode> found = new ArrayList<>();
    for (ObjectNode object : objects.values()) {
      if (object.path("object").asText().equals(kind)
          && object.path("created").asLong() >= since
          && (group == null || object.path("transfer_group").asText().equals(group))
          && (payment == null || object.path("payment_intent").asText().equals(payment))) {
        found.addFirst(object);
      }
    }
    if (after != null) {
      while (!found.isEmpty() && !found.removeFirst().path("id").asText().equals(after)) {
        // Skips what earlier pages had.
      }
    }
    ObjectNode page = JSON.createObjectNode().put("object", "list");
    page.put("has_more", found.size() > limit);
    page.put("url", request.path());
    ArrayNode data = page.putArray("data");
    found.stream().limit(limit).forEach(data::add);
    return FakeAnswer.json(200, page.toString());
  }

  private FakeAnswer shown(String id) {
    ObjectNode object = objects.get(id);
    if (object == null) {
      return missing();
    }
    if (object.path("object").asText().equals("checkout.session")
        && object.path("status").asText().equals("open")
        && object.path("expires_at").asLong() <= now()) {
      end(object, "expired");
      event("checkout.session.expired", object);
    }
    return FakeAnswer.json(200, object.toString());
  }

  /** The page where a buyer pays, pays later, is declined, or goes back. */
  private FakeAnswer checkoutPage(FakeRequest request, String id) {
    JsonNode session;
    synchronized (this) {
      ObjectNode found = objects.get(id);
      session = found == null ? null : found.deepCopy();
    }
    if (session == null || !session.path("status").asText().equals("open")) {
      return FakeAnswer.page(CheckoutPage.closed());
    }
    if (request.method().equals("GET")) {
      return FakeAnswer.page(
          CheckoutPage.html(
              "Stripe", amount(session), List.of("pay", "pay later", "decline", "abandon"), false));
    }
    switch (request.form().getOrDefault("action", "")) {
      case "pay" -> pay(id);
      case "pay later" -> payDelayed(id);
      case "abandon" -> {
        return FakeAnswer.seeOther(session.path("cancel_url").asText());
      }
      default -> {
        return FakeAnswer.page(
            CheckoutPage.html(
                "Stripe",
                amount(session),
                List.of("pay", "pay later", "decline", "abandon"),
                true));
      }
    }
    return FakeAnswer.seeOther(session.path("success_url").asText());
  }

  private static String amount(JsonNode session) {
    String currency = session.path("currency").asText();
    long units = session.path("amount_total").asLong();
    return java.math.BigDecimal.valueOf(units, WITHOUT_DECIMALS.contains(currency) ? 0 : 2)
            .toPlainString()
        + " "
        + currency.toUpperCase(Locale.ROOT);
  }

  private ObjectNode object(String kind, String id) {
    ObjectNode object = JSON.createObjectNode();
    object.put("id", id);
    object.put("object", kind);
    object.put("created", now());
    object.put("livemode", false);
    objects.put(id, object);
    return object;
  }

  private String id(String prefix) {
    return prefix + Long.toString(ids.incrementAndGet(), 36) + "Fake";
  }

  private ObjectNode required(String id) {
    ObjectNode object = objects.get(id);
    if (object == null) {
      throw new IllegalStateException("no such object: " + id);
    }
    return object;
  }

  private void event(String type, ObjectNode object) {
    ObjectNode event = object("event", id("evt_"));
    event.put("api_version", VERSION);
    event.put("type", type);
    event.put("pending_webhooks", 1);
    event.putObject("data").set("object", object.deepCopy());
    webhooks.send(
        new WebhookSender.Event(
            event.path("id").asText(), type, event.toString().getBytes(StandardCharsets.UTF_8)),
        "/stripe",
        this::signed);
  }

  /** Signs a body as of now, as every retry does. */
  public Map<String, String> signed(byte[] body) {
    String time = Long.toString(now());
    return Map.of("Stripe-Signature", "t=" + time + ",v1=" + signature(time, body));
  }

  /** The hexadecimal signature of a body at a time in seconds. */
  public String signature(String time, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(webhookSecret, "HmacSHA256"));
      mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  private static FakeAnswer missing() {
    return error(NOT_FOUND, "invalid_request_error", "resource_missing", "No such object.");
  }

  private static FakeAnswer error(int status, String type, String code, String message) {
    ObjectNode error = JSON.createObjectNode();
    ObjectNode inner = error.putObject("error").put("type", type).put("message", message);
    if (!code.isEmpty()) {
      inner.put("code", code);
    }
    return FakeAnswer.json(status, error.toString());
  }
}
