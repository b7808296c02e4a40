package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the clients of one run know in common: the platform's time, and the slots there are. */
final class School {
  private static final Duration OPENS_BEFORE = Duration.ofMinutes(15);

  /** A slot as its teacher was told that it was made. */
  record Slot(String id, Instant startsAt, Duration length) {
    Instant endsAt() {
      return startsAt.plus(length);
    }
  }

  private final Map<String, Slot> slots = new ConcurrentHashMap<>();
  private volatile Instant now;

  School(Instant now) {
    this.now = now;
  }

  Instant now() {
    return now;
  }

  void itIs(Instant instant) {
    now = instant;
  }

  /** A slot as the API shows it. */
  static Slot slot(JsonNode slot) {
    return new Slot(
        slot.get("id").asText(),
        Instant.parse(slot.get("startsAt").asText()),
        Duration.ofMinutes(slot.get("durationMinutes").asLong()));
  }

  void add(Slot slot) {
    slots.put(slot.id, slot);
  }

  /** In a stable order, so that the same dice pick the same. */
  List<Slot> toCome() {
    return slots.values().stream()
        .filter(s -> s.startsAt.isAfter(now))
        .sorted(Comparator.comparing(Slot::startsAt).thenComparing(Slot::id))
        .toList();
  }

  boolean open(String slotId) {
    Slot slot = slots.get(slotId);
    return slot != null
        && !now.isBefore(slot.startsAt.minus(OPENS_BEFORE))
        && now.isBefore(slot.endsAt());
  }

  /** Whether a booking there can still be moved or cancelled without loss. */
  boolean early(String slotId) {
    Slot slot = slots.get(slotId);
    return slot != null && now.isBefore(slot.startsAt.minus(Duration.ofHours(24)));
  }

  boolean begun(String slotId) {
    Slot slot = slots.get(slotId);
    return slot == null || !now.isBefore(slot.startsAt);
  }

  /** When the last of them ends. */
  Instant lastEnd() {
    return slots.values().stream().map(Slot::endsAt).max(Comparator.naturalOrder()).orElse(now);
  }
}
