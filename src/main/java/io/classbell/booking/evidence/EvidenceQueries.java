package io.classbell.booking.evidence;

import io.classbell.booking.api.EvidenceApi;
import io.classbell.booking.api.EvidenceApi.Entry;
import io.classbell.booking.api.EvidenceApi.EvidenceOf;
import io.classbell.booking.api.EvidenceApi.EvidencePage;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Evidence;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.EvidenceStore.Filter;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.api.NotificationApi.NoticeEvent;
import io.classbell.notification.api.NotificationApi.NoticesOf;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.db.Sql;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the evidence of a meeting as one timeline: the entries that the booking module wrote with
 * its changes, and what the notification module knows from its inboxes, merged by time. Notices are
 * not written a second time, because the inbox already is the truth about who was told what.
 */
public final class EvidenceQueries {

  /** Notices about the class itself. Its teacher may know that they were sent to students. */
  private static final List<String> ABOUT_THE_CLASS =
      Stream.of(Kind.reminder, Kind.meeting_opened, Kind.meeting_closed, Kind.meeting_cancelled)
          .map(Kind::name)
          .toList();

  /** Sorts after every id. */
  private static final String LAST = "~";

  private record Placed(EvidenceCursor place, Entry entry) {}

  private final Node node;
  private final BookingStores stores;

  public EvidenceQueries(Node node, BookingStores stores) {
    this.node = node;
    this.stores = stores;
  }

  public Future<?> register(Bus bus) {
    return bus.serve(EvidenceApi.EVIDENCE, this::page);
  }

  /** Reads one page. Each source returns one entry more than the page, so that none is missed. */
  public EvidencePage page(EvidenceOf query) {
    Sql sql = node.database().read();
    EvidenceCursor after = EvidenceCursor.of(query.cursor());
    Meeting meeting = stores.meetings().byId(sql, query.meetingId());
    EvidenceAccess access = meeting == null ? null : access(sql, query.caller(), meeting);
    if (meeting == null || access == null) {
      throw MeetingApi.NO_MEETING.refused();
    }
    List<Placed> all = recorded(sql, query, meeting, access, after);
    all.addAll(notices(query, access, after));
    all.sort(Comparator.comparing(Placed::place));
    boolean more = all.size() > query.limit();
    List<Placed> page = more ? all.subList(0, query.limit()) : all;
    return new EvidencePage(
        page.stream().map(Placed::entry).toList(), more ? page.getLast().place().text() : null);
  }

  private @Nullable EvidenceAccess access(Sql sql, Caller caller, Meeting meeting) {
    List<Booking> bookings = stores.bookings().of(sql, meeting.id(), caller.userId());
    boolean isMentioned = stores.evidence().concerns(sql, meeting.id(), caller.userId());
    return EvidenceAccess.of(caller, meeting, bookings, isMentioned);
  }

  private List<Placed> recorded(
      Sql sql,
      EvidenceOf query,
      Meeting meeting,
      EvidenceAccess access,
      @Nullable EvidenceCursor after) {
    String caller = query.caller().userId();
    Filter filter =
        switch (access) {
          case EVERYTHING, TEACHER -> new Filter(true, true, List.of());
          case STUDENT -> new Filter(true, false, List.of(caller, meeting.teacherId()));
          case OWN_PART -> new Filter(false, false, List.of(caller));
        };
    // Before a notice come all entries of the booking module with the same time.
    String afterId = after == null || after.place() != EvidenceCursor.RECORDED ? LAST : after.id();
    List<Placed> found = new ArrayList<>();
    stores
        .evidence()
        .list(
            sql,
            meeting.id(),
            filter,
            after == null ? null : after.at(),
            afterId,
            query.limit() + 1)
        .forEach(
            e ->
                found.add(
                    new Placed(
                        new EvidenceCursor(e.at(), EvidenceCursor.RECORDED, e.id()), entry(e))));
    return found;
  }

  private List<Placed> notices(
      EvidenceOf query, EvidenceAccess access, @Nullable EvidenceCursor after) {
    NoticesOf notices =
        new NoticesOf(
            query.meetingId(),
            access == EvidenceAccess.EVERYTHING ? null : query.caller().userId(),
            access == EvidenceAccess.TEACHER ? ABOUT_THE_CLASS : List.of(),
            after == null ? null : after.at(),
            after == null ? 0 : after.place(),
            after == null ? null : after.id(),
            query.limit() + 1);
    return node.bus().ask(NotificationApi.NOTICES, notices).await().items().stream()
        .map(EvidenceQueries::placed)
        .toList();
  }

  private static Placed placed(NoticeEvent notice) {
    int place = notice.isRead() ? EvidenceCursor.READ : EvidenceCursor.TOLD;
    return new Placed(
        new EvidenceCursor(notice.at(), place, notice.id()),
        new Entry(
            notice.id(),
            notice.at(),
            notice.isRead() ? "read" : "told",
            notice.userId(),
            null,
            null,
            null,
            notice.kind(),
            null,
            null,
            null));
  }

  private static Entry entry(Evidence e) {
    return new Entry(
        e.id(),
        e.at(),
        e.kind().name(),
        e.userId(),
        e.bookingId(),
        e.actor(),
        e.details().minutes(),
        null,
        e.details().text(),
        e.details().decision(),
        e.details().studentPercent());
  }
}
