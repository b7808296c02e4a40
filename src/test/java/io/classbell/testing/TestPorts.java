package io.classbell.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ports that nobody listens on, below those that the system gives to outgoing connections: while
 * whoever has one is down, nobody else is to get it. Each is given once; JVMs that run tests side
 * by side give different ones.
 */
public final class TestPorts {
  private static final int EACH = 6_000;
  private static final int FIRST = 20_000 + EACH * (Integer.getInteger("classbell.fork", 0) % 2);
  private static final AtomicInteger GIVEN =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(EACH));

  private TestPorts() {}

  /** One that is free now. */
  public static int free() {
    int port = FIRST + GIVEN.getAndIncrement() % EACH;
    return isFree(port) ? port : free();
  }

  /** One that is free now, as are those so far above it. */
  public static int free(int... above) {
    int port = free();
    return IntStream.of(above).allMatch(offset -> isFree(port + offset)) ? port : free(above);
  }

  /** Different ones that are free now. */
  public static List<Integer> free(int count) {
    return Stream.generate(TestPorts::free).limit(count).toList();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException taken) {
      return false;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
