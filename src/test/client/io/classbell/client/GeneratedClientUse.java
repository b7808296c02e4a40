package io.classbell.client;

import io.classbell.client.api.AdminApi;
import io.classbell.client.api.AuthApi;
import io.classbell.client.api.BookingsApi;
import io.classbell.client.api.MeetingsApi;
import io.classbell.client.api.NotificationsApi;
import io.classbell.client.api.SlotsApi;
import io.classbell.client.api.WalletApi;
import io.classbell.client.model.Booking;
import io.classbell.client.model.BookingCancellation;
import io.classbell.client.model.BookingPage;
import io.classbell.client.model.BookingStatus;
import io.classbell.client.model.Cancellation;
import io.classbell.client.model.Credentials;
import io.classbell.client.model.Deposit;
import io.classbell.client.model.ErrorCode;
import io.classbell.client.model.FieldErrorCode;
import io.classbell.client.model.Meeting;
import io.classbell.client.model.NewBooking;
import io.classbell.client.model.NewSlot;
import io.classbell.client.model.NewSlotSeries;
import io.classbell.client.model.NotificationKind;
import io.classbell.client.model.Problem;
import io.classbell.client.model.Role;
import io.classbell.client.model.Rule;
import io.classbell.client.model.Session;
import io.classbell.client.model.SlotSeries;
import io.classbell.client.model.WalletLine;
import io.classbell.client.model.WalletLineKind;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Uses the generated client against a node; compiled together with it by GeneratedClientIT. */
public final class GeneratedClientUse {

  private interface Call {
    Object send() throws ApiException;
  }

  public static void run(String baseUrl) throws Exception {
    ApiClient teacher = login(baseUrl, "teacher", Role.TEACHER);
    ApiClient student = login(baseUrl, "student", Role.STUDENT);
    OffsetDateTime start =
        OffsetDateTime.now(ZoneOffset.UTC).plusDays(30).truncatedTo(ChronoUnit.HOURS);

    SlotsApi slots = new SlotsApi(teacher);
    Meeting slot =
        slots.createSlot(
            new NewSlot()
                .title("Harmony")
                .startsAt(start)
                .durationMinutes(60)
                .capacity(5)
                .price(2500L),
            null);
    check(slot.getStartsAt().isEqual(start), "the slot starts when it was asked to");
    SlotSeries series =
        slots.createSlotSeries(
            new NewSlotSeries()
                .title("Harmony")
                .firstStartsAt(
                    LocalDateTime.now()
                        .plusDays(60)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .format(DateTimeFormatter.ISO_LOCAL_DATE_TIME))
                .rrule("FREQ=WEEKLY;COUNT=2")
                .durationMinutes(60)
                .capacity(5)
                .price(2500L),
            null);
    check(series.getCreated().size() == 2, "the series has two slots");
    Problem invalid =
        refused(
            422,
            () ->
                slots.createSlot(
                    new NewSlot()
                        .title("Harmony")
                        .startsAt(start)
                        .durationMinutes(0)
                        .capacity(5)
                        .price(2500L),
                    null));
    check(
        invalid.getErrors().get(0).getCode() == FieldErrorCode.OUT_OF_RANGE,
        "the field's code is known");

    new WalletApi(student).deposit(new Deposit().amount(10_000L), null);
    check(
        new SlotsApi(student)
            .searchSlots(
                slot.getTeacher().getId(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                100)
            .getItems()
            .stream()
            .anyMatch(found -> found.getId().equals(slot.getId())),
        "the slot is found");

    BookingsApi bookings = new BookingsApi(student);
    NewBooking wish = new NewBooking().slotId(slot.getId());
    Booking booking = bookings.book(wish, "generated-client-1");
    check(booking.getStatus() == BookingStatus.CONFIRMED, "the booking is confirmed");
    check(
        bookings.book(wish, "generated-client-1").getId().equals(booking.getId()),
        "the same key gives the same booking");
    check(
        refused(409, () -> bookings.book(wish, null)).getCode() == ErrorCode.ALREADY_BOOKED,
        "the refusal's code is known");
    BookingPage page =
        bookings.listBookings(
            BookingStatus.CONFIRMED, null, null, slot.getId(), null, null, null, null, 10);
    check(
        page.getItems().size() == 1 && page.getItems().get(0).getId().equals(booking.getId()),
        "the booking is listed");
    Cancellation preview = bookings.previewCancellation(booking.getId());
    check(preview.getRule() == Rule.STUDENT_CANCELLED_EARLY, "the rule is known");
    check(
        refused(409, () -> new MeetingsApi(student).joinMeeting(slot.getId(), null, Map.of()))
                .getCode()
            == ErrorCode.MEETING_NOT_OPEN,
        "a class that is not open cannot be joined");
    Booking cancelled = bookings.cancelBooking(booking.getId(), null, new BookingCancellation().reason("Ill"));
    check(cancelled.getStatus() == BookingStatus.CANCELLED, "the booking is cancelled");

    WalletLine last = new WalletApi(student).listTransactions(null, 10).getItems().get(0);
    check(
        last.getKind() == WalletLineKind.REFUND || last.getKind() == WalletLineKind.BOOKING,
        "the wallet's line has a known kind");
    NotificationsApi inbox = new NotificationsApi(student);
    check(
        inbox.getPreferences().getKinds().get(NotificationKind.REMINDER.getValue()).getInApp(),
        "the preferences name every kind");
    inbox.listNotifications(null, null, 10);
    check(
        refused(403, () -> new AdminApi(student).listUsers(null, null, null, null, null)).getCode()
            == ErrorCode.FORBIDDEN,
        "a student is no admin");
    new AdminApi(login(baseUrl, "admin", Role.ADMIN)).auditLedger();
  }

  private static ApiClient login(String baseUrl, String name, Role role) throws ApiException {
    ApiClient client = new ApiClient();
    client.updateBaseUri(baseUrl);
    Session session =
        new AuthApi(client)
            .login(
                new Credentials()
                    .email(name + "@classbell.test")
                    .password("classbell-demo"),
                null);
    client.setRequestInterceptor(
        request -> request.header("Authorization", "Bearer " + session.getAccessToken()));
    check(new AuthApi(client).getMe().getRole() == role, "the profile has the role");
    return client;
  }

  private static Problem refused(int status, Call call) throws Exception {
    try {
      call.send();
    } catch (ApiException e) {
      check(e.getCode() == status, "status " + e.getCode() + ": " + e.getResponseBody());
      return new ApiClient().getObjectMapper().readValue(e.getResponseBody(), Problem.class);
    }
    throw new AssertionError("Not refused with " + status);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private GeneratedClientUse() {}
}
