package io.classbell.faults;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Everything that all clients of a run asked for. */
final class Journal {
  private final ConcurrentLinkedQueue<Command> commands = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> discourtesies = new ConcurrentLinkedQueue<>();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong turnedAway = new AtomicLong();

  /** It is written down before it is asked for the first time. */
  void add(Command command) {
    commands.add(command);
  }

  /** One more request went out. */
  void requested() {
    requests.incrementAndGet();
  }

  /** A connection that nobody took, which is how a node that stops says so. */
  void turnedAway() {
    turnedAway.incrementAndGet();
  }

  /** Something that an orderly stop does to nobody: cut off, or a 5xx that is no "come again". */
  void discourteous(String what) {
    discourtesies.add(what);
  }

  long connectionsRefused() {
    return turnedAway.get();
  }

  List<String> discourtesies() {
    return List.copyOf(discourtesies);
  }

  long acknowledged() {
    return commands.stream().filter(Command::acknowledged).count();
  }

  List<Command> unknown() {
    return commands.stream().filter(Command::unknown).toList();
  }

  /** A table: how many of each kind were acknowledged, refused, unknown. */
  String report() {
    StringBuilder lines =
        new StringBuilder("| asked for | acknowledged | refused | unknown |\n|---|---|---|---|\n");
    Map<String, List<Command>> byKind =
        commands.stream()
            .collect(
                Collectors.groupingBy(c -> c.kind, java.util.TreeMap::new, Collectors.toList()));
    byKind.forEach((kind, all) -> lines.append(line(kind, all)));
    lines.append(line("**all**", List.copyOf(commands)));
    return lines + "\nRequests, those asked again among them: " + requests.get() + ".\n";
  }

  private static String line(String name, List<Command> all) {
    return "| %s | %d | %d | %d |%n"
        .formatted(
            name,
            all.stream().filter(Command::acknowledged).count(),
            all.stream().filter(Command::refused).count(),
            all.stream().filter(Command::unknown).count());
  }
}
