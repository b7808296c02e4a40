package io.classbell.account.profile;

import io.classbell.account.api.AccountSettings.FirstAdmin;
import io.classbell.account.api.EmailAddress;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.config.Secret;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Creates the accounts that exist from the start: the first administrator from the settings and, in
 * test mode, the demo accounts. Every start of a node creates those that are missing.
 */
public final class FixedAccounts {
  private static final Secret DEMO_PASSWORD = Secret.of("classbell-demo");

  private record Demo(String email, String name, Role role, String timezone) {}

  private static final List<Demo> DEMOS =
      List.of(
          new Demo("admin@classbell.test", "Ada Admin", Role.admin, "UTC"),
          new Demo("teacher@classbell.test", "Tom Teacher", Role.teacher, "Europe/Berlin"),
          new Demo("student@classbell.test", "Sue Student", Role.student, "America/New_York"));

  private final Registrations registrations;

  public FixedAccounts(Registrations registrations) {
    this.registrations = registrations;
  }

  /** Creates missing accounts, on a virtual thread. */
  public void ensure(@Nullable FirstAdmin firstAdmin, boolean testMode) {
    if (firstAdmin != null) {
      String email = Objects.requireNonNull(EmailAddress.parse(firstAdmin.email())).value();
      registrations.ensure(
          Ids.next(), email, firstAdmin.password(), "Administrator", Role.admin, "UTC");
    }
    if (testMode) {
      for (Demo demo : DEMOS) {
        registrations.ensure(
            Ids.next(), demo.email, DEMO_PASSWORD, demo.name, demo.role, demo.timezone);
      }
    }
  }
}
