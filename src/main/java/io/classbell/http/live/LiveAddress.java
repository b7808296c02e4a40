package io.classbell.http.live;

import io.classbell.platform.Ids;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An address that a browser can register. UUIDs may be written in upper case too (RFC 9562, section
 * 4).
 *
 * @param subject the user, the date or the meeting that the address names
 */
record LiveAddress(Kind kind, String subject) {

  /** Pattern of all addresses, for the bridge. */
  static final String PATTERN =
      "notifications\\.[0-9a-fA-F-]{36}|meetings\\.[0-9a-fA-F-]{36}|slots\\.day\\.[0-9]{4}-[0-9]{2}-[0-9]{2}";

  private static final String SLOTS = "slots.day.";
  private static final String MEETINGS = "meetings.";

  enum Kind {
    /** For the user that it names. */
    NOTIFICATIONS,
    /** For everybody, without a token too. */
    SLOTS,
    /** For the meeting's teacher and admins. */
    MEETING
  }

  /** Returns the address that a client writes; null if there is no such address. */
  static @Nullable LiveAddress of(@Nullable Object address) {
    if (!(address instanceof String text)) {
      return null;
    }
    if (text.startsWith(LiveBridge.ADDRESS_PREFIX)) {
      return ofId(Kind.NOTIFICATIONS, text.substring(LiveBridge.ADDRESS_PREFIX.length()));
    }
    if (text.startsWith(MEETINGS)) {
      return ofId(Kind.MEETING, text.substring(MEETINGS.length()));
    }
    return text.startsWith(SLOTS) ? ofDay(text.substring(SLOTS.length())) : null;
  }

  private static @Nullable LiveAddress ofId(Kind kind, String text) {
    String id = text.toLowerCase(Locale.ROOT);
    return Ids.isId(id) ? new LiveAddress(kind, id) : null;
  }

  private static @Nullable LiveAddress ofDay(String text) {
    try {
      return new LiveAddress(Kind.SLOTS, LocalDate.parse(text).toString());
    } catch (DateTimeException noDate) {
      return null;
    }
  }

  /** Returns the bus address for slots that start on the day of an instant in UTC. */
  static String ofSlotsAt(Instant startsAt) {
    return SLOTS + startsAt.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  static String ofMeeting(String meetingId) {
    return MEETINGS + meetingId;
  }
}
