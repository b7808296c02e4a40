package io.classbell.faults.inside;

import io.classbell.platform.Failpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Dies at the failpoint that the file {@code crash} names, where no other node did so before. */
final class Crash {
  private final Path file;
  private final Path carriedOut;

  Crash(Path directory) {
    this.file = directory.resolve("crash");
    this.carriedOut = directory.resolve("crashed");
  }

  void reached(String failpoint) {
    try {
      if (Files.exists(file) && Files.readString(file).equals(failpoint)) {
        Files.move(file, carriedOut, StandardCopyOption.ATOMIC_MOVE);
        Runtime.getRuntime().halt(Failpoint.EXIT_CODE);
      }
    } catch (IOException anotherNodeWasFaster) {
      // One death was asked for.
    }
  }
}
