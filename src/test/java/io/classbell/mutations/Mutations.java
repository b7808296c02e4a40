package io.classbell.mutations;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes out one guard after another, in a copy of the working tree, and runs the test that must
 * notice. Arguments: the copy, the list of guards, and the names of those to take out (none: all).
 * Exit code 0: every test went red; 1: one stayed green; 2: there is no guard of a name.
 */
public final class Mutations {

  public static void main(String[] arguments) throws Exception {
    Path copy = Path.of(arguments[0]);
    List<Guard> guards = Guard.read(Path.of(arguments[1]));
    List<String> chosen = List.of(arguments).subList(2, arguments.length);
    List<String> unknown = new ArrayList<>(chosen);
    unknown.removeAll(guards.stream().map(Guard::name).toList());
    if (!unknown.isEmpty()) {
      System.err.println("no such guard: " + unknown + "; they are in " + arguments[1]);
      System.exit(2);
    }
    List<String> unnoticed = new ArrayList<>();
    System.out.println("| guard taken out | test | |\n|---|---|---|");
    for (Guard guard : guards) {
      if (!chosen.isEmpty() && !chosen.contains(guard.name())) {
        continue;
      }
      try (Mutant mutant = new Mutant(copy, guard)) {
        boolean noticed = mutant.isNoticed();
        System.out.printf(
            "| %s | %s | %s |%n", guard.name(), guard.test(), noticed ? "red" : "GREEN");
        if (!noticed) {
          unnoticed.add(guard.name());
        }
      }
    }
    System.out.println(unnoticed.isEmpty() ? "Each is noticed." : "Not noticed: " + unnoticed);
    System.exit(unnoticed.isEmpty() ? 0 : 1);
  }

  private Mutations() {}
}
