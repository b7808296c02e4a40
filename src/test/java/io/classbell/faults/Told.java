package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A student's whole inbox: numbered without a gap, everything in it once. */
record Told(List<JsonNode> notices) {

  static Told to(Client client) throws InterruptedException {
    List<JsonNode> all = new ArrayList<>();
    JsonNode items;
    do {
      long after = all.isEmpty() ? 0 : all.getLast().get("seq").asLong();
      items = client.get("/notifications?limit=100&after=" + after).get("items");
      items.forEach(all::add);
    } while (!items.isEmpty());
    return new Told(all);
  }

  List<String> disagreements(List<Place> places, List<JsonNode> bookings) {
    List<String> found = new ArrayList<>(numbering());
    Map<String, Integer> times = times(found);
    places.stream()
        .filter(p -> p.booking().status() == 201)
        .forEach(p -> once(found, times, end(p)));
    places.stream()
        .filter(p -> p.cancel != null && p.cancel.acknowledged())
        .filter(p -> !times.containsKey("meeting_cancelled " + p.slotId()))
        .forEach(p -> once(found, times, "booking_cancelled " + p.id()));
    for (JsonNode booking : bookings) {
      if (booking.get("status").asText().equals("completed")) {
        String meeting = booking.get("slotId").asText();
        once(found, times, "meeting_opened " + meeting);
        once(found, times, "meeting_closed " + meeting);
      }
      if (booking.path("refund").path("refund").asLong() > 0) {
        once(found, times, "refund_issued " + booking.get("id").asText());
      }
    }
    return found;
  }

  /** What a booking came to: the class may have been cancelled while it was under way. */
  private static String end(Place place) {
    return place.cancelledWithItsClass()
        ? "meeting_cancelled " + place.booking().answer().get("slotId").asText()
        : "booking_confirmed " + place.id();
  }

  private List<String> numbering() {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < notices.size(); i++) {
      if (notices.get(i).get("seq").asLong() != i + 1) {
        found.add("notice " + (i + 1) + " has the number " + notices.get(i).get("seq"));
      }
    }
    return found;
  }

  /** How often each thing was told; all but moves, done or refused, at most once. */
  private Map<String, Integer> times(List<String> found) {
    Map<String, Integer> times = new HashMap<>();
    for (JsonNode notice : notices) {
      times.merge(thing(notice), 1, Integer::sum);
    }
    times.forEach(
        (thing, n) -> {
          if (n > 1 && !thing.matches("booking_(moved|rejected) .*")) {
            found.add("told " + n + " times: " + thing);
          }
        });
    return times;
  }

  private static String thing(JsonNode notice) {
    String kind = notice.get("kind").asText();
    JsonNode data = notice.get("data");
    String id =
        switch (kind) {
          case "reminder" -> data.get("meetingId").asText() + " " + data.get("before").asText();
          case "meeting_opened", "meeting_closed", "meeting_cancelled", "review_decided" ->
              data.get("meetingId").asText();
          case "credits_received" -> notice.get("id").asText();
          default -> data.get("bookingId").asText();
        };
    return kind + " " + id;
  }

  private static void once(List<String> found, Map<String, Integer> times, String thing) {
    if (!times.containsKey(thing)) {
      found.add("never told: " + thing);
    }
  }
}
