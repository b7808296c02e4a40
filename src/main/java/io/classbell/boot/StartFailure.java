package io.classbell.boot;

/** Thrown if the program can't start; the message is a sentence for the operator. */
public final class StartFailure extends RuntimeException {
  /** A data directory is in use by another process. */
  public static final int IN_USE = 3;

  /** Anything else that keeps the program from starting. */
  public static final int FAILED = 1;

  private final int exitCode;

  /** Fails with {@code sentence} and the general exit code. */
  public StartFailure(String sentence) {
    this(sentence, FAILED);
  }

  /** Fails with {@code sentence} and {@code exitCode}. */
  public StartFailure(String sentence, int exitCode) {
    super(sentence);
    this.exitCode = exitCode;
  }

  /** Fails with {@code sentence}; {@code cause} is for the log. */
  public StartFailure(String sentence, Throwable cause) {
    super(sentence, cause);
    this.exitCode = FAILED;
  }

  /** The program's exit code. */
  public int exitCode() {
    return exitCode;
  }
}
