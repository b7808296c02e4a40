package io.classbell.platform.bus;

/**
 * Who asks, as the access token proved it. Modules decide by it what is the caller's to see; a
 * thing that is not answers as one that does not exist.
 */
public record Caller(String userId, Role role) {

  /** The three roles of the product. */
  public enum Role {
    student,
    teacher,
    admin
  }

  public boolean isAdmin() {
    return role == Role.admin;
  }
}
