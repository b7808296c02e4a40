package io.classbell.account.api;

import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Caller.Role;
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
 * Bus operations and events of the account module: identity, sessions and profiles. Lifetimes of
 * tokens follow real time, not the test clock.
 */
public final class AccountApi {

  public static final RejectionCode EMAIL_TAKEN =
      RejectionCode.conflict("email_taken", "An account with this e-mail address exists.");
  public static final RejectionCode INVALID_FIELD =
      RejectionCode.invalid("invalid", "A field is not valid.");

  /** The same for an unknown address, a wrong password and a disabled account. */
  public static final RejectionCode BAD_CREDENTIALS =
      new RejectionCode(401, "bad_credentials", "E-mail address or password is wrong.", false);

  public static final RejectionCode INVALID_TOKEN =
      new RejectionCode(401, "invalid_token", "The token is invalid or has expired.", false);
  public static final RejectionCode TOO_MANY_ATTEMPTS =
      new RejectionCode(429, "too_many_attempts", "Too many attempts. Try again later.", true);
  public static final RejectionCode TOO_MANY_MAILS =
      new RejectionCode(
          429,
          "too_many_mails",
          "Too many mails were sent to this address. Try again later.",
          true);
  public static final RejectionCode BUSY =
      new RejectionCode(503, "busy", "Too many password checks are in progress. Try again.", true);
  public static final RejectionCode FORBIDDEN =
      new RejectionCode(403, "forbidden", "This operation requires the role admin.", false);
  public static final RejectionCode NOT_FOUND = RejectionCode.notFound("There is no such user.");
  public static final RejectionCode OWN_ACCOUNT =
      RejectionCode.conflict(
          "own_account", "Admins cannot disable their own account or change its role.");
  public static final RejectionCode LAST_ADMIN =
      RejectionCode.conflict("last_admin", "This is the only active admin.");

  public static final RejectionCode NO_CALENDAR_FEED =
      RejectionCode.notFound("There is no such calendar feed.");

  public static final Operation<Register, User> REGISTER =
      Operation.of(
          "account.register", Register.class, User.class, INVALID_FIELD, EMAIL_TAKEN, BUSY);
  public static final Operation<Login, Tokens> LOGIN =
      Operation.of(
          "account.login", Login.class, Tokens.class, TOO_MANY_ATTEMPTS, BAD_CREDENTIALS, BUSY);

  /** Rotates the refresh token; reuse of an old token ends its session. */
  public static final Operation<Refresh, Tokens> REFRESH =
      Operation.of("account.refresh", Refresh.class, Tokens.class, INVALID_TOKEN);

  /** Ends the session; succeeds if it has already ended. */
  public static final Operation<Logout, Ack> LOGOUT =
      Operation.of("account.logout", Logout.class, Ack.class);

  /** Mails a reset link if the address has an account; the reply does not tell whether it has. */
  public static final Operation<RequestReset, Ack> REQUEST_RESET =
      Operation.of("account.request-reset", RequestReset.class, Ack.class, TOO_MANY_ATTEMPTS);

  /** Sets the password and ends every session of the user. */
  public static final Operation<ConfirmReset, ResetConfirmed> CONFIRM_RESET =
      Operation.of(
          "account.confirm-reset",
          ConfirmReset.class,
          ResetConfirmed.class,
          INVALID_FIELD,
          INVALID_TOKEN,
          BUSY);

  /** Marks the e-mail address of the token's account as verified; a token works once. */
  public static final Operation<VerifyEmail, Ack> VERIFY_EMAIL =
      Operation.of("account.verify-email", VerifyEmail.class, Ack.class, INVALID_TOKEN);

  /** Mails another verification link; does nothing if the address is already verified. */
  public static final Operation<ResendVerification, Ack> RESEND_VERIFICATION =
      Operation.of(
          "account.resend-verification",
          ResendVerification.class,
          Ack.class,
          NOT_FOUND,
          TOO_MANY_MAILS);

  public static final Operation<ProfileOf, User> PROFILE =
      Operation.of("account.profile", ProfileOf.class, User.class, NOT_FOUND);

  /**
   * Updates the fields that are not null. Setting a new password requires the current one, ends
   * every session of the user and starts a new one for the caller.
   */
  public static final Operation<UpdateProfile, Updated> UPDATE_PROFILE =
      Operation.of(
          "account.update-profile",
          UpdateProfile.class,
          Updated.class,
          INVALID_FIELD,
          NOT_FOUND,
          TOO_MANY_ATTEMPTS,
          BUSY);

