package io.classbell.embedded;

import io.classbell.testing.TestPorts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** A MariaDB on a small file system (tmpfs, which only root can mount) that a test can fill. */
@NullMarked
public final class SmallDisk implements AutoCloseable {
  private static final String SIZE = "size=640m";

  private final Path mountPoint;
  private final DataDirectory directory;
  private final MariaDb mariaDb;

  private SmallDisk(Path mountPoint) {
    this.mountPoint = mountPoint;
    this.directory = DataDirectory.open(mountPoint.resolve("data"));
    this.mariaDb =
        new MariaDb(
            new ServerBinaries(TestServers.PROGRAMS).mariaDb(), directory, TestPorts.free(), false);
  }

  /** Mounts the file system at a directory and starts the server on it. */
  public static SmallDisk mount(Path mountPoint) {
    run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", mountPoint.toString());
    SmallDisk disk = new SmallDisk(mountPoint);
    disk.mariaDb.start();
    return disk;
  }

  public TestServers.DatabaseServer databases() {
    return TestServers.emptied(mariaDb.users(), directory);
  }

  /** Leaves no byte free. */
  public void fill() throws IOException {
    byte[] block = new byte[64 * 1024];
    Arrays.fill(block, (byte) 1);
    try (OutputStream out = Files.newOutputStream(filler())) {
      for (int size = block.length; size >= 1; size /= 2) {
        writeUntilFull(out, block, size);
      }
    }
  }

  private static void writeUntilFull(OutputStream out, byte[] block, int size) {
    try {
      while (true) {
        out.write(block, 0, size);
      }
    } catch (IOException full) {
      // As intended: smaller blocks are tried next.
    }
  }

  /** Gives the space back. */
  public void free() throws IOException {
    Files.delete(filler());
  }

  private Path filler() {
    return mountPoint.resolve("filler");
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(List.of(command)).inheritIO().start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("failed: " + List.of(command));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    mariaDb.close();
    directory.close();
    run("umount", "-l", mountPoint.toString());
  }
}
