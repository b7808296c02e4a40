package io.classbell.platform.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The environment and the arguments of this process, decoded as UTF-8. Java decodes both with the
 * character set of the locale; in the C locale everything outside of ASCII is lost. On Linux the
 * bytes are read from {@code /proc}; elsewhere Java's text is used, and rejected if Java could not
 * decode it.
 */
public final class ProcessText {
  private static final Path PROCESS = Path.of("/proc/self");
  private static final String PREFIX = "CLASSBELL_";
  private static final char LOST = '\uFFFD';

  private ProcessText() {}

  /**
   * Returns the environment variables.
   *
   * @throws ConfigurationException naming every setting whose value is not UTF-8
   */
  public static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    TreeSet<String> wrong = new TreeSet<>();
    List<byte[]> entries = entries("environ");
    if (entries == null) {
      environment.forEach(
          (name, value) -> {
            if (name.startsWith(PREFIX) && value.indexOf(LOST) >= 0) {
              wrong.add(name);
            }
          });
    } else {
      for (byte[] entry : entries) {
        read(entry, environment, wrong);
      }
    }
    if (!wrong.isEmpty()) {
      throw new ConfigurationException(
          wrong.stream().map(name -> name + ": is not UTF-8 text (environment)").toList());
    }
    return environment;
  }

  /**
   * Returns the arguments that {@code main} was called with.
   *
   * @throws IllegalArgumentException if one is not UTF-8
   */
  public static List<String> arguments(String[] given) {
    List<String> arguments = List.of(given);
    if (arguments.stream().allMatch(ProcessText::isAscii)) {
      return arguments;
    }
    List<byte[]> all = entries("cmdline");
    List<String> read = new ArrayList<>();
    for (int i = 0; i < given.length; i++) {
      String text = given[i];
      if (!isAscii(text)) {
        String utf8 =
            all == null || all.size() < given.length
                ? text
                : utf8(all.get(all.size() - given.length + i));
        if (utf8 == null || utf8.indexOf(LOST) >= 0) {
          throw new IllegalArgumentException("Argument " + (i + 1) + " is not UTF-8 text.");
        }
        text = utf8;
      }
      read.add(text);
    }
    return read;
  }

  /**
   * Returns the path of a file that an option or a setting names.
   *
   * @throws IllegalArgumentException naming the option, if the locale's character set lacks the
   *     characters
   */
  public static Path path(String option, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          option
              + " names a file that Java cannot open in this locale, whose character set is "
              + System.getProperty("sun.jnu.encoding")
              + ": set LC_ALL=C.UTF-8",
          e);
    }
  }

  private static void read(byte[] entry, Map<String, String> environment, TreeSet<String> wrong) {
    int end = 0;
    while (end < entry.length && entry[end] != '=') {
      end++;
    }
    String name = new String(entry, 0, end, StandardCharsets.UTF_8);
    if (end == entry.length || !name.startsWith(PREFIX)) {
      return;
    }
    byte[] bytes = new byte[entry.length - end - 1];
    System.arraycopy(entry, end + 1, bytes, 0, bytes.length);
    String value = utf8(bytes);
    if (value == null) {
      wrong.add(name);
    } else {
      environment.put(name, value);
    }
  }

  /**
   * Returns the zero-terminated entries of a file of this process, or null if there is no such
   * file.
   */
  private static @Nullable List<byte[]> entries(String file) {
    byte[] all;
    try {
      all = Files.readAllBytes(PROCESS.resolve(file));
    } catch (IOException | SecurityException e) {
      return null;
    }
    List<byte[]> entries = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == 0) {
        entries.add(java.util.Arrays.copyOfRange(all, from, i));
        from = i + 1;
      }
    }
    return entries;
  }

  private static @Nullable String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
