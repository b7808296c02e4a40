// Joins a class, then goes to its room: a link, so no pop-up is blocked.
import {api, command, session} from "app/api.js";
import {dayTime, fromNow} from "app/text.js";
import {Page, html, icon, nothing, problemBox, t, userText} from "app/ui.js";

class GoPage extends Page {
  #problem = null;
  #meeting = null;
  #room = null;

  async addressChanged() {
    this.#problem = null;
    this.requestUpdate();
    try {
      const {joinUrl} = await command(`/meetings/${this.params.id}/join`, {});
      const room = new URL(joinUrl);
      if (room.protocol === "https:" || room.protocol === "http:") {
        this.#room = room.href;
        this.requestUpdate();
        location.replace(room.href);
      }
    } catch (problem) {
      this.#problem = problem;
      this.#meeting = await api("/meetings/" + this.params.id).catch(() => null);
    }
    this.requestUpdate();
  }

  onLive(type, detail) {
    if (type === "notification" && detail.kind === "meeting_opened" && detail.data.meetingId === this.params.id && this.#problem) {
      this.addressChanged();
    }
  }

  render() {
    const meeting = this.#meeting;
    const isEarly = this.#problem?.code === "meeting_not_open" && meeting?.status === "scheduled";
    return html`<div class="narrow">
      <h1 tabindex="-1">${meeting ? userText(meeting.title) : t("go.title")}</h1>
      ${this.#problem === null ? html`<p role="status">${t("go.joining")}</p>
        ${this.#room ? html`<p><a class="button brass" href=${this.#room}>${icon("video")} ${t("go.room")}</a></p>` : nothing}`
      : isEarly ? html`<div class="box due" role="status"><p>${icon("clock")} ${t("go.early", {time: dayTime(meeting.opensAt ?? meeting.startsAt), relative: fromNow(meeting.opensAt ?? meeting.startsAt)})}</p>
          <p>${t("go.waits")}</p></div>
        <p><button type="button" @click=${() => this.addressChanged()}>${t("action.retry")}</button></p>`
      : problemBox(this.#problem, () => this.addressChanged())}
      <p><a href=${session.user.role === "teacher" ? "/teach/calendar" : "/my/classes"}>${
        session.user.role === "teacher" ? t("nav.calendar") : t("my.title")}</a></p>
    </div>`;
  }
}

customElements.define("cb-page-go", GoPage);
export default "cb-page-go";
