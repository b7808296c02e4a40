package io.classbell.boot;

import io.classbell.platform.config.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Access to servers and their settings: external ones from configuration files; those of a platform
 * that runs on a data directory; or, if none runs, bundled servers that run while this is open.
 */
public final class ServerAccess implements AutoCloseable {
  /** File in a data directory with the settings of the servers that run on it. */
  static final String SERVERS = "servers.json";

  private final Settings settings;
  private final @Nullable BundledServers own;

  private ServerAccess(Settings settings, @Nullable BundledServers own) {
    this.settings = settings;
    this.own = own;
  }

  /**
   * Opens servers for a command-line tool. If {@code configs} is empty, the servers of {@code data}
   * are used.
   */
  public static ServerAccess of(List<Path> configs, Path data, Map<String, String> environment) {
    if (!configs.isEmpty()) {
      return new ServerAccess(read(configs, environment), null);
    }
    BundledServers own;
    try {
      own = open(data);
    } catch (StartFailure e) {
      Path servers = data.resolve(SERVERS);
      if (e.exitCode() != StartFailure.IN_USE || !Files.exists(servers)) {
        throw e;
      }
      return new ServerAccess(read(List.of(servers), environment), null);
    }
    return start(own, environment);
  }

  /**
   * Starts servers on {@code data} for nodes in other processes, and migrates the tables.
   *
   * @throws StartFailure if another process uses the directory, or a server does not start
   */
  public static ServerAccess keep(Path data, Map<String, String> environment) {
    BundledServers own = open(data);
    ServerAccess reach = start(own, environment);
    try {
      Platform.migrate(reach.settings);
      own.afterMigration();
      return reach;
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  private static ServerAccess start(BundledServers own, Map<String, String> environment) {
    try {
      own.start();
      return new ServerAccess(
          SettingsReader.of(Settings.class)
              .json("embedded servers", own.settings())
              .environment(environment)
              .read(),
          own);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  private static Settings read(List<Path> configs, Map<String, String> environment) {
    SettingsReader<Settings> reader = SettingsReader.of(Settings.class);
    configs.forEach(reader::file);
    return reader.environment(environment).read();
  }

  /** Opens the bundled servers on the class path for {@code data}. */
  public static BundledServers open(Path data) {
    return ServiceLoader.load(BundledServers.Provider.class)
        .findFirst()
        .orElseThrow(
            () ->
                new StartFailure(
                    "There are no embedded servers on the class path; name servers of your own with --config."))
        .open(data);
  }

  /**
   * Sets the action for a lost server that was started here; it receives a sentence that names the
   * server.
   */
  public void onLoss(Consumer<String> action) {
    if (own != null) {
      own.onLoss(action);
    }
  }

  public Settings settings() {
    return settings;
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }
}
