import {api, clock, command} from "app/api.js";
import {addDays, dayLong, instantOf, isoDay, timeRange, zoneName} from "app/text.js";
import {detailFields, readSlot, slotFields, slotLabels} from "app/slot-form.js";
import {router} from "app/router.js";
import {Form, Page, field, html, icon, nothing, submit, t, toasts, values} from "app/ui.js";

class NewSlotPage extends Page {
  #form = new Form(this);
  #data = {};

  addressChanged() {
    const day = this.query.get("day");
    this.#data = {
      date: /^\d{4}-\d{2}-\d{2}$/.test(day ?? "") ? day : addDays(isoDay(clock.now()), 1),
      time: /^\d{2}:\d{2}$/.test(this.query.get("time") ?? "") ? this.query.get("time") : "17:00",
    };
    this.requestUpdate();
  }

  onClock() {}

  async #submit(event) {
    event.preventDefault();
    this.#data = values(event.target);
    const {slot, errors} = readSlot(this.#data);
    if (errors.length > 0) {
      this.#form.refuse(errors);
      return;
    }
    const startsAt = instantOf(`${this.#data.date}T${this.#data.time}`);
    const created = await this.#form.send(options => command("/teachers/me/slots", {...slot, startsAt}, options));
    if (created) {
      toasts.show(t("slot.created"), "ok");
      router.go("/teach/classes/" + created.id, {replace: true});
    }
  }

  #input = event => {
    this.#data = {...this.#data, ...values(event.target.form)};
    this.requestUpdate();
  };

  /** The time as students will see it: an hour that a clock change skips moves. */
  #preview() {
    const {date, time, durationMinutes} = this.#data;
    if (!date || !time) {
      return nothing;
    }
    const meeting = {startsAt: instantOf(`${date}T${time}`), durationMinutes: Number(durationMinutes) || 60};
    return html`<div class="box due"><p>${icon("calendar")} ${dayLong(meeting.startsAt)}, ${timeRange(meeting)} ${zoneName(undefined, meeting.startsAt)}</p></div>`;
  }

  render() {
    const form = this.#form;
    return html`<div class="middle">
      <p><a class="back" href="/teach/calendar">${icon("chevron-left")} ${t("nav.calendar")}</a></p>
      <h1 tabindex="-1">${t("teach.newSlot")}</h1>
      <form class="card" novalidate @submit=${this.#submit}>
        ${form.summary(slotLabels())}
        <div class="fields">
          ${field(form, "date", t("slot.date"), {type: "date", value: this.#data.date, onInput: this.#input})}
          ${field(form, form.error("startsAt") ? "startsAt" : "time", t("slot.time"), {input: ({id, described}) => html`
            <input id=${id} name="time" type="time" .value=${this.#data.time ?? ""} aria-describedby=${described || nothing} @input=${this.#input}>`})}
        </div>
        ${this.#preview()}
        ${slotFields(form, this.#data, {onInput: this.#input})}
        ${detailFields(form, this.#data)}
        <div class="actions"><a class="button" href="/teach/calendar">${t("action.back")}</a>${submit(form, t("slot.create"))}</div>
      </form>
      <p>${t("slot.many")} <a href="/teach/series">${t("title.teach-series")}</a></p>
    </div>`;
  }
}

customElements.define("cb-page-teach-new", NewSlotPage);
export default "cb-page-teach-new";
