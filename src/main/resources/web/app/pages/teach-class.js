// A class of a teacher: its roster, the attendance, and cancelling it.
import {all, api, clock, command} from "app/api.js";
import {takeSeats, utcDays} from "app/classes.js";
import {live} from "app/live.js";
import {credits, dayTime, money} from "app/text.js";
import {router} from "app/router.js";
import {Form, Page, Resource, emptyBox, endsAt, field, fullTime, html, icon, meetingStatus, modal, nothing, state, submit, t, toasts, userText, values} from "app/ui.js";

class TeachClassPage extends Page {
  #form = new Form(this);
  #meeting = new Resource(this, (id, signal) => api("/meetings/" + id, {signal}));
  #roster = new Resource(this, id => all("/bookings", {meetingId: id}, 1000));
  #preview = new Resource(this, (id, signal) => api(`/meetings/${id}/cancellation`, {signal}));

  get pageTitle() {
    return this.#meeting.value ? `${this.#meeting.value.title} - ${t("nav.calendar")}` : t("title.teach-class");
  }

  get #isCancelling() {
    return this.path.path.endsWith("/cancel");
  }

  addressChanged() {
    this.#form.clear();
    this.#load();
    if (this.#isCancelling) {
      this.#preview.run(this.params.id);
    }
  }

  #load() {
    this.#roster.run(this.params.id);
    return this.#meeting.run(this.params.id).then(() => this.#meeting.value && live.watchDays(this, utcDays([this.#meeting.value])));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    live.unwatchDays(this);
  }

  onLive(type, detail) {
    if (type === "slots") {
      if (this.#meeting.value && takeSeats([this.#meeting.value], detail)) {
        this.#roster.run(this.params.id);
      }
    } else if (type === "gap" || detail?.data.meetingId === this.params.id) {
      this.#load();
    }
  }

  #close() {
    router.go("/teach/classes/" + this.params.id, {replace: true, keepPlace: true});
  }

  async #cancel(event) {
    event.preventDefault();
    const {reason} = values(event.target);
    const meeting = await this.#form.send(options =>
      command(`/meetings/${this.params.id}/cancel`, reason ? {reason} : {}, options));
    if (meeting) {
      toasts.show(t("teach.wasCancelled"), "ok");
      this.#meeting.set(meeting);
      this.#close();
      this.#load();
    }
  }

  render() {
    return html`<p><a class="back" href="/teach/calendar">${icon("chevron-left")} ${t("nav.calendar")}</a></p>
      ${state(this.#meeting, meeting => this.#content(meeting), {lines: 5})}
      ${this.#meeting.value && this.#isCancelling ? this.#dialog(this.#meeting.value) : nothing}`;
  }

  #content(meeting) {
    const isAhead = ["scheduled", "open"].includes(meeting.status);
    return html`<div class="with-side flip">
      <div class="main">
        <div class="rail tall ${meeting.status}">
          <h1 tabindex="-1">${userText(meeting.title)}</h1>
          <p>${meetingStatus(meeting)}</p>
          <p class="big">${fullTime(meeting)}</p>
          <p class="quiet">${t("teach.seats", {taken: meeting.seatsTaken, capacity: meeting.capacity})} · ${meeting.price === 0 ? t("money.free") : credits(meeting.price)}</p>
          ${meeting.description ? html`<p class="text" dir="auto">${meeting.description}</p>` : nothing}
          ${meeting.cancelReason ? html`<p class="quiet">${t("booking.reason")} ${userText(meeting.cancelReason)}</p>` : nothing}
        </div>
        ${meeting.requiresManualReview ? html`<div class="box due"><p>${icon("info")} ${t("teach.inReview")}</p></div>` : nothing}
        ${meeting.reviewDecision ? html`<div class="box info"><p>${t("teach.decided", {percent: meeting.reviewDecision.studentPercent})} ${userText(meeting.reviewDecision.note)}</p></div>` : nothing}
        <section aria-labelledby="roster"><h2 id="roster">${t("teach.roster")}</h2>
          ${state(this.#roster, bookings => this.#table(bookings, meeting), {lines: 3})}</section>
      </div>
      <div class="side"><div class="card">
        ${meeting.status === "open" ? html`<a class="button brass wide" href=${"/go/" + meeting.id}>${icon("video")} ${t("action.join")}</a>`
          : meeting.status === "scheduled" ? html`<p>${t("class.opens", {time: dayTime(meeting.opensAt ?? meeting.startsAt)})}</p>` : nothing}
        ${isAhead ? html`<a class="button plain wide" href=${"/classes/" + meeting.id}>${t("teach.publicPage")}</a>
          <a class="button danger-action wide" href=${`/teach/classes/${meeting.id}/cancel`}>${t("teach.cancel")}</a>`
          : html`<p class="quiet">${t("status." + meeting.status)}</p>`}
        <button type="button" class="plain wide" @click=${() => print()}>${t("action.print")}</button>
      </div></div></div>`;
  }

  #table(bookings, meeting) {
    const seats = bookings.filter(b => b.status !== "rejected");
    if (seats.length === 0) {
      return emptyBox(t("teach.noStudents"));
    }
    const hasBegun = meeting.status === "closed" || clock.now() > Date.parse(meeting.startsAt);
    return html`<div class="table-scroll" tabindex="0" role="group" aria-label=${t("teach.roster")}><table class="data">
      <thead><tr><th scope="col">${t("role.student")}</th><th scope="col">${t("teach.state")}</th>
        <th scope="col">${t("booking.attendance")}</th><th scope="col" class="amount">${t("booking.price")}</th></tr></thead>
      <tbody>${seats.map(booking => html`<tr><th scope="row">${userText(booking.student?.name ?? "")}</th>
        <td>${t("booking." + booking.status)}</td>
        <td>${booking.status === "cancelled" || !hasBegun && booking.attendance === "unknown" ? "–"
          : html`<span class="chip ${booking.attendance}">${t("attendance." + booking.attendance)}</span>`}</td>
        <td class="amount">${booking.refund ? html`${money(booking.refund.teacher)} <span class="quiet">/ ${money(booking.price)}</span>` : money(booking.price)}</td></tr>`)}</tbody>
    </table></div>`;
  }

  #dialog(meeting) {
    const title = t("teach.cancelTitle", {title: meeting.title});
    if (!["scheduled", "open"].includes(meeting.status)) {
      return modal(title, html`<p>${t("status." + meeting.status)}</p>`, () => this.#close());
    }
    return modal(title, html`<p>${fullTime(meeting)}</p>
      <form novalidate @submit=${this.#cancel}>
        ${this.#form.summary({reason: t("booking.reasonField")}, {urgent: true})}
        ${state(this.#preview, refunds => html`<p>${t("teach.cancelEffect", {count: refunds.bookings})}</p>
          <dl class="split"><div class="mine"><dt>${t("teach.refunds")}</dt><dd>${credits(refunds.refund)}</dd></div></dl>`, {lines: 1})}
        ${field(this.#form, "reason", t("booking.reasonField"), {required: false, maxlength: 500, hint: t("teach.reasonHint")})}
        <div class="actions"><button type="button" @click=${() => this.#close()}>${t("teach.keep")}</button>
          ${submit(this.#form, t("teach.cancelNow"), t("booking.cancelling"), {kind: "danger-action"})}</div>
      </form>`, () => this.#close());
  }
}

customElements.define("cb-page-teach-class", TeachClassPage);
export default "cb-page-teach-class";
