package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes slots, joins its classes, leaves them, and now and then cancels a whole one. */
final class Teacher extends Actor {
  private final List<Command> creations = new ArrayList<>();
  private final Map<String, Command> cancels = new HashMap<>();
  private final List<Command> joins = new ArrayList<>();

  Teacher(Client client, School school, long seed) {
    super(client, school, seed);
  }

  @Override
  void act() throws InterruptedException {
    List<String> open = slots().stream().filter(school::open).toList();
    int dice = random.nextInt(100);
    if (!open.isEmpty() && dice < 70) {
      String step = dice < 60 ? "/join" : "/leave";
      Command command = ask("teach", "/meetings/" + any(open) + step, "{}");
      if (dice < 60) {
        joins.add(command);
      }
    } else if (dice < 95 || slots().isEmpty()) {
      create();
    } else {
      String slot = any(slots());
      if (!cancels.containsKey(slot)) {
        cancels.put(slot, ask("cancel class", "/meetings/" + slot + "/cancel", "{}"));
      }
    }
    // Teachers are slower than students.
    Thread.sleep(50 + random.nextInt(200));
  }

  /**
   * Within three days, so that some can be cancelled and moved without loss and some begin soon.
   */
  void create() throws InterruptedException {
    long minutes = 20 + (random.nextBoolean() ? random.nextInt(600) : random.nextInt(3_600));
    Instant starts = school.now().plus(Duration.ofMinutes(minutes)).truncatedTo(ChronoUnit.MINUTES);
    Command command =
        ask(
            "slot",
            "/teachers/me/slots",
            "{\"title\":\"Class\",\"startsAt\":\"%s\",\"durationMinutes\":30,\"capacity\":%d,\"price\":%d}"
                .formatted(starts, 1 + random.nextInt(4), random.nextInt(10) * 77));
    creations.add(command);
    if (command.acknowledged()) {
      school.add(School.slot(command.answer()));
    }
  }

  private List<String> slots() {
    return creations.stream()
        .filter(Command::acknowledged)
        .map(c -> c.answer().get("id").asText())
        .toList();
  }

  @Override
  List<String> disagreements() throws InterruptedException {
    List<String> found = new ArrayList<>();
    Map<String, JsonNode> there = new HashMap<>();
    client
        .list("/teachers/me/slots?from=2020-01-01T00:00:00Z")
        .forEach(m -> there.put(m.get("id").asText(), m));
    for (String slot : slots()) {
      JsonNode meeting = there.remove(slot);
      if (meeting == null) {
        found.add("an acknowledged slot is gone: " + slot);
        continue;
      }
      String status = meeting.get("status").asText();
      Command cancel = cancels.get(slot);
      if (cancel != null && cancel.acknowledged() != status.equals("cancelled")) {
        if (!cancel.unknown()) {
          found.add("class " + slot + " is " + status + " after " + cancel);
        }
      } else if (cancel == null && status.equals("cancelled")) {
        found.add("class " + slot + " is cancelled, and nobody did that");
      }
      boolean came = joins.stream().anyMatch(j -> j.acknowledged() && j.path.contains(slot));
      if (came && meeting.get("reviewReasons").toString().contains("teacher_absent")) {
        found.add("class " + slot + " says that its teacher did not come");
      }
    }
    long unknown = creations.stream().filter(Command::unknown).count();
    if (there.size() > unknown) {
      found.add(there.size() + " slots are there that nobody was told of");
    }
    return found.stream().map(f -> client.email() + ": " + f).toList();
  }
}
