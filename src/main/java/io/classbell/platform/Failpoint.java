package io.classbell.platform;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A named place where a fault test can make the process die: {@code -Dclassbell.crashAt=NAME} halts
 * the JVM there as {@code kill -9} would, with no shutdown hook and nothing flushed. Off and inert
 * unless asked for.
 */
public final class Failpoint {
  /** What a killed process exits with (128 + SIGKILL). */
  public static final int EXIT_CODE = 137;

  private static final @Nullable String CRASH_AT = System.getProperty("classbell.crashAt");
  private static volatile @Nullable Consumer<String> hook;

  /** Execution is here. */
  public static void reach(String name) {
    Consumer<String> asked = hook;
    if (asked != null) {
      asked.accept(name);
    }
    if (name.equals(CRASH_AT)) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  /** For tests in one JVM: called with each name; what it throws ends the step. Null: off. */
  public static void hook(@Nullable Consumer<String> consumer) {
    hook = consumer;
  }

  private Failpoint() {}
}
