package io.classbell.http.representation;

import org.jspecify.annotations.Nullable;

/** Compares entity tags of requests (RFC 9110, 13.1.2). */
public final class EntityTags {

  /**
   * Whether a representation is one that the client has.
   *
   * @param ifNoneMatch the field's value: {@code *} or a list of tags; null where there is none
   * @param tag the current strong tag, with its quotes
   */
  public static boolean matches(@Nullable String ifNoneMatch, String tag) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (ifNoneMatch.strip().equals("*")) {
      return true;
    }
    for (String candidate : ifNoneMatch.split(",")) {
      String other = candidate.strip();
      // The comparison is weak: a proxy that compresses marks the tag as weak.
      if (other.equals(tag) || other.equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }

  private EntityTags() {}
}
