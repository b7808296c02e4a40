// An absence: cancels all classes of some days, after showing what that gives back.
import {clock, command} from "app/api.js";
import {addDays, credits, dayTime, instantOf, isoDay, zoneName} from "app/text.js";
import {Form, Page, emptyBox, field, html, icon, nothing, submit, t, toasts, userText, values} from "app/ui.js";

class SickPage extends Page {
  #form = new Form(this);
  #data = {};
  #preview = null;
  #done = false;

  addressChanged() {
    this.#data.from ??= isoDay(clock.now());
    this.#data.to ??= this.#data.from;
    this.requestUpdate();
  }

  onClock() {}

  async #submit(event) {
    event.preventDefault();
    this.#data = values(event.target);
    const missing = ["from", "to"].filter(name => !this.#data[name]).map(name => ({field: name, code: "required"}));
    if (missing.length > 0) {
      this.#form.refuse(missing);
      return;
    }
    const start = instantOf(this.#data.from + "T00:00");
    const body = {
      from: Date.parse(start) < clock.now() ? new Date(clock.now()).toISOString().slice(0, 19) + "Z" : start,
      to: instantOf(addDays(this.#data.to, 1) + "T00:00"),
      ...this.#data.reason ? {reason: this.#data.reason} : {},
    };
    const isPreview = this.#preview === null;
    const answer = await this.#form.send(options =>
      command("/teachers/me/absence", isPreview ? {...body, dryRun: true} : body, options));
    if (answer) {
      this.#preview = answer;
      this.#done = !isPreview;
      if (this.#done) {
        toasts.show(t("sick.done", {count: answer.meetings}), "ok");
      }
      this.requestUpdate();
      await this.updateComplete;
      this.querySelector(".outcome h2")?.focus();
    }
  }

  render() {
    const form = this.#form;
    return html`<div class="middle">
      <p><a class="back" href="/teach/calendar">${icon("chevron-left")} ${t("nav.calendar")}</a></p>
      <h1 tabindex="-1">${t("title.teach-sick")}</h1>
      ${this.#done ? html`${this.#outcome(t("sick.done", {count: this.#preview.meetings}))}
        <p><a class="button primary" href="/teach/calendar">${t("nav.calendar")}</a></p>` : html`
      <p>${t("sick.hint")}</p>
      <form class="card" novalidate @submit=${this.#submit} @input=${() => { if (this.#preview) { this.#preview = null; this.requestUpdate(); } }}>
        ${form.summary({from: t("sick.from"), to: t("sick.to"), reason: t("booking.reasonField")}, {urgent: true})}
        <div class="fields">
          ${field(form, "from", t("sick.from"), {type: "date", value: this.#data.from})}
          ${field(form, "to", t("sick.to"), {type: "date", value: this.#data.to})}
        </div>
        <p class="quiet small">${icon("globe")} ${t("time.shownIn", {zone: zoneName()})}</p>
        ${field(form, "reason", t("booking.reasonField"), {required: false, maxlength: 500, hint: t("teach.reasonHint"), value: this.#data.reason})}
        ${this.#preview ? this.#outcome(t("sick.preview", {count: this.#preview.meetings})) : nothing}
        <div class="actions"><a class="button" href="/teach/calendar">${t("action.back")}</a>
          ${this.#preview === null ? submit(form, t("sick.show")) : this.#preview.meetings === 0 ? nothing
            : submit(form, t("sick.cancel", {count: this.#preview.meetings}), t("booking.cancelling"), {kind: "danger-action"})}</div>
      </form>`}</div>`;
  }

  #outcome(title) {
    const {items, bookings, refund} = this.#preview;
    return html`<section class="outcome" aria-labelledby="outcome"><h2 id="outcome" tabindex="-1">${title}</h2>
      ${items.length === 0 ? emptyBox(t("sick.none")) : html`<p>${t("sick.effect", {count: bookings, amount: credits(refund)})}</p>
        <ul class="rows">${items.map(item => html`<li class="row rail cancelled"><div class="row-time">${dayTime(item.startsAt)}</div>
          <div class="row-main">${userText(item.title)}</div><div class="row-side">${credits(item.refund)}</div></li>`)}</ul>`}</section>`;
  }
}

customElements.define("cb-page-teach-sick", SickPage);
export default "cb-page-teach-sick";
