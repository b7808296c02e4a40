package io.classbell.account.model;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.AccountApi.User;
import io.classbell.platform.bus.Caller.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account as it is stored.
 *
 * @param commandId id of the registration command that created it
 * @param emailVerified whether the owner has proven to receive mails at the address
 */
public record UserAccount(
    String id,
    String email,
    String passwordHash,
    String name,
    Role role,
    String status,
    String timezone,
    String locale,
    Instant createdAt,
    @Nullable String commandId,
    boolean emailVerified) {
  public static final String ACTIVE = "active";
  public static final String DISABLED = "disabled";

  /** Whether the owner may log in. */
  public boolean isActive() {
    return status.equals(ACTIVE);
  }

  public User user() {
    return new User(id, email, name, role, status, timezone, locale, createdAt, emailVerified);
  }

  /** {@code verifyEmail}: whether only verified addresses may be mailed. */
  public Person person(boolean verifyEmail) {
    return new Person(
        id, email, name, role, isActive(), timezone, locale, emailVerified || !verifyEmail);
  }

  public UserAccount withProfile(
      String newName, String newTimezone, String newLocale, String newHash) {
    return new UserAccount(
        id,
        email,
        newHash,
        newName,
        role,
        status,
        newTimezone,
        newLocale,
        createdAt,
        commandId,
        emailVerified);
  }

  public UserAccount withAccess(Role newRole, boolean disabled) {
    return new UserAccount(
        id,
        email,
        passwordHash,
        name,
        newRole,
        disabled ? DISABLED : ACTIVE,
        timezone,
        locale,
        createdAt,
        commandId,
        emailVerified);
  }

  public UserAccount withHash(String newHash) {
    return withProfile(name, timezone, locale, newHash);
  }

  /** Contains the id only, because logs must not contain personal data. */
  @Override
  public String toString() {
    return "account " + id;
  }
}
