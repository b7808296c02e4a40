package io.classbell.notification;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A mail server that answers as it is told, attempt by attempt; then takes everything. */
final class FakeSmtp implements AutoCloseable {
  /** What it does with an attempt. */
  enum Answer {
    TAKE,
    TRY_LATER,
    NEVER,
    /** Takes it, in its own time. */
    TAKE_SLOWLY,
    /** Takes the whole mail, and hangs up without an answer. */
    CUT_AFTER_DATA,
    /** Says nothing any more. */
    HANG,
    /** Refuses us, not the mail. */
    WHO_ARE_YOU
  }

  private final ServerSocket server;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** All mails whose data came, as they came, whatever the answer was. */
  final List<String> received = new CopyOnWriteArrayList<>();

  /** How long it takes for {@link Answer#TAKE_SLOWLY}. */
  static final Duration SLOWLY = Duration.ofMillis(1500);

  /** Runs when a mail is taken, before it says so. */
  volatile Runnable whenTaken = () -> {};

  /** Those that were taken with 250. */
  final List<String> taken = new CopyOnWriteArrayList<>();

  FakeSmtp() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  FakeSmtp answering(Answer... next) {
    answers.addAll(List.of(next));
    return this;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      OutputStream out = socket.getOutputStream();
      say(out, "220 fake");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("EHLO") || line.startsWith("HELO")) {
          say(out, "250 fake");
        } else if (line.equals("DATA")) {
          say(out, "354 go on");
          String mail = data(in);
          received.add(mail);
          Answer answer = answers.isEmpty() ? Answer.TAKE : answers.take();
          switch (answer) {
            case TAKE -> take(mail, out);
            case TAKE_SLOWLY -> {
              Thread.sleep(SLOWLY);
              take(mail, out);
            }
            case TRY_LATER -> say(out, "451 later");
            case NEVER -> say(out, "550 no such mailbox");
            case WHO_ARE_YOU -> say(out, "530 log in first");
            case CUT_AFTER_DATA -> {
              return;
            }
            case HANG -> in.readLine();
          }
        } else if (line.equals("QUIT")) {
          say(out, "221 bye");
          return;
        } else {
          say(out, "250 ok");
        }
      }
    } catch (IOException | InterruptedException e) {
      // The client hung up: that is its right.
    }
  }

  private void take(String mail, OutputStream out) throws IOException {
    taken.add(mail);
    whenTaken.run();
    say(out, "250 taken");
  }

  private static String data(BufferedReader in) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      lines.add(line.startsWith("..") ? line.substring(1) : line);
    }
    return String.join("\n", lines);
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** The value of a header of a mail. */
  static String header(String mail, String name) {
    return mail.lines()
        .takeWhile(line -> !line.isEmpty())
        .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
