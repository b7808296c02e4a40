import {all, api, command} from "app/api.js";
import {Paged, head, table, userLink} from "app/admin.js";
import {dayTime, money, time, zoneName} from "app/text.js";
import {Form, Page, Resource, emptyBox, field, fullTime, html, nothing, state, submit, t, toasts, userText, values} from "app/ui.js";
import {router} from "app/router.js";

const VERDICTS = ["refund_students", "pay_teacher", "split"];

/** Classes that somebody missed: a list, and one of them with its timeline, people and decision. */
class AdminReviewsPage extends Page {
  #list = new Paged(this, "/admin/reviews");
  #form = new Form(this);
  #verdict = "refund_students";
  #review = new Resource(this, async (id, signal) => {
    const [meeting, bookings, evidence] = await Promise.all([
      api("/meetings/" + id, {signal}),
      api("/bookings", {query: {meetingId: id, limit: 100}, signal}),
      all("/meetings/" + id + "/evidence", {}, 500),
    ]);
    return {meeting, bookings: bookings.items, evidence: evidence.items ?? evidence};
  });

  addressChanged() {
    this.#form.clear();
    if (this.params.id) {
      this.#review.run(this.params.id);
    } else {
      this.#review.reset();
      this.#list.load();
    }
  }

  onLive(type) {
    if (type !== "slots") {
      this.addressChanged();
    }
  }

  get pageTitle() {
    return this.#review.value?.meeting.title ?? super.pageTitle;
  }

  async #decide(event) {
    event.preventDefault();
    const typed = values(event.target);
    const body = {decision: this.#verdict, note: typed.note ?? ""};
    if (this.#verdict === "split") {
      body.studentPercent = Number(typed.studentPercent);
    }
    if (!body.note) {
      this.#form.refuse([{field: "note", code: "required"}]);
      return;
    }
    if (await this.#form.send(options => command(`/admin/reviews/${this.params.id}/decision`, body, options))) {
      toasts.show(t("admin.review.decided"), "ok");
      router.go("/admin/reviews");
    }
  }

  #rows(items) {
    return table(t("admin.nav.reviews"), [
      ["admin.review.class", meeting => html`<a href=${"/admin/reviews/" + meeting.id}>${userText(meeting.title)}</a>`],
      ["admin.review.when", meeting => html`<span class="nowrap">${dayTime(meeting.startsAt)}</span>`],
      ["admin.review.teacher", meeting => userLink(meeting.teacher)],
      ["admin.review.why", meeting => meeting.reviewReasons.map(reason => html`<span class="chip">${t("admin.reason." + reason.code)}</span> `)],
      ["admin.review.price", meeting => money(meeting.price), "amount"],
    ], items);
  }

  #people({meeting, bookings}) {
    const absent = new Set(meeting.reviewReasons.map(reason => reason.userId));
    const line = (person, role, price) => html`<tr><td>${userLink(person)}<br><span class="quiet small">${role}</span></td>
      <td>${absent.has(person.id) ? html`<span class="chip cancelled">${t("admin.absent")}</span>` : html`<span class="chip">${t("admin.present")}</span>`}</td>
      <td class="amount">${price === null ? nothing : money(price)}</td></tr>`;
    return html`<section><h2>${t("admin.review.people")}</h2>
      <div class="table-scroll" tabindex="0" role="region" aria-label=${t("admin.review.people")}><table class="data dense">
      <thead><tr><th scope="col">${t("admin.review.person")}</th><th scope="col">${t("admin.review.attendance")}</th>
        <th scope="col" class="amount">${t("admin.review.price")}</th></tr></thead>
      <tbody>${line(meeting.teacher, t("role.teacher"), null)}
        ${bookings.filter(booking => booking.status === "completed" || booking.status === "confirmed")
          .map(booking => line(booking.student ?? {id: booking.studentId, name: ""}, t("role.student"), booking.price))}</tbody></table></div></section>`;
  }

  #timeline({evidence}) {
    return html`<section aria-labelledby="timeline"><h2 id="timeline">${t("admin.review.timeline")}</h2>
      ${evidence.length === 0 ? emptyBox(t("admin.review.noEvidence")) : html`<ol class="timeline">${evidence.map(entry => html`<li>
        <time datetime=${entry.at}>${time(entry.at)}</time><span>${entry.person ? html`${userText(entry.person.name)}: ` : nothing}${
          t("admin.evidence." + entry.kind)}${entry.minutes === undefined ? nothing : html` (${t("admin.review.minutes", {count: entry.minutes})})`}${
          entry.text ? html` ${userText(entry.text)}` : nothing}</span></li>`)}</ol>`}</section>`;
  }

  #decision({meeting}) {
    if (meeting.reviewDecision) {
      const decision = meeting.reviewDecision;
      return html`<section class="box ok" aria-labelledby="decision"><h2 id="decision">${t("admin.verdict." + decision.decision)}</h2>
        <p>${t("admin.review.share", {percent: decision.studentPercent})}</p><p>${userText(decision.note)}</p>
        <p class="quiet small">${dayTime(decision.at)}</p></section>`;
    }
    if (!meeting.requiresManualReview) {
      return nothing;
    }
    const form = this.#form;
    return html`<form class="card no-print" novalidate @submit=${event => this.#decide(event)}>
      <h2>${t("admin.review.decide")}</h2>
      ${form.summary({note: t("admin.review.note"), studentPercent: t("admin.review.percent")})}
      <fieldset><legend>${t("admin.review.outcome")}</legend>${VERDICTS.map(verdict => html`<label class="choice">
        <input type="radio" name="verdict" value=${verdict} ?checked=${this.#verdict === verdict}
          @change=${() => { this.#verdict = verdict; this.requestUpdate(); }}><span>${t("admin.verdict." + verdict)}</span></label>`)}</fieldset>
      ${this.#verdict === "split" ? field(form, "studentPercent", t("admin.review.percent"),
        {type: "number", value: "50", min: 0, max: 100, inputmode: "numeric"}) : nothing}
      ${field(form, "note", t("admin.review.note"), {hint: t("admin.review.noteHint"), maxlength: 1000})}
      <div class="actions">${submit(form, t("admin.review.submit"))}</div></form>`;
  }

  #one(review) {
    return html`<div class="with-side flip">
      <div class="main"><p>${fullTime(review.meeting)}</p>${this.#people(review)}${this.#timeline(review)}
        <p class="quiet small">${t("admin.zone", {zone: zoneName()})}</p></div>
      <div class="side">${this.#decision(review)}</div></div>`;
  }

  render() {
    if (this.params.id) {
      return html`${head("/admin/reviews", this.#review.value ? userText(this.#review.value.meeting.title) : t("admin.review.one"),
        html`<button type="button" class="no-print" @click=${() => print()}>${t("admin.print")}</button>`)}
        ${state(this.#review, review => this.#one(review), {lines: 6})}`;
    }
    return html`${head("/admin/reviews", t("admin.nav.reviews"))}
      ${this.#list.show(items => this.#rows(items), t("admin.review.none"))}`;
  }
}

customElements.define("cb-page-admin-reviews", AdminReviewsPage);
export default "cb-page-admin-reviews";
