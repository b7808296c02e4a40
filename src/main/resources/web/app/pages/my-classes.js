import {all, clock} from "app/api.js";
import {dayLong, dayTime, isoDay} from "app/text.js";
import {tiersOf} from "app/refunds.js";
import {Page, Resource, classRow, emptyBox, html, icon, nothing, state, t} from "app/ui.js";

const VIEWS = ["upcoming", "past", "cancelled"];

/** In which list a booking belongs. */
function viewOf(booking) {
  if (booking.status === "cancelled" || booking.meeting.status === "cancelled") {
    return "cancelled";
  }
  const isAhead = ["scheduled", "open"].includes(booking.meeting.status);
  return isAhead && ["confirmed", "pending"].includes(booking.status) ? "upcoming" : "past";
}

class MyClassesPage extends Page {
  #bookings = new Resource(this, () => all("/bookings"));

  addressChanged() {
    this.#bookings.run();
  }

  onLive(type) {
    if (type !== "slots") {
      this.#bookings.run();
    }
  }

  get #view() {
    return VIEWS.includes(this.query.get("view")) ? this.query.get("view") : "upcoming";
  }

  render() {
    const counts = {};
    for (const booking of this.#bookings.value ?? []) {
      counts[viewOf(booking)] = (counts[viewOf(booking)] ?? 0) + 1;
    }
    return html`
      <div class="head"><h1 tabindex="-1">${t("my.title")}</h1>
        <a class="button" href="/settings/calendar">${icon("calendar-plus")} ${t("my.addToCalendar")}</a></div>
      <nav class="sub" aria-label=${t("my.lists")}>${VIEWS.map(view => html`<a href=${"/my/classes" + (view === "upcoming" ? "" : "?view=" + view)}
        aria-current=${view === this.#view ? "page" : nothing}>${t("my." + view)}${counts[view] ? html` <span class="quiet">&nbsp;${counts[view]}</span>` : nothing}</a>`)}</nav>
      ${state(this.#bookings, bookings => this.#list(bookings.filter(b => viewOf(b) === this.#view)), {lines: 4})}`;
  }

  #list(bookings) {
    if (bookings.length === 0) {
      return emptyBox(t("my.none." + this.#view),
        this.#view === "upcoming" ? html`<p><a class="button primary" href="/classes">${t("nav.classes")}</a></p>` : nothing);
    }
    const direction = this.#view === "upcoming" ? 1 : -1;
    const days = new Map();
    for (const booking of [...bookings].sort((a, b) => direction * a.meeting.startsAt.localeCompare(b.meeting.startsAt))) {
      const day = isoDay(booking.meeting.startsAt);
      days.set(day, [...days.get(day) ?? [], booking]);
    }
    return html`${[...days.values()].map(group => html`<h2 class="day">${dayLong(group[0].meeting.startsAt)}</h2>
      <ul class="rows">${group.map(booking => classRow(booking.meeting, {
        href: "/my/classes/" + booking.id,
        note: html`<bdi>${booking.meeting.teacher.name}</bdi> · ${this.#note(booking)}`,
        action: this.#action(booking),
      }))}</ul>`)}`;
  }

  #note(booking) {
    const {meeting} = booking;
    if (booking.status === "pending") {
      return t("booking.pending");
    }
    if (booking.status === "cancelled") {
      return t("booking.cancelled");
    }
    if (meeting.status === "open") {
      return t("class.openNow");
    }
    if (meeting.status === "scheduled") {
      const full = tiersOf(booking.policy, meeting).find(tier => tier.percent === 100 && clock.now() <= tier.until);
      return full ? t("booking.freeUntil", {time: dayTime(full.until)})
        : t("class.opens", {time: dayTime(meeting.opensAt ?? meeting.startsAt)});
    }
    return t("attendance." + booking.attendance);
  }

  #action(booking) {
    if (booking.meeting.status === "open" && booking.status === "confirmed") {
      return html`<a class="button brass" href=${"/go/" + booking.meeting.id}>${icon("video")} ${t("action.join")}</a>`;
    }
    if (booking.status === "confirmed" && booking.meeting.status === "scheduled") {
      return html`<a class="button" href=${`/my/classes/${booking.id}/cancel`} aria-label=${t("booking.cancelNamed", {title: booking.meeting.title})}>${t("booking.cancel")}</a>`;
    }
    return nothing;
  }
}

customElements.define("cb-page-my-classes", MyClassesPage);
export default "cb-page-my-classes";
