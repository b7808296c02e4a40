package io.classbell.tools;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.tools.ApiClient.Live;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs two scenarios on a platform in test mode and shows each step: deposit → slot → book →
 * notifications → cancel → refund, and book → open → join → close → settle by the test clock. Exit
 * code 0: every step succeeded; 1: a step failed; 2: invalid arguments.
 */
public final class Demo {
  private static final String PASSWORD = "classbell-demo";
  private static final Duration LIVE_WAIT = Duration.ofSeconds(10);

  private final ApiClient student;
  private final ApiClient teacher;
  private final ApiClient admin;
  private final String studentId;
  private final String teacherId;
  private int step;

  private Demo(String url) throws IOException, InterruptedException {
    ApiClient nobody = ApiClient.at(url);
    student = nobody.login("student@classbell.test", PASSWORD);
    teacher = nobody.login("teacher@classbell.test", PASSWORD);
    admin = nobody.login("admin@classbell.test", PASSWORD);
    studentId = student.get("/me").ok().get("id").asText();
    teacherId = teacher.get("/me").ok().get("id").asText();
  }

  /** {@code args}: the platform's address, http://localhost:8080 when absent. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length > 1 || args.length == 1 && !args[0].startsWith("http")) {
      System.err.println("usage: scripts/demo [http://localhost:8080]");
      System.exit(2);
    }
    String url = args.length == 0 ? "http://localhost:8080" : args[0];
    try {
      Demo demo = new Demo(url);
      demo.bookAndCancel();
      demo.bookAndAttend();
      demo.proveTheBooks();
      System.out.println("\nEvery step did what it should.");
    } catch (ConnectException e) {
      System.err.println("Nothing listens at " + url + ". Start a platform first: scripts/run");
      System.exit(1);
    } catch (IOException e) {
      System.err.println("no platform in test mode answers at " + url + ": " + e.getMessage());
      System.exit(1);
    } catch (IllegalStateException e) {
      System.err.println("\nFAILED: " + e.getMessage());
      System.exit(1);
    }
  }

  private void bookAndCancel() throws IOException, InterruptedException {
    say("A class is booked and cancelled");
    try (Live live = student.live(studentId);
        Live teacherLive = teacher.live(teacherId)) {
      JsonNode posted = student.post("/wallet/deposit", Map.of("amount", 10_000)).ok();
      show("deposit", "100.00 test credits", posted);
      expectLive(live, "credits_received");
      JsonNode slot = slot("Algebra for the curious", now().plus(Duration.ofDays(3)), 2_500);
      show("slot", "25.00 credits, two seats", slot);
      long before = wallet().get("balance").asLong();
      JsonNode booking = student.post("/bookings", Map.of("slotId", slot.get("id").asText())).ok();
      show("book", "status " + booking.get("status").asText(), booking);
      expect("the booking is confirmed", "confirmed".equals(booking.get("status").asText()));
      expectLive(live, "booking_confirmed");
      expectLive(teacherLive, "booking_confirmed");
      JsonNode wallet = wallet();
      expect("25.00 credits are held", wallet.get("balance").asLong() == before - 2_500);
      String path = "/bookings/" + booking.get("id").asText();
      JsonNode preview = student.get(path + "/cancellation").ok();
      show("preview", "a cancellation now gives back " + credits(preview.get("refund")), preview);
      JsonNode cancelled = student.post(path + "/cancel", Map.of("reason", "changed plans")).ok();
      show("cancel", "status " + cancelled.get("status").asText(), cancelled);
      expectLive(live, "booking_cancelled");
      expectLive(live, "refund_issued");
      expect("everything came back", wallet().get("balance").asLong() == before);
    }
  }

  private void bookAndAttend() throws IOException, InterruptedException {
    say("A class is held, by the test clock");
    try (Live live = student.live(studentId)) {
      Instant wished = now().plus(Duration.ofHours(26)).truncatedTo(ChronoUnit.MINUTES);
      JsonNode slot = slot("Conversation in Portuguese", wished, 3_000);
      Instant starts = Instant.parse(slot.get("startsAt").asText());
      String meeting = slot.get("id").asText();
      student.post("/wallet/deposit", Map.of("amount", 3_000)).ok();
      JsonNode booking = student.post("/bookings", Map.of("slotId", meeting)).ok();
      show("book", "starts " + starts, booking);
      long teacherBefore = teacher.get("/wallet").ok().get("balance").asLong();

      advanceTo(starts.minus(Duration.ofMinutes(10)));
      expectLive(live, "reminder");
      expectLive(live, "meeting_opened");
      expect("it is open", "open".equals(status(meeting)));
      JsonNode joined = student.post("/meetings/" + meeting + "/join", Map.of()).ok();
      teacher.post("/meetings/" + meeting + "/join", Map.of()).ok();
      show("join", "classroom " + joined.get("joinUrl").asText(), joined);

      advanceTo(starts.plus(Duration.ofMinutes(61)));
      expectLive(live, "meeting_closed");
      expect("it is closed", "closed".equals(status(meeting)));

      advanceTo(starts.plus(Duration.ofHours(26)));
      long paid = teacher.get("/wallet").ok().get("balance").asLong() - teacherBefore;
      step(
          "settle", "the teacher got " + credits(paid) + " after the dispute window, less the fee");
      expect("the teacher was paid", paid > 0 && paid <= 3_000);
      JsonNode line = teacher.get("/wallet/transactions?limit=1").ok().at("/items/0");
      show("history", line.get("description").asText(), line);
    }
  }

  private void proveTheBooks() throws IOException, InterruptedException {
    say("The books are proved");
    JsonNode audit = admin.get("/admin/ledger/audit").ok();
    for (JsonNode invariant : audit.get("invariants")) {
      step(invariant.get("ok").asBoolean() ? "holds" : "BROKEN", invariant.get("name").asText());
    }
    expect("every invariant holds", audit.get("ok").asBoolean());
    JsonNode mails = student.getPage("/dev/mailbox?to=student@classbell.test").ok();
    JsonNode list = mails.isArray() ? mails : mails.path("items");
    step("mailbox", list.size() + " mails to the student, read them at /dev/mailbox");
  }

  private JsonNode slot(String title, Instant startsAt, long price)
      throws IOException, InterruptedException {
    // The demo may be run again and again: where the hour is taken, it tries the next.
    for (int hours = 0; hours < 200; hours++) {
      Map<String, Object> body =
          Map.of(
              "title",
              title,
              "startsAt",
              startsAt.plus(Duration.ofHours(hours)).toString(),
              "durationMinutes",
              60,
              "capacity",
              2,
              "price",
              price);
      ApiClient.Answer answer = teacher.post("/teachers/me/slots", body);
      if (!"overlapping_slot".equals(answer.body().path("code").asText())) {
        return answer.ok();
      }
    }
    throw new IllegalStateException("the teacher's calendar is full");
  }

  private Instant now() throws IOException, InterruptedException {
    return Instant.parse(student.get("/test/clock").ok().get("now").asText())
        .truncatedTo(ChronoUnit.SECONDS);
  }

  private void advanceTo(Instant instant) throws IOException, InterruptedException {
    Duration advance = Duration.between(now(), instant);
    JsonNode clock = student.post("/test/clock", Map.of("advance", advance.toString())).ok();
    step("clock", "moved to " + clock.get("now").asText());
  }

  private String status(String meeting) throws IOException, InterruptedException {
    return student.get("/meetings/" + meeting).ok().get("status").asText();
  }

  private JsonNode wallet() throws IOException, InterruptedException {
    return student.get("/wallet").ok();
  }

  private void expectLive(Live live, String kind) throws InterruptedException {
    JsonNode message = live.next(kind, LIVE_WAIT);
    expect("a live notification " + kind + " arrives", message != null);
    if (message != null) {
      step("live", message.at("/notification/title").asText());
    }
  }

  private void expect(String what, boolean holds) {
    if (!holds) {
      throw new IllegalStateException("expected that " + what);
    }
  }

  private void say(String story) {
    System.out.println("\n== " + story);
  }

  private void show(String name, String what, @Nullable JsonNode json) {
    step(name, what);
    if (json != null) {
      String text = json.toString();
      System.out.println("     " + (text.length() > 160 ? text.substring(0, 160) + "…" : text));
    }
  }

  private void step(String name, String what) {
    System.out.printf("%3d. %-9s %s%n", ++step, name, what);
  }

  private static String credits(JsonNode minor) {
    return credits(minor.asLong());
  }

  private static String credits(long minor) {
    return "%d.%02d".formatted(minor / 100, Math.abs(minor % 100));
  }
}
