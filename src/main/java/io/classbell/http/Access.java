package io.classbell.http;

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

  private static final Set<Role> EVERYONE = Set.of(Role.values());
  private static final Set<Role> NOBODY_ASKED = Set.of();

  private static final Map<String, Set<Role>> ROWS = new HashMap<>();

  static {
    anonymous("register", "login", "refresh", "requestPasswordReset", "confirmPasswordReset");
    row(EVERYONE, "logout", "getMe", "updateMe");
    row(EVERYONE, "getPreferences", "putPreferences", "addDevice", "removeDevice");
    row(EVERYONE, "getCalendar");
    row(Set.of(Role.TEACHER), "createSlot", "listMySlots", "createSlotSeries");
    row(EVERYONE, "searchSlots", "listTeachers", "getTeacher");
    row(Set.of(Role.STUDENT), "book", "cancelBooking", "moveBooking", "previewCancellation");
    row(EVERYONE, "listBookings", "getBooking");
    row(EVERYONE, "getMeeting");
    row(Set.of(Role.STUDENT, Role.TEACHER), "joinMeeting", "leaveMeeting");
    row(Set.of(Role.TEACHER, Role.ADMIN), "cancelMeeting");
    row(EVERYONE, "getWallet", "listTransactions", "deposit");
    row(EVERYONE, "listNotifications", "readNotification", "readAllNotifications");
    row(Set.of(Role.ADMIN), "listReviews", "decideReview", "listUsers", "auditLedger");
    row(Set.of(Role.ADMIN), "listDeadLetters", "replayDeadLetter", "adjustWallet");
    row(EVERYONE, "getClock", "advanceClock");
  }

  private Access() {}

  private static void anonymous(String... operations) {
    row(NOBODY_ASKED, operations);
  }

  private static void row(Set<Role> roles, String... operations) {
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

  static boolean allows(String operation, Role role) {
    Set<Role> roles = rolesOf(operation);
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

  private static Set<Role> rolesOf(String operation) {
    Set<Role> roles = ROWS.get(operation);
    if (roles == null) {
      throw new IllegalStateException("No access row for " + operation);
    }
    return roles;
  }
}
