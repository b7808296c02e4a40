package io.classbell.embedded;

import io.classbell.boot.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Free ports on the loopback address. */
final class FreePorts {
  private FreePorts() {}

  /** Returns a port that is free now; use it soon, because it is not reserved. */
  static int free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StartFailure("There is no free port on the loopback address.", e);
    }
  }
}
