package io.classbell;

/** The program. */
public final class Classbell {
  private Classbell() {}

  public static void main(String[] arguments) {}
}
