package io.classbell.embedded;

import io.classbell.boot.BundledServers;
import java.nio.file.Path;
import java.time.Clock;

/** Provides the embedded servers to the program. */
public final class EmbeddedServersProvider implements BundledServers.Provider {
  /** System property: where the servers' programs are unpacked to; beside the data when absent. */
  public static final String PROGRAMS = "classbell.servers";

  @Override
  public BundledServers open(Path data) {
    String programs = System.getProperty(PROGRAMS);
    return new EmbeddedServers(
        data,
        programs == null
            ? data.resolve("programs").toAbsolutePath()
            : Path.of(programs).toAbsolutePath(),
        Clock.systemUTC());
  }
}
