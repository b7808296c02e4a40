package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One thing that a client asked for, under a key of its own, and what it was answered. */
final class Command {
  private static final int FIRST_NO = 300;

  final String kind;
  final String path;
  final String body;
  final String key;
  private volatile int status;
  private volatile @Nullable JsonNode answer;

  Command(String kind, String path, String body, String key) {
    this.kind = kind;
    this.path = path;
    this.body = body;
    this.key = key;
  }

  void answered(int status, JsonNode answer) {
    this.answer = answer;
    this.status = status;
  }

  int status() {
    return status;
  }

  /** What it was answered; asked for only where it is known. */
  JsonNode answer() {
    return Objects.requireNonNull(answer, "not answered yet");
  }

  boolean acknowledged() {
    return status != 0 && status < FIRST_NO;
  }

  boolean refused() {
    return status >= FIRST_NO;
  }

  /** Neither yes nor no was heard. */
  boolean unknown() {
    return status == 0;
  }

  @Override
  public String toString() {
    return kind + " " + path + " " + body + " -> " + (unknown() ? "unknown" : status);
  }
}
