package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Deposits, books, moves, cancels and joins. */
final class Student extends Actor {
  private final List<Command> deposits = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();

  Student(Client client, School school, long seed) {
    super(client, school, seed);
  }

  @Override
  void act() throws InterruptedException {
    List<Place> open = usable().stream().filter(p -> school.open(p.slotId())).toList();
    int dice = random.nextInt(100);
    if (dice < 12) {
      deposits.add(
          ask("deposit", "/wallet/deposit", "{\"amount\":" + (1 + random.nextInt(500)) * 10 + "}"));
    } else if (dice < 50 || places.isEmpty()) {
      book();
    } else if (!open.isEmpty()) {
      join(any(open));
    } else if (dice < 75) {
      move();
    } else {
      cancel();
    }
  }

  private void book() throws InterruptedException {
    String slot = any(school.toCome()).id();
    places.add(new Place(ask("book", "/bookings", slotId(slot))));
  }

  private void join(Place place) throws InterruptedException {
    place.joins.add(ask("join", "/meetings/" + place.slotId() + "/join", "{}"));
  }

  private void move() throws InterruptedException {
    List<Place> movable = usable().stream().filter(p -> school.early(p.slotId())).toList();
    if (!movable.isEmpty()) {
      Place place = any(movable);
      String to = any(school.toCome()).id();
      place.moves.add(ask("move", "/bookings/" + place.id() + "/move", slotId(to)));
    }
  }

  private void cancel() throws InterruptedException {
    List<Place> cancellable = usable().stream().filter(p -> !school.begun(p.slotId())).toList();
    if (!cancellable.isEmpty()) {
      Place place = any(cancellable);
      place.cancel = ask("cancel", "/bookings/" + place.id() + "/cancel", "{}");
    }
  }

  private List<Place> usable() {
    return places.stream().filter(Place::usable).toList();
  }

  private static String slotId(String slot) {
    return "{\"slotId\":\"" + slot + "\"}";
  }

  @Override
  List<String> disagreements() throws InterruptedException {
    List<String> found = new ArrayList<>();
    // Rejected bookings are listed only on request.
    List<JsonNode> bookings = new ArrayList<>(client.list("/bookings"));
    bookings.addAll(client.list("/bookings?status=rejected"));
    found.addAll(missingAndUnasked(bookings));
    long deposited = deposited(found);
    long spent = bookings.stream().mapToLong(Student::spent).sum();
    JsonNode wallet = client.get("/wallet");
    if (wallet.get("balance").asLong() != deposited - spent) {
      found.add(
          "the wallet says %s; %d were deposited and %d spent".formatted(wallet, deposited, spent));
    }
    found.addAll(Told.to(client).disagreements(places, bookings));
    return found.stream().map(f -> client.email() + ": " + f).toList();
  }

  private List<String> missingAndUnasked(List<JsonNode> bookings) {
    List<String> found = new ArrayList<>();
    Map<String, JsonNode> there = new HashMap<>();
    bookings.forEach(b -> there.put(b.get("id").asText(), b));
    List<Place> unknown = new ArrayList<>();
    for (Place place : places) {
      if (place.booking().unknown()) {
        unknown.add(place);
      } else if (place.booking().acknowledged()) {
        JsonNode now = there.remove(place.id());
        found.addAll(now == null ? List.of("it is gone: " + place) : place.disagreements(now));
      }
    }
    for (JsonNode extra : there.values()) {
      boolean asked =
          unknown.stream()
              .filter(p -> p.booking().body.contains(extra.get("slotId").asText()))
              .findFirst()
              .map(unknown::remove)
              .orElse(false);
      if (!asked && !extra.get("status").asText().equals("rejected")) {
        found.add("nobody was told of this booking: " + extra);
      }
    }
    return found;
  }

  /** What the wallet's lines say was deposited: what was acknowledged, and perhaps the unknown. */
  private long deposited(List<String> found) throws InterruptedException {
    List<Long> acknowledged = amounts(deposits.stream().filter(Command::acknowledged).toList());
    List<Long> unknown = amounts(deposits.stream().filter(Command::unknown).toList());
    long sum = 0;
    for (JsonNode line : client.list("/wallet/transactions")) {
      if (line.get("kind").asText().equals("deposit")) {
        Long amount = line.get("amount").asLong();
        sum += amount;
        if (!acknowledged.remove(amount) && !unknown.remove(amount)) {
          found.add("a deposit that nobody was told of, or twice: " + line);
        }
      }
    }
    acknowledged.forEach(a -> found.add("an acknowledged deposit of " + a + " is gone"));
    return sum;
  }

  private static List<Long> amounts(List<Command> deposits) {
    return new ArrayList<>(
        deposits.stream().map(d -> Long.valueOf(d.body.replaceAll("\\D", ""))).toList());
  }

  /** What a booking has cost by now. */
  private static long spent(JsonNode booking) {
    String status = booking.get("status").asText();
    long price = booking.get("price").asLong();
    if (booking.hasNonNull("refund")) {
      return price - booking.get("refund").get("refund").asLong();
    }
    return status.equals("cancelled") || status.equals("rejected") ? 0 : price;
  }
}
