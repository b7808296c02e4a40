package io.classbell.booking.evidence;

import io.classbell.platform.Ids;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.RejectionCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A position in a timeline, after an entry. Entries are in the order of their times; of one instant
 * the booking module's come first, then notices in the order told, read.
 *
 * @param place 0 for entries of the booking module, 1 for told, 2 for read
 */
record EvidenceCursor(Instant at, int place, String id) implements Comparable<EvidenceCursor> {
  static final int RECORDED = 0;
  static final int TOLD = 1;
  static final int READ = 2;

  private static final Pattern FORM = Pattern.compile("([0-9]{1,15})_([012])_(.{36})");
  private static final Comparator<EvidenceCursor> ORDER =
      Comparator.comparing(EvidenceCursor::at)
          .thenComparing(EvidenceCursor::place)
          .thenComparing(EvidenceCursor::id);

  @Override
  public int compareTo(EvidenceCursor other) {
    return ORDER.compare(this, other);
  }

  String text() {
    String plain = at.toEpochMilli() + "_" + place + "_" + id;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Parses a cursor; null for null.
   *
   * @throws RejectedException if it is invalid
   */
  static @Nullable EvidenceCursor of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      byte[] plain = Base64.getUrlDecoder().decode(text);
      Matcher parts = FORM.matcher(new String(plain, StandardCharsets.US_ASCII));
      if (parts.matches() && Ids.isId(parts.group(3))) {
        Instant at = Instant.ofEpochMilli(Long.parseLong(parts.group(1)));
        if (Sql.isStorable(at)) {
          return new EvidenceCursor(at, Integer.parseInt(parts.group(2)), parts.group(3));
        }
      }
    } catch (IllegalArgumentException notBase64) {
      throw RejectionCode.invalidCursor();
    }
    throw RejectionCode.invalidCursor();
  }
}
