package io.classbell.tools;

import io.classbell.booking.audit.BookingAudit;
import io.classbell.boot.ServerAccess;
import io.classbell.boot.StartFailure;
import io.classbell.payment.audit.PayoutAudit;
import io.classbell.payment.audit.PurchaseAudit;
import io.classbell.platform.audit.AuditFindings.Invariant;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.config.ConfigurationException;
import io.classbell.platform.config.ProcessText;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.wallet.audit.WalletAudit;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * Checks every invariant of a database in one snapshot, whether or not a platform runs on it. Exit
 * code 0: all hold; 1: at least one is violated; 2: invalid settings or options; 3: the check
 * failed.
 */
public final class AuditCommand {
  private static final int BROKEN = 1;
  private static final int MISUSED = 2;
  private static final int UNTESTED = 3;
  private static final String USAGE = "usage: scripts/audit [--data DIR | --config FILE...]";

  record Options(List<Path> configs, Path data) {}

  public static void main(String[] arguments) {
    System.exit(run(ProcessText.arguments(arguments), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      Options options = parse(arguments);
      try (ServerAccess reach =
          ServerAccess.of(options.configs, options.data, ProcessText.environment())) {
        List<Invariant> invariants = invariants(reach.settings().database());
        print(invariants, out);
        return invariants.stream().allMatch(Invariant::ok) ? 0 : BROKEN;
      }
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage() + "\n" + USAGE);
      return MISUSED;
    } catch (ConfigurationException e) {
      err.println(e.getMessage());
      return MISUSED;
    } catch (StartFailure e) {
      err.println(e.getMessage());
      return UNTESTED;
    } catch (CompletionException e) {
      err.println("The database can't be audited: " + e.getCause());
      return UNTESTED;
    }
  }

  static Options parse(List<String> arguments) {
    List<Path> configs = new ArrayList<>();
    Path data = Path.of("data");
    String option = "";
    for (String argument : arguments) {
      if (argument.startsWith("--")) {
        option = argument;
      } else if (option.equals("--config")) {
        configs.add(ProcessText.path(option, argument));
      } else if (option.equals("--data")) {
        data = ProcessText.path(option, argument);
      } else {
        throw new IllegalArgumentException("no such option: " + argument);
      }
      if (!option.equals("--config") && !option.equals("--data")) {
        throw new IllegalArgumentException("no such option: " + option);
      }
    }
    if (!arguments.isEmpty() && arguments.getLast().startsWith("--")) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    if (option.equals("--config") == configs.isEmpty()) {
      throw new IllegalArgumentException("--config needs a file, and excludes --data");
    }
    if (configs.isEmpty() && !Files.isDirectory(data)) {
      throw new IllegalArgumentException("there is no data in " + data);
    }
    return new Options(configs, data);
  }

  private static List<Invariant> invariants(DatabaseSettings settings) {
    Trace.register();
    Vertx vertx = Vertx.vertx();
    try {
      Database database = Database.connect(vertx, settings);
      Context context = ((VertxInternal) vertx).createVirtualThreadContext();
      Promise<List<Invariant>> found = Promise.promise();
      context.runOnContext(
          v -> {
            try {
              found.complete(
                  database.inSnapshot(
                      sql ->
                          Stream.of(
                                  WalletAudit.findings(sql),
                                  BookingAudit.findings(sql),
                                  PayoutAudit.findings(sql),
                                  PurchaseAudit.findings(sql))
                              .flatMap(findings -> findings.invariants().stream())
                              .toList()));
            } catch (RuntimeException e) {
              found.fail(e);
            }
          });
      return found.future().toCompletionStage().toCompletableFuture().join();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static void print(List<Invariant> invariants, PrintStream out) {
    int width = invariants.stream().mapToInt(i -> i.name().length()).max().orElse(0);
    for (Invariant invariant : invariants) {
      out.println(
          ("%-" + width + "s  %s")
              .formatted(invariant.name(), invariant.ok() ? "holds" : "BROKEN"));
      invariant.violations().forEach(violation -> out.println("    " + violation));
    }
    long broken = invariants.stream().filter(i -> !i.ok()).count();
    out.println(
        broken == 0
            ? "All %d invariants hold.".formatted(invariants.size())
            : "%d of %d invariants are broken.".formatted(broken, invariants.size()));
  }

  private AuditCommand() {}
}
