package io.classbell.boot;

import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of the node: its name and roles. */
public record NodeSettings(
    @Setting("Name of the node in logs; the host's name when absent.") @Nullable String name,
    @Setting(
            value = "What runs here; every role runs on any number of nodes.",
            byDefault = "http,account,booking,wallet,payment,schedule,notification")
        List<Role> roles)
    implements ValidatedSettings {

  /** A part of the platform, implemented by a verticle. */
  public enum Role {
    /** REST, sockets and pages. */
    HTTP,
    /** Identity. */
    ACCOUNT,
    /** Slots, bookings and meetings. */
    BOOKING,
    /** The ledger. */
    WALLET,
    /** Purchases, refunds and payouts. */
    PAYMENT,
    /** The outbox that delivers what is due. */
    SCHEDULE,
    /** Inbox, mail and push. */
    NOTIFICATION
  }

  /** The name of the node, or that of its host. */
  public String nameOrHost() {
    if (name != null) {
      return name;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    }
  }

  @Override
  public void check(SettingsErrors mistakes) {
    if (roles.isEmpty()) {
      mistakes.add("roles", "must name at least one role");
    }
    if (Set.copyOf(roles).size() < roles.size()) {
      mistakes.add("roles", "names a role twice");
    }
  }
}
