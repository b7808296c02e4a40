package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides reviews; when all is healed, moves the platform's clock to the end. */
final class Admin extends Actor {
  private final Map<String, Command> decisions = new HashMap<>();

  Admin(Client client, School school, long seed) {
    super(client, school, seed);
  }

  @Override
  void act() throws InterruptedException {
    decideSome(3);
    Thread.sleep(500 + random.nextInt(2_000));
  }

  /** Through everything that becomes due on the way. */
  void advance(Duration by, Duration patience) throws InterruptedException {
    Command command = client.command("clock", "/test/clock", "{\"advance\":\"" + by + "\"}");
    client.ask(command, patience);
    if (command.acknowledged()) {
      school.itIs(Instant.parse(command.answer().get("now").asText()));
    }
  }

  /** Every review that waits. */
  void decideAll() throws InterruptedException {
    decideSome(Integer.MAX_VALUE);
  }

  private void decideSome(int most) throws InterruptedException {
    List<JsonNode> waiting = client.list("/admin/reviews");
    for (JsonNode meeting : waiting.subList(0, Math.min(most, waiting.size()))) {
      String id = meeting.get("id").asText();
      if (!decisions.containsKey(id)) {
        decisions.put(id, ask("decide", "/admin/reviews/" + id + "/decision", decision()));
      }
    }
  }

  private String decision() {
    return switch (random.nextInt(3)) {
      case 0 -> "{\"decision\":\"refund_students\",\"note\":\"so be it\"}";
      case 1 -> "{\"decision\":\"pay_teacher\",\"note\":\"so be it\"}";
      default ->
          "{\"decision\":\"split\",\"studentPercent\":%d,\"note\":\"so be it\"}"
              .formatted(1 + random.nextInt(99));
    };
  }

  @Override
  List<String> disagreements() throws InterruptedException {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, Command> decided : decisions.entrySet()) {
      JsonNode now = client.get("/meetings/" + decided.getKey()).path("reviewDecision");
      Command command = decided.getValue();
      if (command.acknowledged()
          && !command.body.contains("\"" + now.path("decision").asText() + "\"")) {
        found.add("the decision " + command + " is " + now);
      }
    }
    return found;
  }
}
