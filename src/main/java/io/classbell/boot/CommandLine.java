package io.classbell.boot;

import io.classbell.platform.config.ProcessText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The parsed command line. */
public record CommandLine(
    List<Path> configs,
    Path data,
    @Nullable String port,
    @Nullable String roles,
    boolean migrate,
    boolean insecureTestMode,
    boolean demoData,
    boolean help) {
  public static final String USAGE =
      """
      usage: scripts/run [--port N] [--data DIR] [--config FILE...] [--roles a,b] [--migrate] [--insecure-test-mode] [--demo-data] [--help]

      Starts Classbell. Without --config it brings its own MariaDB, Redis and mail server, in test mode.
        --port N         HTTP port (default 8080); the management port is the next one
        --data DIR       where the embedded servers keep their data (default ./data)
        --config FILE... settings files, later ones over earlier ones; real servers, nothing embedded
        --roles a,b      what this node runs (default: all): http, account, booking, wallet, payment, schedule, notification
        --migrate        brings the tables of the database that --config names up to date, and ends
        --insecure-test-mode  lets test mode listen on other addresses than loopback (http.host) and answer to any host name
        --demo-data      in test mode, fills the platform with a demo school; moves the clock by about a day, once
        --help           this text and every setting

      Exit codes: 0 stopped, 1 can't start or an embedded server keeps dying, 2 wrong settings or options, 3 data directory in use.
      """;

  /**
   * Parses the arguments.
   *
   * @throws IllegalArgumentException with a sentence for the user, if they are invalid
   */
  public static CommandLine parse(List<String> arguments) {
    List<Path> configs = new ArrayList<>();
    Map<String, String> options = new TreeMap<>();
    boolean migrate = false;
    boolean insecureTestMode = false;
    boolean demoData = false;
    boolean help = false;
    for (int i = 0; i < arguments.size(); i++) {
      String option = arguments.get(i);
      switch (option) {
        case "--help", "-h" -> help = true;
        case "--migrate" -> migrate = true;
        case "--insecure-test-mode" -> insecureTestMode = true;
        case "--demo-data" -> demoData = true;
        case "--config" -> {
          int first = i + 1;
          while (i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--")) {
            configs.add(ProcessText.path("--config", arguments.get(++i)));
          }
          if (i < first) {
            throw new IllegalArgumentException("--config needs a file");
          }
        }
        case "--port", "--data", "--roles" -> {
          if (i + 1 == arguments.size() || arguments.get(i + 1).startsWith("--")) {
            throw new IllegalArgumentException(option + " needs a value");
          }
          options.put(option, arguments.get(++i));
        }
        default -> throw new IllegalArgumentException("no such option: " + option);
      }
    }
    String data = options.get("--data");
    if (data != null && !configs.isEmpty()) {
      throw new IllegalArgumentException(
          "--data is for the embedded servers, --config for servers of your own: not both");
    }
    if (migrate && configs.isEmpty() && !help) {
      throw new IllegalArgumentException(
          "--migrate is for a database of your own: name it with --config");
    }
    return new CommandLine(
        List.copyOf(configs),
        ProcessText.path("--data", data == null ? "data" : data),
        options.get("--port"),
        options.get("--roles"),
        migrate,
        insecureTestMode,
        demoData,
        help);
  }

  /** Whether the platform starts its own servers. */
  public boolean isEmbedded() {
    return configs.isEmpty();
  }

  /** Returns the environment, overridden by the command line. */
  public Map<String, String> over(Map<String, String> environment) {
    Map<String, String> all = new TreeMap<>(environment);
    if (port != null) {
      all.put("CLASSBELL_HTTP_PORT", port);
    }
    if (roles != null) {
      all.put("CLASSBELL_NODE_ROLES", roles);
    }
    if (insecureTestMode) {
      all.put("CLASSBELL_HTTP_INSECURE_TEST_MODE", "true");
    }
    return all;
  }

  /**
   * Returns settings derived from the port, which all other sources override: two platforms on a
   * machine need only different ports.
   */
  public static String followingPort(@Nullable String port) {
    if (port == null || !port.matches("\\d{1,5}")) {
      return "{}";
    }
    int number = Integer.parseInt(port);
    return """
    {"http": {"publicUrl": "http://localhost:%d", "managementPort": %d}}
    """
        .formatted(number, number == 0 ? 0 : number + 1);
  }
}
