package io.classbell.http.problem;

import io.classbell.platform.bus.Trace;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id that identifies a request in logs: from the caller (W3C Trace Context) or a new one. */
public final class TraceId {

  private static final String KEY = "classbell.trace";
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final String NO_TRACE = "0".repeat(32);

  private TraceId() {}

  public static String of(RoutingContext rc) {
    String known = rc.get(KEY);
    if (known != null) {
      return known;
    }
    String id = idOf(rc.request().getHeader("traceparent"));
    rc.put(KEY, id);
    Trace.set(id);
    return id;
  }

  static String idOf(@Nullable String traceparent) {
    if (traceparent != null) {
      Matcher matcher = TRACEPARENT.matcher(traceparent);
      if (matcher.matches() && !matcher.group(1).equals(NO_TRACE)) {
        return matcher.group(1);
      }
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return hex(random.nextLong()) + hex(random.nextLong() | 1);
  }

  private static String hex(long bits) {
    String digits = Long.toHexString(bits);
    return "0".repeat(16 - digits.length()) + digits;
  }
}
