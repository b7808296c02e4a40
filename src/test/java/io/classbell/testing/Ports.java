package io.classbell.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports below those that the system gives to outgoing connections: while whoever has one is
 * down, nobody else is to get it.
 */
public final class Ports {
  private Ports() {}

  /** Different ones, free now. */
  public static List<Integer> free(int count) throws IOException {
    List<Integer> free = new ArrayList<>();
    while (free.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      if (!free.contains(port) && isFree(port)) {
        free.add(port);
      }
    }
    return free;
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException taken) {
      return false;
    }
  }
}
