package io.classbell;

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
public final class Reach implements AutoCloseable {
  /** The file in a data directory that tells how to reach the servers that run on it. */
  static final String SERVERS = "servers.json";

  private final Settings settings;
  private final @Nullable OwnServers own;

  private Reach(Settings settings, @Nullable OwnServers own) {
    this.settings = settings;
    this.own = own;
  }

  /** For commands beside the platform. {@code configs} may be empty: then {@code data} counts. */
  public static Reach of(List<Path> configs, Path data, Map<String, String> environment) {
    if (!configs.isEmpty()) {
      return new Reach(read(configs, environment), null);
    }
    OwnServers own;
    try {
      own = open(data);
    } catch (StartFailure e) {
      Path servers = data.resolve(SERVERS);
      if (e.exitCode() != StartFailure.IN_USE || !Files.exists(servers)) {
        throw e;
      }
      return new Reach(read(List.of(servers), environment), null);
    }
    return start(own, environment);
  }

  /**
   * For nodes in other processes: starts the servers on {@code data}, with tables that are up to
   * date.
   *
   * @throws StartFailure when another process holds the directory, or a server does not come up
   */
  public static Reach keep(Path data, Map<String, String> environment) {
    OwnServers own = open(data);
    Reach reach = start(own, environment);
    try {
      Platform.migrate(reach.settings);
      own.afterMigration();
      return reach;
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  private static Reach start(OwnServers own, Map<String, String> environment) {
    try {
      own.start();
      return new Reach(
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
  static OwnServers open(Path data) {
    return ServiceLoader.load(OwnServers.Provider.class)
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
