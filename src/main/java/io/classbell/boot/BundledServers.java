package io.classbell.boot;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The database, Redis and mail server that the platform starts itself on a laptop. Implementations
 * are not on the production class path; they are found by {@link java.util.ServiceLoader} if the
 * program is started without {@code --config}.
 */
public interface BundledServers extends AutoCloseable {

  /** Creates servers that keep their data in a directory. */
  interface Provider {
    /**
     * Locks {@code data} and chooses ports and passwords; does not start the servers.
     *
     * @throws StartFailure if another process uses the directory, or no server supports this
     *     machine
     */
    BundledServers open(Path data);
  }

  /** Returns the settings, as JSON, with which the platform reaches these servers, in test mode. */
  String settings();

  /**
   * Sets the action for a server that is lost. A server that dies is restarted a few times; when
   * that fails, the action receives a sentence that names the server and how it ended.
   */
  void onLoss(Consumer<String> action);

  /**
   * Starts the servers and returns when they respond. Servers left over by a killed platform are
   * stopped first.
   *
   * @throws StartFailure if a server does not start
   */
  void start();

  /**
   * Grants the application's database user the rights that it needs on the current tables, and no
   * others.
   */
  void afterMigration();

  /** Stops the servers and unlocks the directory. May be called at any time, and more than once. */
  @Override
  void close();
}
