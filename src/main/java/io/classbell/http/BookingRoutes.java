package io.classbell.http;

import io.classbell.booking.BookingApi;
import io.classbell.platform.bus.OutcomeUnknown;
import io.vertx.core.Future;
import java.util.Map;

/** A student's seat, from reservation to refund. */
final class BookingRoutes {

  private static final String PENDING = "pending";
  private static final String REJECTED = "rejected";

  private final Ask ask;
  private final Shown shown;

  BookingRoutes(Ask ask, Shown shown) {
    this.ask = ask;
    this.shown = shown;
  }

  void addTo(Map<String, Call.Route> routes) {
    routes.put("book", this::book);
    routes.put("listBookings", this::list);
    routes.put("getBooking", this::get);
    routes.put("previewCancellation", this::preview);
    routes.put("cancelBooking", this::cancel);
    routes.put("moveBooking", this::move);
  }

  /** A booking's id is its command's: whoever got no answer in time can be told how it stands. */
  private Future<Answer> book(Call call) {
    return ask.of(
            BookingApi.BOOK,
            new BookingApi.Book(call.commandId(), call.userId(), call.body().getString("slotId")))
        .recover(
            e ->
                e instanceof OutcomeUnknown
                    ? booking(call, call.commandId()).recover(unknown -> Future.failedFuture(e))
                    : Future.failedFuture(e))
        .compose(BookingRoutes::unlessRejected)
        .compose(shown::booking)
        .map(booking -> Answer.json(booking.status().equals(PENDING) ? 202 : 201, booking));
  }

  /** A booking that was found afterwards may have ended in a no, which is never shown as a yes. */
  private static Future<BookingApi.Booking> unlessRejected(BookingApi.Booking booking) {
    if (!booking.status().equals(REJECTED)) {
      return Future.succeededFuture(booking);
    }
    String reason = booking.reason();
    return Future.failedFuture(
        BookingApi.INSUFFICIENT_CREDITS.code().equals(reason)
            ? BookingApi.INSUFFICIENT_CREDITS.refused()
            : BookingApi.SLOT_NOT_BOOKABLE.refused());
  }

  private Future<Answer> list(Call call) {
    Input in = call.input();
    return ask.of(
            BookingApi.BOOKINGS,
            new BookingApi.BookingsOf(
                call.caller(), in.text("status"), in.text("cursor"), in.limit()))
        .compose(shown::page)
        .map(Answer::ok);
  }

  private Future<Answer> get(Call call) {
    return booking(call, call.input().id("id")).compose(shown::booking).map(Answer::ok);
  }

  private Future<BookingApi.Booking> booking(Call call, String id) {
    return ask.of(BookingApi.BOOKING, new BookingApi.BookingById(call.caller(), id));
  }

  private Future<Answer> preview(Call call) {
    return ask.of(
            BookingApi.PREVIEW_CANCELLATION,
            new BookingApi.BookingById(call.caller(), call.input().id("id")))
        .map(Answer::ok);
  }

  private Future<Answer> cancel(Call call) {
    return ask.of(
            BookingApi.CANCEL_BOOKING,
            new BookingApi.CancelBooking(
                call.commandId(), call.caller(), call.input().id("id"), call.text("reason")))
        .compose(shown::booking)
        .map(
            booking -> {
              boolean posted = booking.refund() == null || booking.refund().posted();
              return Answer.json(posted ? 200 : 202, booking);
            });
  }

  private Future<Answer> move(Call call) {
    return ask.of(
            BookingApi.MOVE_BOOKING,
            new BookingApi.MoveBooking(
                call.commandId(),
                call.caller(),
                call.input().id("id"),
                call.body().getString("slotId")))
        .compose(shown::booking)
        .map(booking -> Answer.json(booking.status().equals(PENDING) ? 202 : 200, booking));
  }
}
