package io.classbell.embedded;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.classbell.boot.StartFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The data directory of embedded servers, used by one process at a time. */
final class DataDirectory implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path path;
  private final FileChannel lockFile;
  private final Map<String, String> secrets;

  private DataDirectory(Path path, FileChannel lockFile, Map<String, String> secrets) {
    this.path = path;
    this.lockFile = lockFile;
    this.secrets = secrets;
  }

  /**
   * Creates the directory if it does not exist, and locks it.
   *
   * @throws StartFailure if another process uses it
   */
  static DataDirectory open(Path path) {
    try {
      Path directory = Files.createDirectories(path.toAbsolutePath().normalize()).toRealPath();
      Files.createDirectories(directory.resolve("run"));
      Files.createDirectories(directory.resolve("log"));
      FileChannel lockFile = lock(directory);
      return new DataDirectory(directory, lockFile, readSecrets(directory.resolve("secrets.json")));
    } catch (IOException e) {
      throw new StartFailure("The data directory " + path + " can't be used: " + why(e), e);
    }
  }

  /** Returns the reason of a file error; some exceptions contain only the file's name. */
  private static String why(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "no right to read or write " + denied.getFile();
      case FileAlreadyExistsException taken -> taken.getFile() + " is not a directory";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      ByteBuffer holder = ByteBuffer.allocate(32);
      channel.read(holder);
      channel.close();
      throw new StartFailure(
          "The data directory %s is in use by another Classbell (process %s): stop it, or choose another with --data."
              .formatted(
                  directory,
                  new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII)
                      .strip()),
          StartFailure.IN_USE);
    }
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static Map<String, String> readSecrets(Path file) throws IOException {
    return Files.exists(file)
        ? new TreeMap<>(JSON.readValue(file.toFile(), new TypeReference<Map<String, String>>() {}))
        : new TreeMap<>();
  }

  /** Returns the secret of this name: random on first use, the same afterwards. */
  String secret(String name) {
    String known = secrets.get(name);
    if (known != null) {
      return known;
    }
    byte[] bytes = new byte[33];
    RANDOM.nextBytes(bytes);
    String fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    secrets.put(name, fresh);
    try {
      writePrivately(
          path.resolve("secrets.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(secrets));
    } catch (IOException e) {
      throw new StartFailure("Can't write secrets to " + path, e);
    }
    return fresh;
  }

  /** Writes a file that only its owner can read, atomically. */
  static void writePrivately(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Creates a directory that only its owner can enter, and restricts one that an older version
   * created.
   */
  static void createPrivately(Path directory) throws IOException {
    Files.setPosixFilePermissions(
        Files.createDirectories(directory), PosixFilePermissions.fromString("rwx------"));
  }

  Path path() {
    return path;
  }

  Path run(String file) {
    return path.resolve("run").resolve(file);
  }

  Path log(String file) {
    return path.resolve("log").resolve(file);
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
