package io.classbell.http;

import java.util.Locale;
import java.util.Optional;

/** What an access token says its bearer is. */
enum Role {
  STUDENT,
  TEACHER,
  ADMIN;

  static Optional<Role> of(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
