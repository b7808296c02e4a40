package io.classbell.http.routes;

import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.problem.Problem;
import io.classbell.http.school.DemoSchool;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.health.Health;
import io.classbell.schedule.api.ScheduleApi;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Routes that exist only in test mode: reading and moving the clock, and the demo school. */
public final class TestRoutes {

  private static final Duration LONGEST_STEP = Duration.ofDays(366);

  /** All that is due within a year is done before this answers. */
  private static final Duration LONGEST_MOVE = Duration.ofMinutes(2);

  private final ModuleClient ask;
  private final boolean testMode;
  private final Health health;

  /** Moves in progress; each gets a response when the node drains. */
  private final Set<Promise<Answer>> moves = ConcurrentHashMap.newKeySet();

  public TestRoutes(ModuleClient ask, boolean testMode, Health health) {
    this.ask = ask;
    this.testMode = testMode;
    this.health = health;
    health.whenDraining(
        () -> moves.forEach(move -> move.tryFail(ScheduleApi.STILL_WORKING.refused())));
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("getClock", this::clock);
    Call.Route advance = this::advance;
    routes.put("advanceClock", advance.within(LONGEST_MOVE));
    Call.Route openSchool = this::openSchool;
    routes.put("openDemoSchool", openSchool.within(DemoSchool.TIME_LIMIT));
  }

  private Future<Answer> clock(Call call) {
    if (!testMode) {
      return Future.failedFuture(Problem.notFound());
    }
    return ask.of(ScheduleApi.READ_CLOCK, new ScheduleApi.ReadClock()).map(Answer::ok);
  }

  private Future<Answer> openSchool(Call call) {
    if (!testMode) {
      return Future.failedFuture(Problem.notFound());
    }
    return unlessDraining(ask.within(call, DemoSchool.OPEN, new DemoSchool.Open()).map(Answer::ok));
  }

  private Future<Answer> advance(Call call) {
    if (!testMode) {
      return Future.failedFuture(Problem.notFound());
    }
    Duration step = step(call.body().getString("advance"));
    return unlessDraining(
        ask.within(
                call,
                ScheduleApi.ADVANCE_CLOCK,
                new ScheduleApi.AdvanceClock(call.commandId(), step.toMillis()))
            .map(Answer::ok));
  }

  /**
   * Responds early if the node drains, because a move may take longer than a stopping node waits.
   */
  private Future<Answer> unlessDraining(Future<Answer> moved) {
    ContextInternal context = ContextInternal.current();
    Promise<Answer> answer = context == null ? Promise.promise() : context.promise();
    moves.add(answer);
    if (health.isDraining()) {
      answer.tryFail(ScheduleApi.STILL_WORKING.refused());
    }
    moved.onSuccess(answer::tryComplete).onFailure(answer::tryFail);
    return answer.future().onComplete(answered -> moves.remove(answer));
  }

  private static Duration step(String text) {
    try {
      Duration step = Duration.parse(text);
      if (step.compareTo(LONGEST_STEP) <= 0) {
        return step;
      }
    } catch (DateTimeException e) {
      // The parser sets a cause only if a number is too large.
      if (e.getCause() == null) {
        throw Problem.field("advance", "wrong_format", "Must be a duration such as PT2H.");
      }
    }
    throw Problem.fields(
        List.of(FieldRules.outOfRange("advance", "Must be at most 366 days.", "PT0S", "P366D")));
  }
}
