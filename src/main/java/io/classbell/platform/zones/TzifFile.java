package io.classbell.platform.zones;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the compiled rules of one zone, as {@code zic} writes them (TZif, RFC 9636), into the rules
 * of {@code java.time}.
 */
final class TzifFile {
  /** Last year with computed daylight saving transitions; {@code java.time} needs an end. */
  private static final int LAST_YEAR = 2_200;

  private static final int MAGIC = 0x545A6966;
  private static final int HEADER_REST = 15;

  /**
   * Earlier transitions are ignored: they are markers for "always" that old versions of zic wrote.
   */
  private static final long FIRST_SECOND = -10_000_000_000L;

  private record Counts(int isUt, int isStd, int leap, int times, int types, int chars) {

    int bytes(int timeSize) {
      return times * timeSize + times + types * 6 + chars + leap * (timeSize + 4) + isStd + isUt;
    }
  }

  private record LocalType(ZoneOffset offset, boolean isDaylight) {}

  /**
   * Reads one file's rules.
   *
   * @throws IllegalArgumentException if the bytes are not TZif of version 2 or later
   */
  static ZoneRules read(byte[] bytes) {
    try {
      return read(ByteBuffer.wrap(bytes));
    } catch (BufferUnderflowException | IndexOutOfBoundsException | DateTimeException e) {
      throw new IllegalArgumentException("damaged zone rules", e);
    }
  }

  private static ZoneRules read(ByteBuffer in) {
    Counts first = header(in);
    // The first block has 32-bit times for old readers; the second has all of them.
    in.position(in.position() + first.bytes(4));
    Counts counts = header(in);
    long[] times = new long[counts.times];
    for (int i = 0; i < times.length; i++) {
      times[i] = in.getLong();
    }
    int[] types = new int[counts.times];
    for (int i = 0; i < types.length; i++) {
      types[i] = in.get() & 0xff;
    }
    LocalType[] known = new LocalType[counts.types];
    for (int i = 0; i < known.length; i++) {
      known[i] = new LocalType(ZoneOffset.ofTotalSeconds(in.getInt()), in.get() != 0);
      in.get();
    }
    in.position(in.position() + counts.chars + counts.leap * 12 + counts.isStd + counts.isUt);
    return rules(times, types, known, footer(in));
  }

  private static Counts header(ByteBuffer in) {
    if (in.getInt() != MAGIC) {
      throw new IllegalArgumentException("not a TZif file");
    }
    if (in.get() < '2') {
      throw new IllegalArgumentException("TZif of version 1 has no rules for the future");
    }
    in.position(in.position() + HEADER_REST);
    return new Counts(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
  }

  private static String footer(ByteBuffer in) {
    if (in.get() != '\n') {
      throw new IllegalArgumentException("a TZif file without a footer");
    }
    StringBuilder text = new StringBuilder();
    for (byte b = in.get(); b != '\n'; b = in.get()) {
      text.append((char) (b & 0xff));
    }
    return new String(
        text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static ZoneRules rules(long[] times, int[] types, LocalType[] known, String footer) {
    // RFC 9636, 3.2: type 0 is in force before the first transition.
    ZoneOffset firstStandard = known[0].offset;
    ZoneOffset wall = known[0].offset;
    ZoneOffset standard = firstStandard;
    List<ZoneOffsetTransition> walls = new ArrayList<>();
    List<ZoneOffsetTransition> standards = new ArrayList<>();
    long last = FIRST_SECOND;
    for (int i = 0; i < times.length; i++) {
      LocalType next = known[types[i]];
      if (times[i] <= FIRST_SECOND) {
        wall = next.offset;
        standard = next.offset;
        firstStandard = next.offset;
        continue;
      }
      last = times[i];
      wall = add(walls, last, wall, next.offset);
      // A file does not say what standard time is while daylight saving time is in force.
      standard = next.isDaylight ? standard : add(standards, last, standard, next.offset);
    }
    ZoneOffset firstWall = walls.isEmpty() ? wall : walls.getFirst().getOffsetBefore();
    if (!footer.isEmpty()) {
      PosixZone future = PosixZone.parse(footer);
      List<ZoneOffsetTransition> more = future.transitions(last, LAST_YEAR);
      for (ZoneOffsetTransition transition : more) {
        wall = add(walls, transition.toEpochSecond(), wall, transition.getOffsetAfter());
      }
    }
    return ZoneRules.of(firstStandard, firstWall, standards, walls, List.of());
  }

  private static ZoneOffset add(
      List<ZoneOffsetTransition> all, long second, ZoneOffset before, ZoneOffset after) {
    if (!before.equals(after)) {
      LocalDateTime local = LocalDateTime.ofEpochSecond(second, 0, before);
      all.add(ZoneOffsetTransition.of(local, before, after));
    }
    return after;
  }

  private TzifFile() {}
}
