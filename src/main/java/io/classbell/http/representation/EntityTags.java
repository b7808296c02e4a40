package io.classbell.http.representation;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares entity tags of requests (RFC 9110, 13.1.2). */
final class EntityTags {

  /**
   * Whether the client has the current representation.
   *
   * @param ifNoneMatch the field's value: {@code *} or a list of tags; null where there is none
   * @param tags the current strong tags with their quotes, one for each content coding
   */
  static boolean matches(@Nullable String ifNoneMatch, Set<String> tags) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (ifNoneMatch.strip().equals("*")) {
      return true;
    }
    for (String candidate : ifNoneMatch.split(",")) {
      String other = candidate.strip();
      // The comparison is weak: a proxy that compresses marks the tag as weak.
      if (tags.contains(other.startsWith("W/") ? other.substring(2) : other)) {
        return true;
      }
    }
    return false;
  }

  private EntityTags() {}
}
