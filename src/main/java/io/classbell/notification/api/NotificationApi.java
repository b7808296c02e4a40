package io.classbell.notification.api;

import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Event;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectionCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bus operations, tasks and events of the notification module: sending notifications, the inbox,
 * preferences and devices.
 */
public final class NotificationApi {

  public static final RejectionCode NOT_FOUND =
      RejectionCode.notFound("There is no such notification.");
  public static final RejectionCode NO_DEVICE = RejectionCode.notFound("There is no such device.");
  public static final RejectionCode NO_DEAD_LETTER =
      RejectionCode.notFound("There is no such dead letter.");
  public static final RejectionCode INVALID_DEVICE =
      RejectionCode.invalid("invalid", "The device cannot be registered.");
  public static final RejectionCode MANDATORY =
      RejectionCode.invalid(
          "mandatory_channel", "This channel cannot be switched off for this kind.");

  public static final RejectionCode UNKNOWN =
      RejectionCode.invalid("unknown_kind_or_channel", "There is no such kind or channel.");

  /**
   * Task that creates notifications. Modules write it to the outbox in the transaction of the
   * change itself; one message carries the events of a whole group.
   */
  public static final Task<Tell> TELL = Task.of("notification.tell", Tell.class);

  /**
   * Task that sends a mail without a notification (such as a password reset), also through the
   * outbox.
   */
  public static final Task<Mail> MAIL = Task.of("notification.mail", Mail.class);

  /** Task that mails notifications that are still unread when it is due. */
  public static final Task<MailUnread> MAIL_UNREAD =
      Task.of("notification.mail-unread", MailUnread.class);

  public static final Operation<ListInbox, Inbox> LIST =
      Operation.of("notification.list", ListInbox.class, Inbox.class, RejectionCode.INVALID_CURSOR);
  public static final Operation<MarkRead, Notification> MARK_READ =
      Operation.of("notification.mark-read", MarkRead.class, Notification.class, NOT_FOUND);
  public static final Operation<MarkAllRead, Unread> MARK_ALL_READ =
      Operation.of("notification.mark-all-read", MarkAllRead.class, Unread.class);

  /** Lists when people were told of a meeting and when they read it, oldest first. */
  public static final Operation<NoticesOf, Notices> NOTICES =
      Operation.of("notification.notices", NoticesOf.class, Notices.class);

  public static final Operation<PreferencesOf, Preferences> PREFERENCES =
      Operation.of("notification.preferences", PreferencesOf.class, Preferences.class);
  public static final Operation<SetPreferences, Preferences> SET_PREFERENCES =
      Operation.of(
          "notification.set-preferences",
          SetPreferences.class,
          Preferences.class,
          UNKNOWN,
          MANDATORY);
  public static final Operation<AddDevice, Device> ADD_DEVICE =
      Operation.of("notification.add-device", AddDevice.class, Device.class, INVALID_DEVICE);

  /** Removes a device by its token; succeeds if there is none. */
  public static final Operation<RemoveDevice, Ack> REMOVE_DEVICE =
      Operation.of("notification.remove-device", RemoveDevice.class, Ack.class);

  /** Returns mails that test mode caught, newest first. */
  public static final Operation<CaughtMails, Mailbox> MAILBOX =
      Operation.of("notification.mailbox", CaughtMails.class, Mailbox.class);

  /** Puts a parked mail or push (dead letter of source email or push) back into its queue. */
  public static final Operation<Redeliver, Ack> REDELIVER =
      Operation.of("notification.redeliver", Redeliver.class, Ack.class, NO_DEAD_LETTER);

  /** Counts deliveries that are due; the test clock waits until there are none. */
  public static final Operation<CountWaiting, Waiting> WAITING =
      Operation.of("notification.waiting", CountWaiting.class, Waiting.class);

  /** New notifications, sent to every HTTP node; each node forwards them to its own sockets. */
  public static final Event<Live> LIVE = Event.of("notification.live", Live.class);

  /** Notifications were read, sent to every HTTP node for the user's other sockets. */
  public static final Event<UnreadChanged> UNREAD =
      Event.of("notification.unread", UnreadChanged.class);

  /** The kinds of notifications; the names are part of the HTTP API. */
  public enum Kind {
    booking_confirmed,
    booking_cancelled,
    booking_moved,
    booking_rejected,
    refund_issued,
    meeting_opened,
    meeting_closed,
    meeting_cancelled,
    reminder,
    review_needed,
    review_decided,
    dispute_opened,
    dispute_answered,
    dispute_decided,
    credits_received,
    withdrawal_requested,
    withdrawal_paid,
    withdrawal_failed
  }

  /** The events of one group. */
  public record Tell(List<Fact> facts) {}

