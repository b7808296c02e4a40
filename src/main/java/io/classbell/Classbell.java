package io.classbell;

import io.classbell.boot.BundledServers;
import io.classbell.boot.CommandLine;
import io.classbell.boot.NodeSettings;
import io.classbell.boot.Platform;
import io.classbell.boot.ServerAccess;
import io.classbell.boot.ServerIdentities;
import io.classbell.boot.Settings;
import io.classbell.boot.StartFailure;
import io.classbell.http.school.DemoSchool;
import io.classbell.platform.config.ConfigurationException;
import io.classbell.platform.config.ProcessText;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.config.SettingsTable;
import io.classbell.platform.log.LogSettings;
import io.classbell.platform.log.Logs;
import io.classbell.platform.zones.TimeZoneRules;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class: reads the settings, starts bundled servers if requested, migrates the database
 * and runs the roles of this node.
 */
public final class Classbell {
  static {
    // Must run before anything needs a time zone, including loggers.
    TimeZoneRules.install();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Classbell.class);
  private static final int MISUSED = 2;

  /**
   * Limit of an orderly stop: with a drain delay of one second, it ends before a supervisor that
   * waits 20 s kills the process.
   */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(17);

  private final CommandLine commandLine;
  private final Map<String, String> environment;
  private @Nullable BundledServers own;
  private @Nullable Platform platform;
  private volatile boolean stopped;
  private volatile int exitCode;
  private volatile Duration drainDelay = Duration.ZERO;

  private Classbell(CommandLine commandLine, Map<String, String> environment) {
    this.commandLine = commandLine;
    this.environment = commandLine.over(environment);
  }

  public static void main(String[] arguments) {
    // Libraries convert names to upper case by the default locale; the Turkish locale would change
    // the letter i.
    Locale.setDefault(Locale.ROOT);
    CommandLine commandLine;
    try {
      commandLine = CommandLine.parse(ProcessText.arguments(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + CommandLine.USAGE);
      System.exit(MISUSED);
      return;
    }
    if (commandLine.help()) {
      System.out.println(CommandLine.USAGE + "\nSettings, with their names in the environment:\n");
      System.out.println(SettingsTable.text(Settings.class));
      return;
    }
    Map<String, String> environment;
    try {
      environment = ProcessText.environment();
    } catch (ConfigurationException e) {
      System.err.println(e.getMessage());
      System.exit(MISUSED);
      return;
    }
    System.exit(new Classbell(commandLine, environment).run());
  }

  /** Runs until the process is told to stop; returns the exit code of a failed start. */
  private int run() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopForGood, "stop"));
    try {
      if (!start(System.out)) {
        return 0;
      }
    } catch (ConfigurationException e) {
      return fail(e.getMessage(), MISUSED);
    } catch (StartFailure e) {
      LOG.debug("start failed", e);
      return fail(e.getMessage(), e.exitCode());
    } catch (RuntimeException e) {
      if (!stopped) {
        LOG.error("start failed", e);
      }
      return fail("Classbell can't start: " + e, StartFailure.FAILED);
    }
    awaitForEver();
    return 0;
  }

  private int fail(@Nullable String sentence, int exitCode) {
    this.exitCode = exitCode;
    boolean wasTold = stopped;
    stop();
    if (!wasTold) {
      System.err.println(sentence);
    }
    return exitCode;
  }

  /** Ends the process: a platform with bundled servers cannot run without its database or Redis. */
  private void serverLost(String sentence) {
    Thread.ofPlatform()
        .name("server lost")
        .start(
            () -> {
              exitCode = StartFailure.FAILED;
              System.err.println(sentence);
              System.exit(exitCode);
            });
  }

  /** Starts the node; returns false if only a migration was requested. */
  private boolean start(PrintStream out) {
    SettingsReader<Settings> reader =
        SettingsReader.of(Settings.class)
            .json("the port", CommandLine.followingPort(environment.get("CLASSBELL_HTTP_PORT")));
    if (commandLine.isEmbedded()) {
      own = ServerAccess.open(commandLine.data());
      own.onLoss(this::serverLost);
      reader.json("embedded servers", own.settings());
    }
    commandLine.configs().forEach(reader::file);
    Settings settings = reader.environment(environment).read();
    drainDelay = settings.http().drainDelay();
    Logs.configure(settings.log(), settings.node().nameOrHost());
    if (own != null) {
      out.println(
          "Starting MariaDB, Redis and a mail server on "
              + commandLine.data().toAbsolutePath().normalize()
              + " ...");
      own.start();
    }
    ServerIdentities.check(settings);
    Platform.migrate(settings);
    if (commandLine.migrate()) {
      String name = settings.database().name();
      say("The tables of the database " + name + " are up to date.", out, settings);
      return false;
    }
    if (own != null) {
      own.afterMigration();
    }
    int httpPort = 0;
    synchronized (this) {
      if (!stopped) {
        platform = Platform.start(settings);
        httpPort = platform.httpPort();
      }
    }
    if (commandLine.demoData() && platform != null) {
      DemoSchool.Opened school = platform.openDemoSchool();
      say(
          "The demo school has %d teachers and %d students. The platform's time is %s."
              .formatted(school.teachers(), school.students(), school.now()),
          out,
          settings);
    }
    say(greeting(settings, httpPort), out, settings);
    Logs.writeAside();
    return true;
  }

  /** Prints a line; as JSON if the log is JSON. */
  private static void say(String text, PrintStream out, Settings settings) {
    if (settings.log().format() == LogSettings.Format.JSON) {
      LOG.info(text);
    } else {
      out.println(text);
    }
  }

  private static String greeting(Settings settings, int httpPort) {
    if (!settings.node().roles().contains(NodeSettings.Role.HTTP)) {
      return "Classbell runs " + settings.node().roles() + ".";
    }
    String url =
        settings.http().port() == 0 ? "http://localhost:" + httpPort : settings.http().publicUrl();
    String open = "Classbell is open at " + url + " (API: " + url + "/docs)";
    if (!settings.isTest()) {
      return open;
    }
    return """
    %s
    Test mode: deposits are free, mails are at %s/dev/mailbox, and these accounts exist
      admin@classbell.test, teacher@classbell.test, student@classbell.test   password classbell-demo%s\
    """
        .formatted(open, url, Boolean.getBoolean(Logs.TERMINAL) ? "\nStop it with Ctrl-C." : "");
  }

  private static void awaitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops the node and ends the process. After a signal it stops in order and exits with code 0,
   * whichever signal it was.
   */
  private void stopForGood() {
    int code = exitCode;
    stopped = true;
    Thread stop = Thread.ofPlatform().name("stop in order").start(this::stop);
    try {
      if (!stop.join(STOP_LIMIT.plus(drainDelay))) {
        LOG.warn("Not everything stopped in time; the rest is terminated");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Logs.close();
    Runtime.getRuntime().halt(code);
  }

  private synchronized void stop() {
    stopped = true;
    if (platform != null) {
      LOG.info("stopping");
      platform.close();
      platform = null;
    }
    if (own != null) {
      own.close();
      own = null;
    }
  }
}
