package io.classbell.tools;

import io.classbell.booking.audit.ZoneRulesAudit;
import io.classbell.booking.audit.ZoneRulesAudit.Affected;
import io.classbell.booking.audit.ZoneRulesAudit.Result;
import io.classbell.boot.ServerAccess;
import io.classbell.boot.StartFailure;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.config.ConfigurationException;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.zones.TimeZoneRules;
import io.classbell.platform.zones.ZoneDatabase;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Lists upcoming slots whose local time has changed since their teacher chose it, because time zone
 * rules changed; or packs a zoneinfo directory into one file. Exit code 0: no slot is affected, or
 * the file is written; 1: slots are affected; 2: invalid settings or options; 3: another failure.
 */
public final class Zones {
  static {
    TimeZoneRules.install();
  }

  private static final int AFFECTED = 1;
  private static final int MISUSED = 2;
  private static final int FAILED = 3;
  private static final String USAGE =
      "usage: scripts/zones [--rules PATH] [--data DIR | --config FILE...]\n"
          + "       scripts/zones pack DIRECTORY FILE";

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      if (!arguments.isEmpty() && arguments.getFirst().equals("pack")) {
        return pack(arguments.subList(1, arguments.size()), out);
      }
      return find(new ArrayList<>(arguments), out);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage() + "\n" + USAGE);
      return MISUSED;
    } catch (ConfigurationException e) {
      err.println(e.getMessage());
      return MISUSED;
    } catch (StartFailure e) {
      err.println(e.getMessage());
      return FAILED;
    } catch (IOException e) {
      err.println("Time zone rules can't be read or written: " + e.getMessage());
      return FAILED;
    } catch (CompletionException e) {
      err.println("The database can't be asked: " + e.getCause());
      return FAILED;
    }
  }

  private static int pack(List<String> arguments, PrintStream out) throws IOException {
    if (arguments.size() != 2) {
      throw new IllegalArgumentException("pack needs a directory and a file");
    }
    ZoneDatabase database = ZoneDatabase.read(Path.of(arguments.get(0)));
    try (OutputStream file = Files.newOutputStream(Path.of(arguments.get(1)))) {
      database.pack(file);
    }
    out.println(
        "Packed time zone rules %s of %d zones."
            .formatted(database.version(), database.ids().size()));
    return 0;
  }

  private static int find(List<String> arguments, PrintStream out) throws IOException {
    Path rules = takeRules(arguments);
    AuditCommand.Options options = AuditCommand.parse(arguments);
    try (ServerAccess reach = ServerAccess.of(options.configs(), options.data(), System.getenv())) {
      String file = reach.settings().timeZones().file();
      if (rules != null || file != null) {
        TimeZoneRules.use(rules == null ? Path.of(String.valueOf(file)) : rules);
      }
      Result result = ask(reach.settings().database());
      print(result, out);
      return result.affected().isEmpty() ? 0 : AFFECTED;
    }
  }

  private static @Nullable Path takeRules(List<String> arguments) {
    int at = arguments.indexOf("--rules");
    if (at < 0) {
      return null;
    }
    if (at + 1 == arguments.size()) {
      throw new IllegalArgumentException("--rules needs a value");
    }
    arguments.remove(at);
    return Path.of(arguments.remove(at));
  }

  private static Result ask(DatabaseSettings settings) {
    Trace.register();
    Vertx vertx = Vertx.vertx();
    try {
      Database database = Database.connect(vertx, settings);
      Context context = ((VertxInternal) vertx).createVirtualThreadContext();
      Promise<Result> found = Promise.promise();
      context.runOnContext(
          v -> {
            try {
              found.complete(database.inSnapshot(ZoneRulesAudit::find));
            } catch (RuntimeException e) {
              found.fail(e);
            }
          });
      return found.future().toCompletionStage().toCompletableFuture().join();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  static void print(Result result, PrintStream out) {
    ZoneDatabase rules = TimeZoneRules.current();
    out.println("Time zone rules: %s of %s.".formatted(rules.version(), rules.date()));
    for (Affected slot : result.affected()) {
      out.println(
          "slot %s of teacher %s: chosen for %s in %s by rules %s; starts at %s, would start at %s; seats taken: %d"
              .formatted(
                  slot.meetingId(),
                  slot.teacherId(),
                  slot.local(),
                  slot.timezone(),
                  slot.zoneRules(),
                  slot.startsAt(),
                  slot.wouldStartAt(),
                  slot.seatsTaken()));
    }
    out.println("Upcoming slots at another wall time than chosen: " + result.affected().size());
    if (result.unknown() > 0) {
      out.println("Upcoming slots without a recorded wall time: " + result.unknown());
    }
  }

  private Zones() {}
}
