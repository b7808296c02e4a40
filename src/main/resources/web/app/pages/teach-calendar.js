import {all, clock} from "app/api.js";
import {addDays, dayLong, firstWeekday, instantOf, isoDay, shortDay, timeRange, zoneName} from "app/text.js";
import {router} from "app/router.js";
import {Page, Resource, classRow, emptyBox, html, icon, meetingStatus, nothing, state, t, userText} from "app/ui.js";

class TeachCalendarPage extends Page {
  #slots = new Resource(this, async () => {
    const start = this.#week;
    return all("/teachers/me/slots", {from: instantOf(start + "T00:00"), to: instantOf(addDays(start, 7) + "T00:00")}, 400);
  });

  get #week() {
    const asked = this.query.get("w") ?? "";
    const day = /^\d{4}-\d{2}-\d{2}$/.test(asked) ? asked : isoDay(clock.now());
    const weekday = (new Date(day + "T00:00:00Z").getUTCDay() - firstWeekday() + 7) % 7;
    return addDays(day, -weekday);
  }

  get #isAgenda() {
    return this.query.get("view") === "agenda";
  }

  addressChanged() {
    this.#slots.run();
  }

  onLive(type) {
    if (type !== "slots") {
      this.#slots.run();
    }
  }

  #go(days) {
    router.query({w: days === null ? null : addDays(this.#week, days)});
  }

  render() {
    const first = instantOf(this.#week + "T12:00");
    const last = instantOf(addDays(this.#week, 6) + "T12:00");
    return html`
      <div class="head"><h1 tabindex="-1">${t("title.teach-calendar")}</h1>
        <div class="actions"><a class="button" href="/teach/sick">${icon("calendar-x")} ${t("title.teach-sick")}</a>
          <a class="button" href="/teach/series">${icon("calendar-days")} ${t("title.teach-series")}</a>
          <a class="button primary" href="/teach/new">${icon("plus")} ${t("teach.newSlot")}</a></div></div>
      <div class="head"><div class="week-move"><span>
          <button type="button" class="plain" aria-label=${t("calendar.previousWeek")} @click=${() => this.#go(-7)}>${icon("chevron-left")}</button>
          <b aria-live="polite">${t("calendar.range", {from: shortDay(first), to: shortDay(last)})}</b>
          <button type="button" class="plain" aria-label=${t("calendar.nextWeek")} @click=${() => this.#go(7)}>${icon("chevron-right")}</button></span>
          <button type="button" class="plain" @click=${() => this.#go(null)}>${t("calendar.thisWeek")}</button></div>
        <div class="segments" role="group" aria-label=${t("classes.view")}>
          <button type="button" aria-pressed=${this.#isAgenda ? "false" : "true"} @click=${() => router.query({view: null})}>${icon("calendar-days")} ${t("calendar.week")}</button>
          <button type="button" aria-pressed=${this.#isAgenda ? "true" : "false"} @click=${() => router.query({view: "agenda"})}>${icon("list")} ${t("calendar.agenda")}</button></div></div>
      <p class="quiet">${icon("globe")} ${t("time.shownIn", {zone: zoneName()})}</p>
      ${state(this.#slots, slots => this.#isAgenda ? this.#agenda(slots) : this.#grid(slots), {lines: 6})}`;
  }

  #onDay(slots, day) {
    return slots.filter(slot => isoDay(slot.startsAt) === day).sort((a, b) => a.startsAt.localeCompare(b.startsAt));
  }

  #grid(slots) {
    const days = Array.from({length: 7}, (_, i) => addDays(this.#week, i));
    const today = isoDay(clock.now());
    return html`<div class="week">${days.map(day => {
      const noon = instantOf(day + "T12:00");
      return html`<section class="week-day ${day === today ? "today" : ""}" aria-labelledby=${"d-" + day}>
        <h2 id=${"d-" + day}>${shortDay(noon)}</h2>
        <ul>${this.#onDay(slots, day).map(slot => html`<li class="slot rail ${slot.status}"><a href=${"/teach/classes/" + slot.id}>
          <span class="slot-time">${timeRange(slot)}</span><b>${userText(slot.title)}</b>
          <span class="quiet small">${["scheduled", "open"].includes(slot.status) ? t("teach.seatsShort", {taken: slot.seatsTaken, capacity: slot.capacity}) : t("status." + slot.status)}</span></a></li>`)}</ul>
        ${day < today ? nothing : html`<a class="add" href=${"/teach/new?day=" + day} aria-label=${t("teach.newOn", {day: dayLong(noon)})}>${icon("plus")}</a>`}
      </section>`;
    })}</div>`;
  }

  #agenda(slots) {
    if (slots.length === 0) {
      return emptyBox(t("teach.noneInWeek"), html`<p><a class="button primary" href="/teach/new">${t("teach.newSlot")}</a></p>`);
    }
    return html`${Array.from({length: 7}, (_, i) => addDays(this.#week, i)).map(day => {
      const group = this.#onDay(slots, day);
      return group.length === 0 ? nothing : html`<h2 class="day">${dayLong(group[0].startsAt)}</h2>
        <ul class="rows">${group.map(slot => classRow(slot, {
          href: "/teach/classes/" + slot.id, note: t("teach.seats", {taken: slot.seatsTaken, capacity: slot.capacity}),
          action: slot.status === "open" ? html`<a class="button brass" href=${"/go/" + slot.id}>${icon("video")} ${t("action.join")}</a>` : meetingStatus(slot),
        }))}</ul>`;
    })}`;
  }
}

customElements.define("cb-page-teach-calendar", TeachCalendarPage);
export default "cb-page-teach-calendar";
