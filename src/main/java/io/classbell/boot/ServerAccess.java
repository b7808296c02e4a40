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
 * Servers and the settings to reach them: one's own, as configuration files name them; those of a
 * platform that runs on a data directory; or, where none runs, the same servers started for as long
 * as this is open.
 */
public final class ServerAccess implements AutoCloseable {
  /** The file in a data directory that tells how to reach the servers that run on it. */
  static final String SERVERS = "servers.json";

  private final Settings settings;
  private final @Nullable BundledServers own;

  private ServerAccess(Settings settings, @Nullable BundledServers own) {
    this.settings = settings;
    this.own = own;
  }

  /** For commands beside the platform. {@code configs} may be empty: then {@code data} counts. */
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
   * For nodes in other processes: starts the servers on {@code data}, with tables that are up to
   * date.
   *
   * @throws StartFailure when another process holds the directory, or a server does not come up
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

  /** Takes hold of {@code data} by the embedded servers on the class path. */
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
   * Carries out the action when a server that was started here keeps dying; it gets a sentence that
   * names the server.
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
