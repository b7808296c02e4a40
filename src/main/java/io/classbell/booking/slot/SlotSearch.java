package io.classbell.booking.slot;

import io.classbell.booking.api.MeetingApi.CountDays;
import io.classbell.booking.api.MeetingApi.DayTotal;
import io.classbell.booking.api.MeetingApi.DayTotals;
import io.classbell.booking.api.MeetingApi.Meetings;
import io.classbell.booking.api.MeetingApi.SearchSlots;
import io.classbell.booking.api.MeetingApi.SlotFilter;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.ListCursor;
import io.classbell.booking.store.ListStore.Span;
import io.classbell.booking.store.SearchStore;
import io.classbell.booking.store.SearchStore.QuarterTotal;
import io.classbell.platform.LanguageTag;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds and counts slots that start from now on, whether or not a seat is free. Slots of teachers
 * whose accounts are disabled are omitted. Results are cached for moments.
 *
 * <p>A request examines a bounded number of slots. A page that would need more is shorter than its
 * limit, possibly empty, and has a cursor.
 */
final class SlotSearch {
  /** How many queries for slots one request may cause. */
  private static final int MOST_SEARCHES = 5;

  /** How many slots one query with conditions examines. */
  private static final int EXAMINED = 2_000;

  private static final int MOST_COUNTED = 50_000;
  private static final int MOST_DAYS = 63;
  private static final long PAGES_FRESH_MILLIS = 100;
  private static final long TOTALS_FRESH_MILLIS = 1_000;

  private final Node node;
  private final SearchStore store = new SearchStore();
  private final Teachers teachers;
  private final SearchCache<SearchSlots, Meetings> pages = new SearchCache<>(PAGES_FRESH_MILLIS);
  private final SearchCache<CountDays, DayTotals> totals = new SearchCache<>(TOTALS_FRESH_MILLIS);

  SlotSearch(Node node, Teachers teachers) {
    this.node = node;
    this.teachers = teachers;
  }

  /** Forgets cached results after slots changed on this node. */
  void changed() {
    pages.clear();
    totals.clear();
  }

  Future<Meetings> find(SearchSlots query) {
    return pages.get(query, this::findNow);
  }

  private Future<Meetings> findNow(SearchSlots query) {
    SlotFilter filter = checked(query.filter());
    Span span =
        new Span(
            query.teacherId(),
            fromNow(query.from()),
            query.to(),
            ListCursor.of(query.cursor()),
            query.limit() + 1);
    return find(new Search(filter, query.limit(), List.of(), Set.of(), MOST_SEARCHES), span);
  }

  /**
   * A search in progress.
   *
   * @param found the slots of the page so far
   * @param barred teachers whose slots are not searched any more
   */
  private record Search(
      SlotFilter filter, int limit, List<Meeting> found, Set<String> barred, int queriesLeft) {}

  private Future<Meetings> find(Search search, Span span) {
    Future<@Nullable ListCursor> end =
        search.filter.equals(SlotFilter.NONE)
            ? Future.succeededFuture()
            : store.end(node.database().read(), span, search.filter, EXAMINED);
    return end.compose(
        last ->
            store
                .slots(node.database().read(), span, search.filter, last, search.barred)
                .compose(
                    slots ->
                        teachers
                            .barredAmong(slots.stream().map(Meeting::teacherId).toList())
                            .compose(barred -> next(search, span, last, slots, barred))));
  }

  /**
   * Searches the same slots again without the teachers found to be barred, so that pages are full;
   * then the slots behind them. After the last query the page is as it is.
   */
  private Future<Meetings> next(
      Search search, Span span, @Nullable ListCursor end, List<Meeting> slots, Set<String> barred) {
    boolean isLast = search.queriesLeft <= 1;
    if (!barred.isEmpty() && !isLast) {
      Set<String> all = new HashSet<>(search.barred);
      all.addAll(barred);
      return find(
          new Search(search.filter, search.limit, search.found, all, search.queriesLeft - 1), span);
    }
    List<Meeting> found = new ArrayList<>(search.found);
    int room = search.limit - found.size();
    boolean isFull = slots.size() > room;
    List<Meeting> page = isFull ? slots.subList(0, room) : slots;
    page.stream().filter(slot -> !barred.contains(slot.teacherId())).forEach(found::add);
    if (isFull) {
      ListCursor last =
          page.isEmpty()
              ? Objects.requireNonNull(span.after())
              : new ListCursor(page.getLast().startsAt(), page.getLast().id());
      return page(found, last);
    }
    if (end == null || isLast) {
      return page(found, end);
    }
    Span behind = new Span(span.teacherId(), span.from(), span.to(), end, room + 1);
    return find(
        new Search(search.filter, search.limit, found, search.barred, search.queriesLeft - 1),
        behind);
  }

