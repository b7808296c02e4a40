package io.classbell.mutations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One guard, and how it is taken out: a text of one file is replaced by another.
 *
 * @param test what must go red, as Maven's {@code -Dtest} and {@code -Dit.test} take it
 */
record Guard(String name, Path file, String test, String text, String without) {

  /**
   * Reads a list of them: {@code == name}, {@code file}, {@code test}, then the lines to take out,
   * each after {@code "- "}, and those to put in their place, each after {@code "+ "}.
   */
  static List<Guard> read(Path list) throws IOException {
    List<Guard> guards = new ArrayList<>();
    for (String block : Files.readString(list).split("(?m)^== ")) {
      if (!block.startsWith("#")) {
        guards.add(of(block.lines().toList()));
      }
    }
    return guards;
  }

  private static Guard of(List<String> lines) {
    return new Guard(
        lines.getFirst().strip(),
        Path.of(all("file ", lines)),
        all("test ", lines),
        all("- ", lines),
        all("+ ", lines));
  }

  private static String all(String prefix, List<String> lines) {
    return String.join(
        "\n",
        lines.stream()
            .filter(l -> l.startsWith(prefix))
            .map(l -> l.substring(prefix.length()))
            .toList());
  }

  boolean isIntegrationTest() {
    return test.split("[#,]")[0].endsWith("IT");
  }

  /** Takes it out of the source in this directory; answers the file as it was. */
  String takeOut(Path directory) throws IOException {
    Path source = directory.resolve(file);
    String whole = Files.readString(source);
    if (!whole.contains(text)) {
      throw new IllegalStateException(name + ": not found in " + file + ": " + text);
    }
    Files.writeString(source, whole.replace(text, without));
    return whole;
  }
}
