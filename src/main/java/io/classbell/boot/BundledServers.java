package io.classbell.boot;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The database, Redis and mail server that a platform brings with it on a laptop. What implements
 * this is on no production class path; it is found by {@link java.util.ServiceLoader} when somebody
 * starts without {@code --config}.
 */
public interface BundledServers extends AutoCloseable {

  /** Makes servers that keep their data in a directory. */
  interface Provider {
    /**
     * Takes hold of {@code data} and chooses ports and passwords; nothing runs yet.
     *
     * @throws StartFailure when another process holds the directory, or no server fits this machine
     */
    BundledServers open(Path data);
  }

  /** The settings, as JSON, under which the platform reaches these servers, in test mode. */
  String settings();

  /**
   * A server that dies is started again some times. The action is carried out when that is given
   * up; it gets a sentence that names the server and how it ended.
   */
  void onLoss(Consumer<String> action);

  /**
   * Starts them and returns when they answer. Servers left over by a killed platform are stopped
   * first.
   *
   * @throws StartFailure when one does not come up
   */
  void start();

  /**
   * Gives the application's database user what it needs on the tables there are now, and no more.
   */
  void afterMigration();

  /** Stops them and lets go of the directory. May be called at any time, and more than once. */
  @Override
  void close();
}
