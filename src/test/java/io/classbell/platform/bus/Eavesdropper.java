package io.classbell.platform.bus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Carries bytes on to a server of this machine, and keeps a copy of all of them. */
final class Eavesdropper implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  private Eavesdropper(ServerSocket server, int target) {
    this.server = server;
    this.target = target;
  }

  static Eavesdropper before(int target) throws IOException {
    Eavesdropper between =
        new Eavesdropper(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
    Thread.ofVirtual().start(between::accept);
    return between;
  }

  int port() {
    return server.getLocalPort();
  }

  byte[] heard() {
    synchronized (heard) {
      return heard.toByteArray();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket one = server.accept();
        Socket other = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofVirtual().start(() -> carry(one, other));
        Thread.ofVirtual().start(() -> carry(other, one));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        synchronized (heard) {
          heard.write(buffer, 0, n);
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException gone) {
      // Its other half is closed with it.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
