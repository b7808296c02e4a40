package io.classbell.account.profile;

import io.classbell.account.api.AccountSettings.FirstAdmin;
import io.classbell.account.api.DemoAccount;
import io.classbell.account.api.EmailAddress;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.config.Secret;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Creates the accounts that exist from the start: the first administrator from the settings and, in
 * test mode, the demo accounts. Every start of a node creates those that are missing.
 */
public final class FixedAccounts {
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
      for (DemoAccount demo : DemoAccount.ALL) {
        registrations.ensure(
            Ids.next(),
            demo.email(),
            Secret.of(DemoAccount.PASSWORD),
            demo.name(),
            demo.role(),
            demo.timezone());
      }
    }
  }
}
