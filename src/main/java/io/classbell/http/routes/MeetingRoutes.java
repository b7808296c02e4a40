package io.classbell.http.routes;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.vertx.core.Future;
import java.util.Map;

/** Routes of meetings: get, join, leave and cancel. */
public final class MeetingRoutes {

  private final ModuleClient ask;
  private final ResponseMapper shown;

  public MeetingRoutes(ModuleClient ask, ResponseMapper shown) {
    this.ask = ask;
    this.shown = shown;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("getMeeting", this::get);
    routes.put("joinMeeting", this::join);
    routes.put("leaveMeeting", this::leave);
    routes.put("cancelMeeting", this::cancel);
    routes.put("previewMeetingCancellation", this::previewCancellation);
  }

  private Future<Answer> get(Call call) {
    return ask.of(
            MeetingApi.MEETING, new MeetingApi.MeetingById(call.caller(), call.input().id("id")))
        .compose(shown::meeting)
        .map(Answer::ok);
  }

  private Future<Answer> join(Call call) {
    return ask.of(MeetingApi.JOIN, meetingOf(call)).map(Answer::ok);
  }

  private Future<Answer> leave(Call call) {
    return ask.of(MeetingApi.LEAVE, meetingOf(call)).map(Answer::ok);
  }

  private static MeetingApi.JoinMeeting meetingOf(Call call) {
    return new MeetingApi.JoinMeeting(call.commandId(), call.caller(), call.input().id("id"));
  }

  private Future<Answer> cancel(Call call) {
    return ask.of(
            MeetingApi.CANCEL_MEETING,
            new MeetingApi.CancelMeeting(
                call.commandId(), call.caller(), call.input().id("id"), call.text("reason")))
        .compose(shown::meeting)
        .map(Answer::ok);
  }

  private Future<Answer> previewCancellation(Call call) {
    return ask.of(
            BookingApi.PREVIEW_MEETING_CANCELLATION,
            new BookingApi.PreviewMeetingCancellation(call.caller(), call.input().id("id")))
        .compose(shown::refunds)
        .map(Answer::ok);
  }
}
