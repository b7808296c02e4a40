package io.classbell.booking.api;

import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.failure.RejectionCode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading the evidence of meetings: who was told, who joined, what was decided, and when. */
public final class EvidenceApi {

  /**
   * Returns what the caller may know of a meeting's evidence, oldest first. A meeting in which the
   * caller has no part is not found.
   */
  public static final Operation<EvidenceOf, EvidencePage> EVIDENCE =
      Operation.of(
          "booking.evidence",
          EvidenceOf.class,
          EvidencePage.class,
          MeetingApi.NO_MEETING,
          RejectionCode.INVALID_CURSOR);

  public record EvidenceOf(Caller caller, String meetingId, @Nullable String cursor, int limit) {}

  public record EvidencePage(List<Entry> items, @Nullable String nextCursor) {}

  /**
   * An entry. {@code kind}: opened, told, read, joined, left, moved_in, moved_out, cancelled,
   * closed, disputed, answered, escalated, agreed or decided. {@code userId} is the person that it
   * concerns, null for the whole class; {@code actor} (student, teacher, admin, platform) is set if
   * another one acted. {@code notice} is the kind of notification of told and read.
   */
  public record Entry(
      String id,
      Instant at,
      String kind,
      @Nullable String userId,
      @Nullable String bookingId,
      @Nullable String actor,
      @Nullable Integer minutes,
      @Nullable String notice,
      @Nullable String text,
      @Nullable String decision,
      @Nullable Integer studentPercent) {}

  private EvidenceApi() {}
}