  /** Creates the user's calendar feed address, or replaces it. */
  public static final Operation<CreateCalendarFeed, CalendarFeedToken> CREATE_CALENDAR_FEED =
      Operation.of(
          "account.create-calendar-feed",
          CreateCalendarFeed.class,
          CalendarFeedToken.class,
          NOT_FOUND);

  /** Revokes the user's calendar feed address; succeeds if there is none. */
  public static final Operation<RevokeCalendarFeed, Ack> REVOKE_CALENDAR_FEED =
      Operation.of("account.revoke-calendar-feed", RevokeCalendarFeed.class, Ack.class);

  /** Finds the active user whose calendar feed address has this token. */
  public static final Operation<CalendarFeedOwner, Person> CALENDAR_FEED_OWNER =
      Operation.of(
          "account.calendar-feed-owner", CalendarFeedOwner.class, Person.class, NO_CALENDAR_FEED);

  public static final Operation<ListTeachers, Teachers> LIST_TEACHERS =
      Operation.of("account.list-teachers", ListTeachers.class, Teachers.class, INVALID_FIELD);
  public static final Operation<ListUsers, Users> LIST_USERS =
      Operation.of("account.list-users", ListUsers.class, Users.class, FORBIDDEN, INVALID_FIELD);

  /**
   * Disables or enables an account, or changes its role. Ends the user's sessions; classes and
   * bookings of the role that ends are cancelled afterwards ({@link #DEPARTED}).
   */
  public static final Operation<UpdateUser, User> UPDATE_USER =
      Operation.of(
          "account.update-user",
          UpdateUser.class,
          User.class,
          FORBIDDEN,
          NOT_FOUND,
          LAST_ADMIN,
          OWN_ACCOUNT);

  /** Lists the actions of admins, newest first; for admins. */
  public static final Operation<ListAdminActions, AdminActions> LIST_ADMIN_ACTIONS =
      Operation.of(
          "account.list-admin-actions",
          ListAdminActions.class,
          AdminActions.class,
          FORBIDDEN,
          RejectionCode.INVALID_CURSOR);

  /**
   * An account was disabled or got another role: what the user has to do in the old role must be
   * cancelled.
   */
  public static final Task<Departed> DEPARTED = Task.of("account.departed", Departed.class);

  /** Returns the profiles of these users; unknown ids are left out. */
  public static final Operation<PeopleByIds, People> PEOPLE =
      Operation.of("account.people", PeopleByIds.class, People.class);

  /** Returns every active admin. */
  public static final Operation<Admins, People> ADMINS =
      Operation.of("account.admins", Admins.class, People.class);

  /**
   * Returns sessions that ended since an instant (database time), for nodes that missed the event.
   */
  public static final Operation<EndedSince, Ended> ENDED_SINCE =
      Operation.of("account.ended-since", EndedSince.class, Ended.class);

  /** Sessions have ended: their access tokens must be rejected from now on. */
  public static final Event<Ended> SESSIONS_ENDED = Event.of("account.sessions-ended", Ended.class);

  /**
   * The client of a request has closed its connection: work that is queued for the request is
   * dropped.
   */
  public static final Event<GivenUp> GIVEN_UP = Event.of("account.given-up", GivenUp.class);

  /** A profile has changed: caches must drop it. */
  public static final Event<Changed> PERSON_CHANGED =
      Event.of("account.person-changed", Changed.class);

  /** Time zone and locale default to UTC and en. {@code address} is the client's, for limits. */
  public record Register(
      String commandId,
      String email,
      Secret password,
      String name,
      Role role,
      @Nullable String timezone,
      @Nullable String locale,
      String address) {}

  /**
   * @param device tokens that the client's device received at earlier logins
   * @param requestId id by which {@link #GIVEN_UP} cancels the request
   */
  public record Login(
      String email,
      Secret password,
      String address,
      @Nullable Secret device,
      @Nullable String requestId) {}

  /**
   * {@code expiresIn} and {@code refreshExpiresIn} are seconds.
   *
   * @param device the device tokens that the client must keep from now on; null for no change
   */
  public record Tokens(
      Secret accessToken,
      long expiresIn,
      Secret refreshToken,
      long refreshExpiresIn,
      User user,
      @Nullable Secret device) {

    public Tokens withDevice(Secret newDevice) {
      return new Tokens(accessToken, expiresIn, refreshToken, refreshExpiresIn, user, newDevice);
    }
  }

