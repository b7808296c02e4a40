package io.classbell.embedded;

import io.classbell.platform.config.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * A MariaDB and a Redis of one test's own, which it may freeze, kill and start again on the data
 * and the port that they had. Unlike the servers that tests share, this MariaDB has every commit on
 * the disk before it answers.
 */
@NullMarked
public final class MortalServers implements AutoCloseable {
  private final DataDirectory directory;
  private final MariaDb mariaDb;
  private final Redis redis;
  private final int port;

  /** One of the two processes. */
  public final class Server {
    private final Path pidFile;
    private final Runnable start;
    private final Runnable close;

    private Server(String name, Runnable start, Runnable close) {
      this.pidFile = directory.run(name + ".pid");
      this.start = start;
      this.close = close;
    }

    /** SIGSTOP: its connections stay open, nobody answers. */
    public void freeze() {
      signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
      signal("CONT");
    }

    /** SIGKILL; what it had acknowledged is on the disk. */
    public void kill() {
      signal("KILL");
      close.run();
    }

    /** Starts again what was killed; returns when it answers. */
    public void restart() {
      start.run();
    }

    private void signal(String signal) {
      try {
        String pid = Files.readString(pidFile).strip();
        new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Starts both; {@code ports} are two that nobody else takes while a server is down. */
  public static MortalServers start(List<Integer> ports) {
    MortalServers servers = new MortalServers(TestServers.firstFree("mortal-"), ports);
    servers.mariaDb.start();
    servers.redis.start();
    return servers;
  }

  private MortalServers(DataDirectory directory, List<Integer> ports) {
    this.directory = directory;
    ServerBinaries software = new ServerBinaries(TestServers.PROGRAMS);
    this.mariaDb = new MariaDb(software.mariaDb(), directory, ports.get(0), true);
    this.port = ports.get(1);
    this.redis = new Redis(software.redis(), directory, port);
  }

  /** The MariaDB, as a place for databases. */
  public TestServers.DatabaseServer databases() {
    return TestServers.emptied(mariaDb.users(), directory);
  }

  /** The MariaDB, as a process. */
  public Server database() {
    return new Server("mariadb", mariaDb::start, mariaDb::close);
  }

  /** The Redis, as a process. */
  public Server redis() {
    return new Server("redis", redis::start, redis::close);
  }

  /** The address of the Redis, with its password. */
  public Secret redisUri() {
    return Secret.of(redis.uri());
  }

  /** Has Redis carry out a command, past everything; answers the first line of its reply. */
  public String command(String command) {
    try (Socket socket = new Socket(Redis.HOST, port)) {
      socket.setSoTimeout(5_000);
      String login = "AUTH " + directory.secret("redis") + "\r\n";
      socket
          .getOutputStream()
          .write((login + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      in.readLine();
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    redis.close();
    mariaDb.close();
    directory.close();
  }
}
