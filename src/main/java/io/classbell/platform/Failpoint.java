package io.classbell.platform;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A named place in the code where a fault test can crash the process. With {@code
 * -Dclassbell.crashAt=NAME} the JVM halts there as {@code kill -9} would: no shutdown hook runs and
 * nothing is flushed. Without that property it does nothing.
 */
public final class Failpoint {
  /** Exit code of a killed process (128 + SIGKILL). */
  public static final int EXIT_CODE = 137;

  private static final @Nullable String CRASH_AT = System.getProperty("classbell.crashAt");
  private static volatile @Nullable Consumer<String> hook;

  /** Marks that execution has reached the named place. */
  public static void reach(String name) {
    Consumer<String> asked = hook;
    if (asked != null) {
      asked.accept(name);
    }
    if (name.equals(CRASH_AT)) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  /**
   * Installs a callback for tests inside one JVM. It is called with the name of each place that is
   * reached; an exception that it throws aborts the step. Null removes it.
   */
  public static void hook(@Nullable Consumer<String> consumer) {
    hook = consumer;
  }

  private Failpoint() {}
}
