package io.classbell.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that nobody listens on. */
public final class TestPorts {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;

  private TestPorts() {}

  /** One below those that the system gives to outgoing connections. */
  public static int free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException taken) {
        continue;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