  private static Future<Meetings> page(List<Meeting> found, @Nullable ListCursor next) {
    return Future.succeededFuture(
        new Meetings(
            found.stream().map(Meeting::toApi).toList(), next == null ? null : next.text()));
  }

  private Instant fromNow(@Nullable Instant from) {
    Instant now = node.clock().now();
    return from == null || from.isBefore(now) ? now : from;
  }

  Future<DayTotals> count(CountDays query) {
    return totals.get(query, this::countNow);
  }

  private Future<DayTotals> countNow(CountDays query) {
    SlotFilter filter = checked(query.filter());
    ZoneId zone = zone(query.timezone());
    Map<LocalDate, int[]> days = days(query, zone);
    Span span = new Span(query.teacherId(), fromNow(query.from()), query.to(), null, MOST_COUNTED);
    return store
        .end(node.database().read(), span, filter, MOST_COUNTED)
        .compose(
            end ->
                store
                    .count(node.database().read(), span, filter, end)
                    .compose(
                        quarters ->
                            teachers
                                .barredAmong(
                                    quarters.stream().map(QuarterTotal::teacherId).toList())
                                .map(
                                    barred -> {
                                      add(days, quarters, barred, zone);
                                      return new DayTotals(
                                          items(days), end == null ? null : end.at());
                                    })));
  }

  private static void add(
      Map<LocalDate, int[]> days, List<QuarterTotal> quarters, Set<String> barred, ZoneId zone) {
    for (QuarterTotal quarter : quarters) {
      int[] day = days.get(quarter.from().atZone(zone).toLocalDate());
      if (day != null && !barred.contains(quarter.teacherId())) {
        day[0] += quarter.free();
        day[1] += quarter.total();
      }
    }
  }

  private static List<DayTotal> items(Map<LocalDate, int[]> days) {
    return days.entrySet().stream()
        .map(d -> new DayTotal(d.getKey().toString(), d.getValue()[0], d.getValue()[1]))
        .toList();
  }

  /** Returns all days of the range without slots, in order. */
  private static Map<LocalDate, int[]> days(CountDays query, ZoneId zone) {
    LocalDate first = query.from().atZone(zone).toLocalDate();
    LocalDate last = query.to().minusNanos(1).atZone(zone).toLocalDate();
    if (last.isBefore(first) || ChronoUnit.DAYS.between(first, last) >= MOST_DAYS) {
      SlotRules.refuse(
          List.of(
              FieldRules.outOfRange(
                  "to",
                  "Must be after from, at most %d days.".formatted(MOST_DAYS),
                  first.toString(),
                  first.plusDays(MOST_DAYS).toString())));
    }
    Map<LocalDate, int[]> days = new TreeMap<>();
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      days.put(day, new int[2]);
    }
    return days;
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      SlotRules.refuse(
          List.of(
              new FieldError(
                  "zone",
                  FieldRules.WRONG_FORMAT,
                  "Must be the name of an IANA time zone such as Europe/Berlin.")));
      throw new IllegalStateException("refused above", unknown);
    }
  }

  private static SlotFilter checked(@Nullable SlotFilter filter) {
    if (filter == null) {
      return SlotFilter.NONE;
    }
    List<FieldError> errors = new ArrayList<>();
    Long min = filter.minPrice();
    Long max = filter.maxPrice();
    if (min != null && max != null && max < min) {
      errors.add(FieldRules.outOfRange("maxPrice", min, null));
    }
    String tag = filter.language() == null ? null : LanguageTag.canonical(filter.language());
    if (filter.language() != null && tag == null) {
      errors.add(
          new FieldError(
              "language",
              FieldRules.WRONG_FORMAT,
              "Must be a language tag (BCP 47) of at most %d characters such as en or de-AT."
                  .formatted(LanguageTag.MOST_CHARACTERS)));
    }
    SlotRules.refuse(errors);
    return new SlotFilter(
        filter.text() == null ? null : filter.text().strip(),
        min,
        max,
        filter.withFreeSeat(),
        filter.maxDuration(),
        filter.subject() == null ? null : filter.subject().strip(),
        tag);
  }
}
