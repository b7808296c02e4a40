package io.classbell.http.routes;

import io.classbell.booking.api.BookingApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.classbell.platform.Ids;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.idempotency.CommandKey;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes of bookings: booking, preview, cancellation and move. */
public final class BookingRoutes {

  private static final String REJECTED = "rejected";

  private final ModuleClient ask;
  private final ResponseMapper shown;

  public BookingRoutes(ModuleClient ask, ResponseMapper shown) {
    this.ask = ask;
    this.shown = shown;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("book", Call.Route.passingKeyOn(this::book));
    routes.put("listBookings", this::list);
    routes.put("previewMove", this::previewMove);
    routes.put("getBooking", this::get);
    routes.put("previewCancellation", this::preview);
    routes.put("cancelBooking", Call.Route.passingKeyOn(this::cancel));
    routes.put("moveBooking", Call.Route.passingKeyOn(this::move));
  }

  /** Books a slot. The booking's id is known here, so that it can be queried after a timeout. */
  private Future<Answer> book(Call call) {
    String slotId = call.body().getString("slotId");
    String id = bookingId(call, slotId);
    return ask.leavingTime(
            BookingApi.BOOK,
            new BookingApi.Book(id, call.userId(), slotId, call.key(), expected(call, "price")))
        .recover(
            e ->
                e instanceof OutcomeUnknown
                    ? booking(call, id).recover(unknown -> Future.failedFuture(e))
                    : Future.failedFuture(e))
        .compose(BookingRoutes::unlessRejected)
        .compose(booking -> answer(call, 201, booking));
  }

  /**
   * The id of the booking that this command makes: under an Idempotency-Key the same each time. It
   * begins like the id of its slot, so that bookings of slots that were created together are stored
   * together. Ids without such an order would be inserted all over the table.
   */
  private static String bookingId(Call call, String slotId) {
    CommandKey key = call.key();
    return key == null ? call.commandId() : Ids.derivedNear(slotId, "booking", key.id());
  }

  /** Responds with 202 if the booking has a pending change, otherwise with {@code done}. */
  private Future<Answer> answer(Call call, int done, BookingApi.BookingView booking) {
    return shown
        .booking(booking, call.caller())
        .map(body -> booking.underWay() ? Answer.underWay(body) : Answer.json(done, body))
        .map(answer -> answer.repeatedIf(booking.repeated()));
  }

  /** Fails if a booking that was looked up after a timeout was rejected. */
  private static Future<BookingApi.BookingView> unlessRejected(BookingApi.BookingView booking) {
    return booking.status().equals(REJECTED)
        ? Future.failedFuture(BookingApi.rejection(booking.reason()).refused())
        : Future.succeededFuture(booking);
  }

  private Future<Answer> list(Call call) {
    Input in = call.input();
    return ask.of(
            BookingApi.BOOKINGS,
            new BookingApi.BookingsOf(
                call.caller(),
                in.text("status"),
                call.cursor(),
                in.limit(),
                in.text("studentId"),
                in.text("teacherId"),
                in.text("meetingId"),
                in.instant("from"),
                in.instant("to"),
                in.oneOf("order", BookingApi.Order.class)))
        .compose(page -> shown.page(page, call.caller()))
        .map(page -> Answer.ok(page.boundTo(call)));
  }

  private Future<Answer> get(Call call) {
    return booking(call, call.input().id("id"))
        .compose(booking -> shown.booking(booking, call.caller()))
        .map(Answer::ok);
  }

  private Future<BookingApi.BookingView> booking(Call call, String id) {
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
                call.commandId(),
                call.caller(),
                call.input().id("id"),
                call.text("reason"),
                call.key(),
                expected(call, "refund")))
        .compose(booking -> answer(call, 200, booking));
  }

  private Future<Answer> move(Call call) {
    return ask.of(
            BookingApi.MOVE_BOOKING,
            new BookingApi.MoveBooking(
                call.commandId(),
                call.caller(),
                call.input().id("id"),
                call.body().getString("slotId"),
                call.key(),
                expected(call, "price")))
        .compose(booking -> answer(call, 200, booking));
  }

  private Future<Answer> previewMove(Call call) {
    return ask.of(
            BookingApi.PREVIEW_MOVE,
            new BookingApi.PreviewMove(
                call.caller(), call.input().id("id"), call.input().id("slotId")))
        .map(Answer::ok);
  }

  /** Returns the amount that the client was shown, if it sends one. */
  private static @Nullable Long expected(Call call, String amount) {
    JsonObject expect = call.body().getJsonObject("expect");
    return expect == null ? null : expect.getLong(amount);
  }
}