  /**
   * An event for one recipient. {@code cause} is unique per recipient: an event that is delivered
   * twice creates one notification. {@code userId} may be {@link #ADMINS} for every active admin.
   * {@code data} holds the values that the text is rendered from, as strings. Every key is
   * optional; the text then omits the part that needs it.
   *
   * <ul>
   *   <li>{@code audience}: student, teacher or admin; selects the wording
   *   <li>{@code meetingId}, {@code bookingId}, {@code title}, {@code startsAt} (ISO instant),
   *       {@code durationMinutes}
   *   <li>{@code studentId}, {@code teacherId}: rendered as names
   *   <li>{@code amount} (minor units): the price of a booking, or the amount refunded, paid or
   *       received
   *   <li>{@code refund}, {@code fee} (minor units): of a cancellation, a settlement
   *   <li>{@code reason}: free text; for booking_rejected, the code of the rejection
   *   <li>{@code rule}: the rule that determined an amount
   *   <li>{@code sequence}: the number of the change in the calendar entry of the booking
   *   <li>{@code cancelledBy}: student, teacher or admin
   *   <li>{@code previousTitle}, {@code previousStartsAt}: the class that the booking was moved
   *       from
   *   <li>{@code before}: of a reminder, the ISO duration until the start (PT24H, PT1H)
   *   <li>{@code reasons}: of review_needed, sentences; {@code decision} (refund_students,
   *       pay_teacher, split) and {@code note} of review_decided
   *   <li>{@code disputeId}; {@code outcome} of a dispute: unanswered, accepted, agreed or decided
   * </ul>
   */
  public record Fact(
      String cause, String userId, Kind kind, Instant at, Map<String, String> data) {}

  /** Recipient of events that concern every active admin. */
  public static final String ADMINS = "admins";

  /**
   * A mail from a named template; {@code link} is a secret because it may contain a reset token.
   */
  public record Mail(
      String cause, String userId, String template, Secret link, Map<String, String> data) {}

  /** Mails that are sent unless their notifications have been read. */
  public record MailUnread(List<UnreadMail> mails) {}

  /** {@code deliveryId} is a delivery without a due time. */
  public record UnreadMail(String deliveryId, String userId, String notificationId, Kind kind) {}

  public record Notification(
      String id,
      long seq,
      String kind,
      String title,
      String text,
      Map<String, String> data,
      Instant createdAt,
      @Nullable Instant readAt) {

    /** Returns a copy that is marked as read. */
    public Notification read(Instant at) {
      return new Notification(id, seq, kind, title, text, data, createdAt, at);
    }
  }

  /**
   * Lists the inbox: oldest first if {@code after} is given, otherwise newest first.
   *
   * @param cursor the {@code nextCursor} of the previous page in the same order
   */
  public record ListInbox(
      String userId, @Nullable Long after, @Nullable String cursor, int limit) {}

  public record Inbox(List<Notification> items, @Nullable String nextCursor, long unread) {}

  public record MarkRead(String userId, String notificationId) {}

  /**
   * Marks notifications as read.
   *
   * @param upToSeq the last one; null for all
   */
  public record MarkAllRead(String userId, @Nullable Long upToSeq) {}

  public record Unread(long unread) {}

  /**
   * Asks for the notices of a meeting: everybody's if {@code userId} is null; otherwise the user's
   * own, and of the given kinds also that others were told. Each notice is one event when it was
   * put into the inbox (place 1) and another when it was read (place 2); continues after {@code
   * (afterAt, afterPlace, afterId)} in the order of these.
   */
  public record NoticesOf(
      String meetingId,
      @Nullable String userId,
      List<String> kindsOfOthers,
      @Nullable Instant afterAt,
      int afterPlace,
      @Nullable String afterId,
      int limit) {}

  public record Notices(List<NoticeEvent> items) {}

  /** {@code id} is the notification's; {@code isRead} tells the two events of it apart. */
  public record NoticeEvent(String id, String userId, String kind, Instant at, boolean isRead) {}

  public record PreferencesOf(String userId) {}

  /**
   * kind → channel (email, push, in_app) → enabled; in-app is always on.
   *
   * @param mandatory kind → channels that cannot be switched off; null from an older node
   */
  public record Preferences(
      Map<String, Map<String, Boolean>> kinds, @Nullable Map<String, List<String>> mandatory) {}

  public record SetPreferences(String userId, Map<String, Map<String, Boolean>> kinds) {}

  /**
   * Registers a device.
   *
   * @param platform android, ios or web
   * @param kind null for {@link DeviceKind#token}
   * @param p256dh with {@link DeviceKind#web_push}, the subscription's public key
   * @param auth with {@link DeviceKind#web_push}, the subscription's secret
   */
  public record AddDevice(
      String userId,
      String platform,
      String token,
      @Nullable DeviceKind kind,
      @Nullable String p256dh,
      @Nullable Secret auth) {}

  public record Device(String id, String platform, Instant createdAt) {}

  public record RemoveDevice(String userId, String token) {}

  public record CaughtMails(@Nullable String to, int limit) {}

  public record Mailbox(List<CaughtMail> items) {}

  public record CaughtMail(
      String to,
      String subject,
      @Nullable String text,
      @Nullable String html,
      Map<String, String> headers,
      Instant receivedAt) {}

  /**
   * @param adminId the admin who replays it, for the audit log; null if the sending node runs a
   *     release without this field
   */
  public record Redeliver(String deadLetterId, @Nullable String adminId) {}

  public record CountWaiting() {}

  public record Waiting(long deliveries) {}

  public record Live(List<Shown> shown) {}

  /** {@code unread}: how many notifications of the user are left unread. */
  public record UnreadChanged(String userId, long unread) {}

  public record Shown(String userId, Notification notification, long unread) {}

  private NotificationApi() {}
}
