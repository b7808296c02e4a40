package io.classbell.booking.store;

import io.classbell.platform.Ids;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.RejectionCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The cursor of a list: continues after the item with this time and id. Opaque to callers. */
public record ListCursor(Instant at, String id) {

  public String text() {
    String plain = at.toEpochMilli() + "_" + id;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Parses a cursor; null for null.
   *
   * @throws RejectedException if it is invalid
   */
  public static @Nullable ListCursor of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
      int split = plain.indexOf('_');
      String id = plain.substring(split + 1);
      if (split > 0 && Ids.isId(id)) {
        Instant at = Instant.ofEpochMilli(Long.parseLong(plain.substring(0, split)));
        if (Sql.isStorable(at)) {
          return new ListCursor(at, id);
        }
      }
    } catch (IllegalArgumentException notOurs) {
      throw unknown();
    }
    throw unknown();
  }

  private static RejectedException unknown() {
    return RejectionCode.invalidCursor();
  }
}
