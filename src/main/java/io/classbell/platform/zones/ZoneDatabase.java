package io.classbell.platform.zones;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A version of the IANA time zone database, compiled: a {@code zoneinfo} directory as {@code zic}
 * writes it, or the same packed into one file.
 */
public final class ZoneDatabase {
  static final String VERSION_FILE = "tzdata.zi";
  private static final String ABOUT = "about.properties";
  private static final String LINKS = "links.properties";
  private static final int MAX_FILE = 1 << 20;
  private static final byte[] MAGIC = "TZif".getBytes(StandardCharsets.US_ASCII);

  /**
   * Directories and files of a zoneinfo directory that are not zones or not supported by java.time.
   */
  private static final Set<String> NO_ZONES =
      Set.of("posix", "right", "posixrules", "localtime", "Factory");

  private final String version;
  private final LocalDate date;
  private final Map<String, byte[]> files;
  private final Map<String, ZoneRules> rules = new ConcurrentHashMap<>();

  private ZoneDatabase(String version, LocalDate date, Map<String, byte[]> files) {
    this.version = version;
    this.date = date;
    this.files = files;
  }

  /** Returns the version, such as 2026f. */
  public String version() {
    return version;
  }

  /** Returns the date on which this version was packaged: no earlier than its release by IANA. */
  public LocalDate date() {
    return date;
  }

  /** Returns the names of all zones, including links. */
  public Set<String> ids() {
    return files.keySet();
  }

  /** Returns the rules of a zone, or null if this version does not contain it. */
  public @Nullable ZoneRules rules(String id) {
    byte[] file = files.get(id);
    return file == null ? null : rules.computeIfAbsent(id, any -> TzifFile.read(file));
  }

  /**
   * Reads a zoneinfo directory or a packed file.
   *
   * @throws IOException if it can't be read or is neither
   */
  public static ZoneDatabase read(Path path) throws IOException {
    try {
      if (Files.isDirectory(path)) {
        return ofDirectory(path).checked();
      }
      try (InputStream in = Files.newInputStream(path)) {
        return unpack(in).checked();
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /** Reads every zone once, so that a damaged file is rejected at start rather than in use. */
  private ZoneDatabase checked() throws IOException {
    if (!files.containsKey("UTC") || !files.containsKey("Europe/London")) {
      throw new IOException("not a time zone database: UTC or Europe/London is missing");
    }
    files.forEach(
        (id, file) -> {
          try {
            TzifFile.read(file);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(id + ": " + e.getMessage(), e);
          }
        });
    return this;
  }

  private static ZoneDatabase ofDirectory(Path directory) throws IOException {
    Path text = directory.resolve(VERSION_FILE);
    if (!Files.isRegularFile(text)) {
      throw new IOException(text + " is missing: it names the version");
    }
    String version = "";
    try (BufferedReader reader = Files.newBufferedReader(text)) {
      String first = reader.readLine();
      if (first != null && first.startsWith("# version ")) {
        version = first.substring("# version ".length()).strip();
      }
    }
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path relative = directory.relativize(file);
        String id = relative.toString().replace('\\', '/');
        if (NO_ZONES.contains(relative.getName(0).toString()) || Files.size(file) > MAX_FILE) {
          continue;
        }
        byte[] bytes = Files.readAllBytes(file);
        if (startsWithMagic(bytes)) {
          files.put(id, bytes);
        }
      }
    }
    FileTime modified = Files.getLastModifiedTime(text);
    return new ZoneDatabase(version(version), day(modified.toInstant()), Map.copyOf(files));
  }

  private static LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }

  private static String version(String text) throws IOException {
    if (!text.matches("[0-9]{4}[a-z]{1,2}[A-Za-z0-9-]{0,12}")) {
      throw new IOException("a time zone database has a version such as 2026f, not: " + text);
    }
    return text;
  }

  private static boolean startsWithMagic(byte[] bytes) {
    return bytes.length > MAGIC.length
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * Writes a packed file. The same database always gives the same bytes; equal zones are written
   * once.
   */
  public void pack(OutputStream to) throws IOException {
    Map<String, byte[]> sorted = new TreeMap<>(files);
    Map<String, String> links = new TreeMap<>();
    Map<String, String> byContent = new HashMap<>();
    sorted.forEach(
        (id, file) -> {
          String first = byContent.putIfAbsent(new String(file, StandardCharsets.ISO_8859_1), id);
          if (first != null) {
            links.put(id, first);
          }
        });
    ZipOutputStream zip = new ZipOutputStream(to, StandardCharsets.UTF_8);
    write(zip, ABOUT, lines(Map.of("version", version, "date", date.toString())));
    write(zip, LINKS, lines(links));
    for (Map.Entry<String, byte[]> zone : sorted.entrySet()) {
      if (!links.containsKey(zone.getKey())) {
        write(zip, zone.getKey(), zone.getValue());
      }
    }
    zip.finish();
  }

  private static byte[] lines(Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(values).forEach((key, value) -> text.append(key + "=" + value + "\n"));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  static ZoneDatabase unpack(InputStream packed) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    Properties about = new Properties();
    Properties links = new Properties();
    ZipInputStream zip = new ZipInputStream(packed, StandardCharsets.UTF_8);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      switch (entry.getName()) {
        case ABOUT -> about.load(zip);
        case LINKS -> links.load(zip);
        default -> files.put(entry.getName(), zip.readNBytes(MAX_FILE));
      }
    }
    for (String link : links.stringPropertyNames()) {
      byte[] file = files.get(links.getProperty(link));
      if (file != null) {
        files.put(link, file);
      }
    }
    LocalDate date = LocalDate.parse(about.getProperty("date", "1970-01-01"));
    return new ZoneDatabase(version(about.getProperty("version", "")), date, Map.copyOf(files));
  }
}
