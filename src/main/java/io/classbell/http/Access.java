package io.classbell.http;

import io.classbell.platform.bus.Caller;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may call what: one row for every operation of the contract. An operation without a row, or a
 * row without an operation, fails the start. Whose thing it is, the modules decide (404).
 */
final class Access {

  private static final Set<Caller.Role> EVERYONE = Set.of(Caller.Role.values());
  private static final Set<Caller.Role> NOBODY_ASKED = Set.of();

  private static final Map<String, Set<Caller.Role>> ROWS = new HashMap<>();

  static {
    anonymous("register", "login", "refresh", "requestPasswordReset", "confirmPasswordReset");
    // Who has only a refresh token left may end the session with it; the route asks for one of
    // both.
    anonymous("logout");
    row(EVERYONE, "getMe", "updateMe");
    row(EVERYONE, "getPreferences", "putPreferences", "addDevice", "removeDevice");
    row(EVERYONE, "getCalendar");
    row(Set.of(Caller.Role.teacher), "createSlot", "listMySlots", "createSlotSeries");
    row(EVERYONE, "searchSlots", "listTeachers", "getTeacher");
    row(Set.of(Caller.Role.student), "book", "cancelBooking", "moveBooking", "previewCancellation");
    row(EVERYONE, "listBookings", "getBooking");
    row(EVERYONE, "getMeeting");
    row(Set.of(Caller.Role.student, Caller.Role.teacher), "joinMeeting", "leaveMeeting");
    row(Set.of(Caller.Role.teacher, Caller.Role.admin), "cancelMeeting");
    row(EVERYONE, "getWallet", "listTransactions", "deposit");
    row(EVERYONE, "listNotifications", "readNotification", "readAllNotifications");
    row(Set.of(Caller.Role.admin), "listReviews", "decideReview", "listUsers", "auditLedger");
    row(Set.of(Caller.Role.admin), "listDeadLetters", "replayDeadLetter", "adjustWallet");
    row(EVERYONE, "getClock", "advanceClock");
  }

  private Access() {}

  private static void anonymous(String... operations) {
    row(NOBODY_ASKED, operations);
  }

  private static void row(Set<Caller.Role> roles, String... operations) {
    for (String operation : operations) {
      if (ROWS.put(operation, roles) != null) {
        throw new IllegalStateException("Two rows for " + operation);
      }
    }
  }

  /** Whether the operation asks for no identity at all. */
  static boolean isAnonymous(String operation) {
    return rolesOf(operation).isEmpty();
  }

  static boolean allows(String operation, Caller.Role role) {
    Set<Caller.Role> roles = rolesOf(operation);
    return roles.isEmpty() || roles.contains(role);
  }

  /**
   * @throws IllegalStateException naming every operation without a row and every row without one
   */
  static void mustCover(Collection<String> operations) {
    Set<String> odd = new TreeSet<>(ROWS.keySet());
    odd.removeAll(operations);
    operations.stream().filter(operation -> !ROWS.containsKey(operation)).forEach(odd::add);
    if (!odd.isEmpty()) {
      throw new IllegalStateException("The access table and the contract differ in: " + odd);
    }
  }

  private static Set<Caller.Role> rolesOf(String operation) {
    Set<Caller.Role> roles = ROWS.get(operation);
    if (roles == null) {
      throw new IllegalStateException("No access row for " + operation);
    }
    return roles;
  }
}
