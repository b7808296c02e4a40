package io.classbell.http.routes;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.ProfileCache;
import io.classbell.booking.api.BookingApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.contract.Contract;
import io.classbell.http.problem.Problem;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes of iCalendar exports: with an access token, or by a private feed address. */
public final class CalendarRoutes {

  /** The path of {@link Contract} lacks the suffix: the router takes whole path segments only. */
  static final String SUFFIX = Contract.CALENDAR_FEED_SUFFIX;

  private static final String TYPE = "text/calendar; charset=utf-8";
  private static final String CACHE_CONTROL = "private, max-age=300, must-revalidate";

  private final ModuleClient ask;
  private final ProfileCache people;
  private final String feeds;

  /** The answer of createCalendarFeed. */
  public record Feed(String url) {}

  /**
   * @param publicUrl base URL of the platform, without a path
   */
  public CalendarRoutes(ModuleClient ask, ProfileCache people, String publicUrl) {
    this.ask = ask;
    this.people = people;
    String origin =
        publicUrl.endsWith("/") ? publicUrl.substring(0, publicUrl.length() - 1) : publicUrl;
    this.feeds = origin + Contract.PREFIX + "/calendar/";
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("getCalendar", this::own);
    routes.put("createCalendarFeed", this::create);
    routes.put("deleteCalendarFeed", this::delete);
    routes.put("getCalendarFeed", this::feed);
  }

  private Future<Answer> own(Call call) {
    return people
        .findByIds(List.of(call.userId()))
        .compose(
            found -> {
              AccountApi.Person person = found.get(call.userId());
              return calendar(call.caller(), person == null ? null : person.locale());
            });
  }

  private Future<Answer> create(Call call) {
    return ask.of(AccountApi.CREATE_CALENDAR_FEED, new AccountApi.CreateCalendarFeed(call.userId()))
        .map(created -> Answer.created(new Feed(feeds + created.token().reveal() + SUFFIX)));
  }

  private Future<Answer> delete(Call call) {
    return ask.of(AccountApi.REVOKE_CALENDAR_FEED, new AccountApi.RevokeCalendarFeed(call.userId()))
        .map(revoked -> Answer.empty(204));
  }

  private Future<Answer> feed(Call call) {
    String file = call.input().id("token");
    if (!file.endsWith(SUFFIX)) {
      return Future.failedFuture(Problem.notFound());
    }
    Secret token = Secret.of(file.substring(0, file.length() - SUFFIX.length()));
    return ask.of(AccountApi.CALENDAR_FEED_OWNER, new AccountApi.CalendarFeedOwner(token))
        .compose(owner -> calendar(new Caller(owner.id(), owner.role()), owner.locale()));
  }

  private Future<Answer> calendar(Caller owner, @Nullable String locale) {
    return ask.of(BookingApi.CALENDAR, new BookingApi.CalendarOf(owner, locale))
        .map(
            calendar ->
                Answer.of(200, Buffer.buffer(calendar.ics()), TYPE)
                    .withHeader("Cache-Control", CACHE_CONTROL));
  }
}
