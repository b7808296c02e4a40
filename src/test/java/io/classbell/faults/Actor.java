package io.classbell.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A user of the platform who acts at random (seeded) and remembers what came of it. */
abstract class Actor {
  static final Duration PATIENCE = Duration.ofSeconds(8);
  static final Duration RECOVERY = Duration.ofSeconds(60);

  final Client client;
  final School school;
  final Random random;
  private final List<Command> commands = new ArrayList<>();

  Actor(Client client, School school, long seed) {
    this.client = client;
    this.school = school;
    this.random = new Random(seed);
  }

  /** One thing, until it is answered or patience ends. */
  abstract void act() throws InterruptedException;

  /** Where the platform's account differs from this journal; empty when every promise was kept. */
  abstract List<String> disagreements() throws InterruptedException;

  /** Asks for it, with patience. */
  final Command ask(String kind, String path, String body) throws InterruptedException {
    Command command = client.command(kind, path, body);
    commands.add(command);
    client.ask(command, PATIENCE);
    return command;
  }

  /**
   * Asks again, with the same keys, for two of three that have no answer yet, until they have. The
   * others stay unknown: the platform must have done them wholly, or not at all.
   */
  final void settle() throws InterruptedException {
    for (Command command : commands) {
      if (command.unknown() && random.nextInt(3) > 0) {
        client.ask(command, RECOVERY);
        if (command.unknown()) {
          throw new AssertionError("no definite answer even after healing: " + command);
        }
      }
    }
  }

  final <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
