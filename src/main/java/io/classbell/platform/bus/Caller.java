package io.classbell.platform.bus;

/**
 * The authenticated caller, as proved by the access token. Modules use it to decide what the caller
 * may see; an object that the caller may not see is reported as not found.
 */
public record Caller(String userId, Role role) {

  /** The roles of users. */
  public enum Role {
    student,
    teacher,
    admin
  }

  public boolean isAdmin() {
    return role == Role.admin;
  }
}
