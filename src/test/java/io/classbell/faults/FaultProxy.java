package io.classbell.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on loopback between the nodes and one of their servers, that can be told to
 * misbehave: delay, stall (accept and carry nothing), drop one direction, cut (close what is open,
 * refuse what comes), lose the answer to one commit. Two virtual threads per connection.
 */
final class FaultProxy implements AutoCloseable {

  /** How the proxy behaves now. */
  enum Mode {
    PASS,
    /** Nothing is carried either way, connections stay open. */
    STALL,
    /** What the server answers is lost: requests arrive. */
    DROP_ANSWERS,
    /** What the clients send is lost. */
    DROP_REQUESTS,
    /** Every connection is closed at once. */
    CUT
  }

  private final ServerSocket server;
  private final int targetPort;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Mode mode = Mode.PASS;
  private int commitsToPass = -1;
  private Duration delay = Duration.ZERO;

  private FaultProxy(ServerSocket server, int targetPort) {
    this.server = server;
    this.targetPort = targetPort;
  }

  /** Starts before a server on this machine. */
  static FaultProxy before(int targetPort) throws IOException {
    ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    FaultProxy proxy = new FaultProxy(server, targetPort);
    Thread.ofVirtual().name("fault-proxy").start(proxy::accept);
    return proxy;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Behaves so from now on; CUT also closes what is open. */
  void set(Mode next) {
    Mode before;
    lock.lock();
    try {
      before = mode;
      mode = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    // After lost bytes a connection's two ends disagree for good: it must not live on.
    if (next == Mode.CUT || before == Mode.DROP_ANSWERS || before == Mode.DROP_REQUESTS) {
      closeAll();
    }
  }

  /** Holds back every piece of data that long, each way. */
  void delay(Duration each) {
    lock.lock();
    try {
      delay = each;
    } finally {
      lock.unlock();
    }
  }

  /** Lets so many commits pass; of the next the server hears, but nobody hears of it. */
  void loseCommitAfter(int passing) {
    lock.lock();
    try {
      commitsToPass = passing;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the commit that was to be lost has been. */
  boolean lostCommit() {
    lock.lock();
    try {
      return commitsToPass < 0;
    } finally {
      lock.unlock();
    }
  }

  /** Behaves as if it were not there. */
  void heal() {
    delay(Duration.ZERO);
    loseCommitAfter(-1);
    set(Mode.PASS);
  }

  /** Closes every open connection once; new ones are taken. */
  void closeAll() {
    sockets.forEach(FaultProxy::close);
    sockets.clear();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (current() == Mode.CUT) {
          close(client);
          continue;
        }
        Thread.ofVirtual().name("fault-proxy").start(() -> connect(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    Socket target = new Socket();
    sockets.add(client);
    sockets.add(target);
    try {
      target.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort), 2_000);
      client.setTcpNoDelay(true);
      target.setTcpNoDelay(true);
      AtomicBoolean cutWithAnswer = new AtomicBoolean();
      Thread.ofVirtual()
          .name("fault-proxy")
          .start(() -> carry(client, target, false, cutWithAnswer));
      carry(target, client, true, cutWithAnswer);
    } catch (IOException refused) {
      close(client);
      close(target);
    }
  }

  private void carry(Socket from, Socket to, boolean answers, AtomicBoolean cutWithAnswer) {
    byte[] buffer = new byte[32 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!mayPass(answers)) {
          continue;
        }
        if (answers && cutWithAnswer.get()) {
          return;
        }
        if (!answers && isCommitToLose(buffer, n)) {
          cutWithAnswer.set(true);
        }
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException | InterruptedException gone) {
      close(from);
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private boolean isCommitToLose(byte[] data, int length) {
    lock.lock();
    try {
      if (commitsToPass < 0
          || !new String(data, 0, length, ISO_8859_1).endsWith("autocommit = 1")) {
        return false;
      }
      commitsToPass--;
      return commitsToPass < 0;
    } finally {
      lock.unlock();
    }
  }

  /** Waits while stalled or delayed; false when this piece is to be lost. */
  private boolean mayPass(boolean answers) throws InterruptedException {
    Duration wait;
    lock.lock();
    try {
      while (mode == Mode.STALL) {
        changed.await();
      }
      if (mode == (answers ? Mode.DROP_ANSWERS : Mode.DROP_REQUESTS)) {
        return false;
      }
      wait = delay;
    } finally {
      lock.unlock();
    }
    if (wait.isPositive()) {
      // The delay is the fault itself; nobody hopes for anything here.
      Thread.sleep(wait);
    }
    return true;
  }

  private Mode current() {
    lock.lock();
    try {
      return mode;
    } finally {
      lock.unlock();
    }
  }

  private static void close(@Nullable Socket socket) {
    if (socket == null) {
      return;
    }
    try {
      socket.close();
    } catch (IOException alreadyGone) {
      // It is closed, which is all that was wanted.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    set(Mode.CUT);
  }
}
