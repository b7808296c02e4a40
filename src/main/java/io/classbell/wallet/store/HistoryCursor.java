package io.classbell.wallet.store;

import io.classbell.platform.failure.RejectionCode;
import org.jspecify.annotations.Nullable;

/** The cursor of a wallet's history: the next page begins below the last line's sequence number. */
public final class HistoryCursor {

  public static String after(long seq) {
    return Long.toString(seq);
  }

  /**
   * The place that the page stays below.
   *
   * @param cursor null for the first page
   * @throws io.classbell.platform.bus.Refused where no page can have answered it
   */
  public static long below(@Nullable String cursor) {
    if (cursor == null) {
      return Long.MAX_VALUE;
    }
    if (!cursor.matches("[1-9][0-9]{0,17}")) {
      throw RejectionCode.invalidCursor();
    }
    return Long.parseLong(cursor);
  }

  private HistoryCursor() {}
}
