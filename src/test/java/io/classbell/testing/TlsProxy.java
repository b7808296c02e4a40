package io.classbell.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Ends TLS before the mail server of the tests, which speaks none. */
public final class TlsProxy implements AutoCloseable {
  private final ServerSocket server;
  private final SSLContext context;
  private final int target;
  private final boolean startTls;

  private TlsProxy(SSLContext context, int target, boolean startTls) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.context = context;
    this.target = target;
    this.startTls = startTls;
    Thread.ofVirtual().start(this::accept);
  }

  /** Speaks TLS from the first byte. */
  public static TlsProxy before(int target, SSLContext context) throws IOException {
    return new TlsProxy(context, target, false);
  }

  /** Is a mail server that offers nothing but STARTTLS, and passes on what comes after. */
  public static TlsProxy withStartTls(int target, SSLContext context) throws IOException {
    return new TlsProxy(context, target, true);
  }

  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), target)) {
      if (startTls) {
        offerTls(client);
        // The greeting was ours.
        readLine(behind);
      }
      SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
      tls.startHandshake();
      Thread.ofVirtual().start(() -> carry(behind, tls));
      carry(tls, behind);
    } catch (IOException refused) {
      // The client did not like what it saw, or went.
    }
  }

  private static void offerTls(Socket client) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    say(client, "220 proxy ESMTP");
    in.readLine();
    say(client, "250-proxy\r\n250 STARTTLS");
    in.readLine();
    say(client, "220 go on");
  }

  private static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static void readLine(Socket socket) throws IOException {
    for (int c = socket.getInputStream().read(); c >= 0 && c != '\n'; ) {
      c = socket.getInputStream().read();
    }
  }

  private static void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException gone) {
      // Its other half is closed with it.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
