import {clock, command} from "app/api.js";
import {addDays, dayTime, instantOf, isoDay, weekdayName, zoneName} from "app/text.js";
import {detailFields, readSlot, slotFields, slotLabels} from "app/slot-form.js";
import {Form, Page, field, html, icon, nothing, submit, t, toasts, values} from "app/ui.js";

const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const MONDAY = "2024-01-01T12:00:00Z";

class SeriesPage extends Page {
  #form = new Form(this);
  #data = {time: "17:00", count: "8", interval: "1", days: []};
  #preview = null;
  #done = null;

  addressChanged() {
    this.#data.date ??= addDays(isoDay(clock.now()), 1);
  }

  onClock() {}

  #read(event) {
    this.#data = {...values(event.target), days: new FormData(event.target).getAll("days")};
    const {slot, errors} = readSlot(this.#data);
    if (!/^\d{1,3}$/.test(this.#data.count ?? "") || Number(this.#data.count) < 1) {
      errors.push({field: "count", code: this.#data.count ? "not_an_integer" : "required"});
    }
    if (errors.length > 0) {
      this.#form.refuse(errors);
      return null;
    }
    const {date, time, days, interval, count} = this.#data;
    const rrule = ["FREQ=WEEKLY", interval !== "1" ? "INTERVAL=" + interval : "", days.length ? "BYDAY=" + days.join(",") : "", "COUNT=" + Number(count)]
      .filter(Boolean).join(";");
    return {...slot, firstStartsAt: `${date}T${time}:00`, rrule};
  }

  async #submit(event) {
    event.preventDefault();
    const body = this.#read(event);
    if (!body) {
      return;
    }
    const needsPreview = event.submitter?.value !== "save";
    const answer = await this.#form.send(options => command("/teachers/me/slot-series",
      needsPreview ? {...body, dryRun: true} : body, options));
    if (answer && needsPreview) {
      this.#preview = {created: answer.slots.map(slot => ({...slot, title: body.title, status: "scheduled"})), conflicts: answer.conflicts};
    } else if (answer) {
      this.#preview = null;
      this.#done = answer;
      toasts.show(t("series.created", {count: answer.created.length}), "ok");
    }
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector(".outcome h2")?.focus();
  }

  #outcome(answer, title) {
    return html`<section class="outcome" aria-labelledby="outcome"><h2 id="outcome" tabindex="-1">${title}</h2>
      ${answer.conflicts.length > 0 ? html`<div class="box due"><p><b>${t("series.conflicts", {count: answer.conflicts.length})}</b></p>
        <ul>${answer.conflicts.map(conflict => html`<li>${dayTime(conflict.startsAt)}: ${t("conflict." + conflict.code)}</li>`)}</ul></div>` : nothing}
      <ul class="rows">${answer.created.map(meeting => html`<li class="row rail ${meeting.status}"><div class="row-time">${dayTime(meeting.startsAt)}</div>
        <div class="row-main">${meeting.id && this.#done ? html`<a href=${"/teach/classes/" + meeting.id}><bdi>${meeting.title}</bdi></a>` : html`<bdi>${meeting.title}</bdi>`}</div></li>`)}</ul></section>`;
  }

  render() {
    const form = this.#form;
    if (this.#done) {
      return html`<div class="middle"><h1 tabindex="-1">${t("title.teach-series")}</h1>
        ${this.#outcome(this.#done, t("series.created", {count: this.#done.created.length}))}
        <p><a class="button primary" href="/teach/calendar">${t("nav.calendar")}</a></p></div>`;
    }
    return html`<div class="middle">
      <p><a class="back" href="/teach/calendar">${icon("chevron-left")} ${t("nav.calendar")}</a></p>
      <h1 tabindex="-1">${t("title.teach-series")}</h1>
      <p class="quiet">${icon("globe")} ${t("series.zone", {zone: zoneName()})}</p>
      <form class="card" novalidate @submit=${this.#submit} @input=${() => { if (this.#preview) { this.#preview = null; this.requestUpdate(); } }}>
        ${form.summary(slotLabels())}
        <div class="fields">
          ${field(form, "date", t("series.firstDate"), {type: "date", value: this.#data.date})}
          ${field(form, form.error("firstStartsAt") ? "firstStartsAt" : "time", t("slot.time"), {input: ({id, described}) => html`
            <input id=${id} name="time" type="time" .value=${this.#data.time} aria-describedby=${described || nothing}>`})}
          ${field(form, form.error("rrule") ? "rrule" : "count", t("series.count"), {input: ({id, described}) => html`
            <input id=${id} name="count" inputmode="numeric" maxlength="3" .value=${this.#data.count} aria-describedby=${described || nothing}>`})}
        </div>
        <div class="field"><label for="interval">${t("series.interval")}</label><select id="interval" name="interval">
          ${[1, 2, 3, 4].map(weeks => html`<option value=${weeks} ?selected=${this.#data.interval === String(weeks)}>${t("series.everyWeeks", {count: weeks})}</option>`)}</select></div>
        <fieldset><legend>${t("series.days")}</legend><p class="hint quiet small">${t("series.daysHint")}</p>
          <div class="days">${DAYS.map((day, i) => html`<label class="check"><input type="checkbox" name="days" value=${day}
            .checked=${this.#data.days.includes(day)}> ${weekdayName(Date.parse(MONDAY) + i * 86_400_000, "UTC")}</label>`)}</div></fieldset>
        ${slotFields(form, this.#data)}
        ${detailFields(form, this.#data)}
        ${this.#preview ? this.#outcome(this.#preview, t("series.preview", {count: this.#preview.created.length})) : nothing}
        <div class="actions"><a class="button" href="/teach/calendar">${t("action.back")}</a>
          ${!this.#preview ? submit(form, t("series.show")) : html`<button class="primary" value="save"
            aria-disabled=${form.busy ? "true" : nothing}>${form.busy ? t("form.sending") : t("series.create")}</button>`}</div>
      </form></div>`;
  }
}

customElements.define("cb-page-teach-series", SeriesPage);
export default "cb-page-teach-series";
