package io.classbell.http.representation;

import io.classbell.platform.time.PlatformClock;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Sets the time headers of every response: {@code Date} is real time (RFC 9110, 6.6.1), {@code
 * Classbell-Now} is the platform time, which the test clock moves. Confined to one event loop.
 */
public final class CommonHeaders implements Handler<RoutingContext> {

  public static final String NOW = "Classbell-Now";

  /** RFC 9110, 5.6.7; the JDK's RFC 1123 formatter writes days with one digit. */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final PlatformClock clock;
  private long second = Long.MIN_VALUE;
  private String date = "";

  public CommonHeaders(PlatformClock clock) {
    this.clock = clock;
  }

  /** Set as late as possible, because the request itself may move the clock. */
  @Override
  public void handle(RoutingContext rc) {
    rc.addHeadersEndHandler(v -> addTo(rc.response().headers()));
    rc.next();
  }

  public void addTo(MultiMap headers) {
    Instant now = clock.realNow();
    if (now.getEpochSecond() != second) {
      second = now.getEpochSecond();
      date = HTTP_DATE.format(now);
    }
    headers.set(HttpHeaders.DATE, date);
    headers.set(NOW, clock.now().toString());
  }
}
