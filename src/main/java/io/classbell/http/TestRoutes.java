package io.classbell.http;

import io.classbell.platform.bus.FieldRules;
import io.classbell.schedule.ScheduleApi;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What only an installation in test mode has. */
final class TestRoutes {

  private static final Duration LONGEST_STEP = Duration.ofDays(366);

  /** A year's bells are rung before this answers. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Ask ask;
  private final boolean testMode;

  TestRoutes(Ask ask, boolean testMode) {
    this.ask = ask;
    this.testMode = testMode;
  }

  void addTo(Map<String, Call.Route> routes) {
    routes.put("getClock", this::clock);
    routes.put("advanceClock", this::advance);
  }

  private Future<Answer> clock(Call call) {
    if (!testMode) {
      return Future.failedFuture(Problem.notFound());
    }
    return ask.of(ScheduleApi.READ_CLOCK, new ScheduleApi.ReadClock()).map(Answer::ok);
  }

  private Future<Answer> advance(Call call) {
    if (!testMode) {
      return Future.failedFuture(Problem.notFound());
    }
    Duration step = step(call.body().getString("advance"));
    return ask.patiently(
            ScheduleApi.ADVANCE_CLOCK,
            new ScheduleApi.AdvanceClock(call.commandId(), step.toMillis()),
            PATIENCE)
        .map(Answer::ok);
  }

  private static Duration step(String text) {
    try {
      Duration step = Duration.parse(text);
      if (step.compareTo(LONGEST_STEP) <= 0) {
        return step;
      }
    } catch (DateTimeException e) {
      // A cause is a number that is too large.
      if (e.getCause() == null) {
        throw Problem.field("advance", "wrong_format", "Must be a duration such as PT2H.");
      }
    }
    throw Problem.fields(
        List.of(FieldRules.outOfRange("advance", "Must be at most 366 days.", "PT0S", "P366D")));
  }
}