  public record GivenUp(String requestId) {}

  public record Refresh(Secret refreshToken, String address) {}

  /**
   * @param everywhere whether all sessions of the same user end too
   */
  public record Logout(
      @Nullable String sessionId, @Nullable Secret refreshToken, boolean everywhere) {}

  public record RequestReset(String email, String address) {}

  public record ConfirmReset(
      Secret token, Secret password, @Nullable String address, @Nullable Secret device) {}

  /**
   * @param device the device tokens that the client must keep from now on
   */
  public record ResetConfirmed(@Nullable Secret device) {}

  public record VerifyEmail(Secret token) {}

  /** {@code address} is the client's, for limits. */
  public record ResendVerification(String userId, String address) {}

  public record ProfileOf(String userId) {}

  public record UpdateProfile(
      String userId,
      @Nullable String name,
      @Nullable String timezone,
      @Nullable String locale,
      @Nullable Secret currentPassword,
      @Nullable Secret newPassword,
      @Nullable Secret device) {}

  /**
   * @param session the new session if the password was changed, otherwise null
   */
  public record Updated(User user, @Nullable Tokens session) {}

  public record CreateCalendarFeed(String userId) {}

  public record CalendarFeedToken(Secret token) {}

  public record RevokeCalendarFeed(String userId) {}

  public record CalendarFeedOwner(Secret token) {}

  public record ListTeachers(@Nullable String teacherId, @Nullable String cursor, int limit) {}

  public record Teachers(List<Person> items, @Nullable String nextCursor) {}

  /**
   * @param query part of a name or an e-mail address, or an id; null for all users
   * @param role null for all roles
   * @param status active or disabled; null for both
   */
  public record ListUsers(
      Caller admin,
      @Nullable String cursor,
      int limit,
      @Nullable String query,
      @Nullable Role role,
      @Nullable String status) {}

  /** Null fields do not change. {@code reason} is for the audit log only. */
  public record UpdateUser(
      Caller admin,
      String userId,
      @Nullable Boolean disabled,
      @Nullable Role role,
      @Nullable String reason) {}

  /**
   * @param role the role that the user had
   */
  public record Departed(String userId, Role role, String adminId) {}

  /** Null conditions mean any; {@code to} is exclusive. */
  public record ListAdminActions(
      Caller admin,
      @Nullable String adminId,
      @Nullable String action,
      @Nullable String subjectId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String cursor,
      int limit) {}

  public record AdminActions(List<AdminActionView> items, @Nullable String nextCursor) {}

  /** An action of an admin, with the changed values before and after it; platform time. */
  public record AdminActionView(
      String id,
      Instant at,
      String adminId,
      String action,
      String subjectType,
      String subjectId,
      @Nullable String reason,
      Map<String, Object> before,
      Map<String, Object> after) {}

  public record Users(List<User> items, @Nullable String nextCursor) {}

  public record PeopleByIds(List<String> ids) {}

  public record Admins() {}

  public record People(List<Person> people) {}

  /**
   * An account as its owner and admins see it.
   *
   * @param emailVerified null if the sending node runs a release without this field
   */
  public record User(
      String id,
      String email,
      String name,
      Role role,
      String status,
      String timezone,
      String locale,
      Instant createdAt,
      @Nullable Boolean emailVerified) {}

  /**
   * A user's profile as other modules use it to name and contact the user.
   *
   * @param mailable whether mails other than account mails may be sent; null, which counts as true,
   *     if the sending node runs a release without this field
   */
  public record Person(
      String id,
      String email,
      String name,
      Role role,
      boolean active,
      String timezone,
      String locale,
      @Nullable Boolean mailable) {

    /** Creates a person who may be mailed. */
    public Person(
        String id,
        String email,
        String name,
        Role role,
        boolean active,
        String timezone,
        String locale) {
      this(id, email, name, role, active, timezone, locale, true);
    }

    /** Whether mails other than account mails may be sent. */
    public boolean mayBeMailed() {
      return mailable == null || mailable;
    }
  }

  public record EndedSince(Instant since) {}

  /** {@code asOf} is where the next poll starts. */
  public record Ended(List<String> sessionIds, Instant asOf) {}

  public record Changed(String userId) {}

  private AccountApi() {}
}
