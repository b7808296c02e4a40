package io.classbell.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** A connection written by hand, whose window is small and which reads only when told to. */
final class DeafPeer implements AutoCloseable {
  private static final int TEXT = 0x81;
  private static final int PING = 0x89;
  private static final int MOST_IN_A_CONTROL_FRAME = 125;

  private final Socket socket = new Socket();

  DeafPeer(int port) {
    try {
      socket.setReceiveBufferSize(4_096);
      socket.setSoTimeout(40_000);
      socket.connect(new InetSocketAddress("127.0.0.1", port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Becomes a socket of the bridge. */
  static DeafPeer socket(int port, String path) throws IOException {
    DeafPeer peer = new DeafPeer(port);
    peer.write(
        ("GET " + path + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    peer.readUntil("\r\n\r\n");
    return peer;
  }

  void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  void text(String text) throws IOException {
    socket.getOutputStream().write(frame(TEXT, text.getBytes(ISO_8859_1)));
  }

  /** The protocol's own ping, as large as may be. */
  int ping() throws IOException {
    byte[] frame = frame(PING, new byte[MOST_IN_A_CONTROL_FRAME]);
    socket.getOutputStream().write(frame);
    return frame.length;
  }

  /** A fragment of a text message that is not its last. */
  void fragment(boolean isFirst, String text) throws IOException {
    socket.getOutputStream().write(frame(isFirst ? 0x01 : 0x00, text.getBytes(ISO_8859_1)));
  }

  /** A text frame of which only the first part is sent. */
  void partOfFrame(int announced, String part) throws IOException {
    byte[] whole = frame(TEXT, new byte[announced]);
    byte[] bytes = part.getBytes(ISO_8859_1);
    socket.getOutputStream().write(whole, 0, whole.length - announced);
    socket.getOutputStream().write(bytes);
  }

  /** Reads on until the other side has closed the connection. */
  void readUntilClosed() throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // What it says before does not matter.
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open", e);
    } catch (SocketException e) {
      // Reset: closed while there was more to read.
    }
  }

  /** Masked by zeros, which leaves it as it is. */
  private static byte[] frame(int head, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(head);
    if (payload.length <= MOST_IN_A_CONTROL_FRAME) {
      out.write(0x80 | payload.length);
    } else {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    }
    out.writeBytes(new byte[4]);
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /** Reads up to this text. */
  void readUntil(String text) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text, Math.max(0, read.length() - text.length())) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed after: " + read);
      }
      read.append((char) next);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
