package io.classbell.tools;

import io.classbell.boot.ServerAccess;
import io.classbell.boot.StartFailure;
import io.classbell.platform.config.ConfigurationException;
import io.classbell.platform.config.ProcessText;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs the embedded servers alone, for nodes in other processes ({@code scripts/cluster}): starts
 * them, migrates the database and runs until it is told to stop.
 */
public final class Servers {
  private Servers() {}

  /**
   * @param arguments the data directory
   */
  public static void main(String[] arguments) throws InterruptedException {
    ServerAccess reach;
    try {
      reach = ServerAccess.keep(Path.of(arguments[0]), ProcessText.environment());
    } catch (ConfigurationException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    } catch (StartFailure e) {
      System.err.println(e.getMessage());
      System.exit(e.exitCode());
      return;
    }
    AtomicInteger exitCode = new AtomicInteger();
    reach.onLoss(
        sentence -> {
          exitCode.set(1);
          System.exit(1);
        });
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  reach.close();
                  Runtime.getRuntime().halt(exitCode.get());
                },
                "stop"));
    System.out.println("The servers are up.");
    new CountDownLatch(1).await();
  }
}
