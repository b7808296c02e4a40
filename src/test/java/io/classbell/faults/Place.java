package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One booking in a student's journal: how it was made, and all that was asked of it since. */
final class Place {
  private static final int DONE = 200;
  private static final int PENDING = 202;

  private final Command booking;
  final List<Command> moves = new ArrayList<>();
  final List<Command> joins = new ArrayList<>();
  @Nullable Command cancel;

  Place(Command booking) {
    this.booking = booking;
  }

  Command booking() {
    return booking;
  }

  String id() {
    return booking.answer().get("id").asText();
  }

  /** Whether it was answered as made and gone: somebody cancelled the class meanwhile. */
  boolean cancelledWithItsClass() {
    return booking.answer().get("status").asText().equals("cancelled");
  }

  /** Whether more can be asked of it: who does not know how it stands waits. */
  boolean usable() {
    return booking.acknowledged()
        && (cancel == null || cancel.refused())
        && moves.stream().noneMatch(Place::undecided);
  }

  /** Where it is, as far as is known. */
  String slotId() {
    return moves.stream()
        .filter(m -> m.status() == DONE)
        .reduce((first, second) -> second)
        .orElse(booking)
        .answer()
        .get("slotId")
        .asText();
  }

  /** Where the booking, as the platform has it when all is settled, differs from the journal. */
  List<String> disagreements(JsonNode now) {
    List<String> found = new ArrayList<>();
    String status = now.get("status").asText();
    boolean meetingCancelled = now.get("meeting").get("status").asText().equals("cancelled");
    Command asked = cancel;
    switch (status) {
      case "confirmed", "completed" -> {
        if (asked != null && asked.acknowledged()) {
          found.add("its cancel was acknowledged, it is " + status);
        }
      }
      case "cancelled" -> {
        boolean tooLate = now.path("reason").asText().equals("move_too_late");
        if ((asked == null || asked.refused()) && !meetingCancelled && !tooLate) {
          found.add("it is cancelled, and nobody did that");
        }
      }
      case "rejected" -> {
        if (booking.status() != PENDING) {
          found.add("it was acknowledged, and then rejected");
        }
      }
      default -> found.add("it is still " + status);
    }
    if (!possibleSlots().contains(now.get("slotId").asText())) {
      found.add("it is in slot " + now.get("slotId") + ", not in one of " + possibleSlots());
    }
    boolean joined =
        joins.stream()
            .anyMatch(j -> j.acknowledged() && j.path.contains(now.get("slotId").asText()));
    if (status.equals("completed") && joined && !now.get("attendance").asText().equals("present")) {
      found.add("joined, but counted as " + now.get("attendance"));
    }
    if (asked != null && asked.acknowledged()) {
      long promised = asked.answer().path("refund").path("refund").asLong();
      long given = now.path("refund").path("refund").asLong();
      if (promised != given) {
        found.add("a refund of " + promised + " was promised, " + given + " was given");
      }
    }
    return found.stream().map(f -> "booking " + id() + ": " + f + "; " + this).toList();
  }

  /** Not answered, or answered before it was over. */
  private static boolean undecided(Command move) {
    return move.unknown() || move.status() == PENDING;
  }

  /** The last that is known, and where a move may have gone whose answer is not known. */
  private Set<String> possibleSlots() {
    Set<String> possible = new HashSet<>();
    possible.add(slotId());
    moves.stream().filter(Place::undecided).forEach(m -> possible.add(target(m)));
    return possible;
  }

  private static String target(Command move) {
    return move.body.replaceAll(".*:\"(.*)\"}", "$1");
  }

  @Override
  public String toString() {
    return Stream.of(Stream.of(booking), moves.stream(), joins.stream(), Stream.ofNullable(cancel))
        .flatMap(s -> s)
        .map(Command::toString)
        .toList()
        .toString();
  }
}
