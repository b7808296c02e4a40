package io.classbell.http.live;

import io.classbell.booking.api.MeetingApi;
import io.classbell.http.call.ModuleClient;
import io.classbell.platform.bus.Caller;
import io.vertx.core.Future;

/** Decides who may see the presence in a meeting: its teacher and admins. */
public final class MeetingAccess {
  private final ModuleClient ask;

  public MeetingAccess(ModuleClient ask) {
    this.ask = ask;
  }

  /** Whether the caller runs the meeting; false also if there is none. Fails without a reply. */
  Future<Boolean> runs(Caller caller, String meetingId) {
    if (caller.role() == Caller.Role.student) {
      return Future.succeededFuture(false);
    }
    return ask.of(MeetingApi.MEETING, new MeetingApi.MeetingById(caller, meetingId))
        .map(meeting -> caller.isAdmin() || meeting.teacherId().equals(caller.userId()));
  }
}
