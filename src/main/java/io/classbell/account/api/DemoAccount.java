package io.classbell.account.api;

import io.classbell.platform.bus.Caller.Role;
import java.util.List;

/** An account that exists in test mode. Its password is public. */
public record DemoAccount(String email, String name, Role role, String timezone) {
  public static final String PASSWORD = "classbell-demo";

  public static final List<DemoAccount> ALL =
      List.of(
          new DemoAccount("admin@classbell.test", "Ada Admin", Role.admin, "UTC"),
          new DemoAccount("teacher@classbell.test", "Tom Teacher", Role.teacher, "Europe/Berlin"),
          new DemoAccount(
              "student@classbell.test", "Sue Student", Role.student, "America/New_York"));
}
