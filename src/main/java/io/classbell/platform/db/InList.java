package io.classbell.platform.db;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parameter lists for {@code IN (…)}, padded with the last value to a power of two, so that few
 * different statements have to be prepared. Used for locking reads, because MySQL 8.0.12 rejects
 * {@code FOR UPDATE} on a join with JSON_TABLE.
 */
public final class InList {

  /** Returns {@code (?,?,…)} for this many values. */
  public static String marks(int size) {
    return "(" + "?,".repeat(padded(size) - 1) + "?)";
  }

  /** Returns the parameters: those before the list, the sorted and padded list, those after it. */
  public static @Nullable Object[] parameters(
      List<?> before, Collection<String> values, @Nullable Object... after) {
    List<String> sorted = values.stream().sorted().toList();
    List<@Nullable Object> all = new ArrayList<>(before);
    all.addAll(sorted);
    for (int i = sorted.size(); i < padded(sorted.size()); i++) {
      all.add(sorted.getLast());
    }
    all.addAll(Arrays.asList(after));
    return all.toArray();
  }

  private static int padded(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("An IN list needs at least one value.");
    }
    return Math.max(1, Integer.highestOneBit(2 * size - 1));
  }

  private InList() {}
}
