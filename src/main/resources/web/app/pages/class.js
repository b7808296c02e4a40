import {api, clock, command, poll, session} from "app/api.js";
import {takeSeats, utcDays} from "app/classes.js";
import {live} from "app/live.js";
import {credits, dayLong, dayTime, fromNow, isoDay, timeRange, zone, zoneName} from "app/text.js";
import {policyList} from "app/refunds.js";
import {Form, Page, Resource, emptyBox, endsAt, fullTime, html, icon, isFull, meetingStatus, nothing, price, seats,
  state, submit, t, toasts, userText} from "app/ui.js";

class ClassPage extends Page {
  #form = new Form(this);
  #confirming = false;
  #wallet = null;
  #focusBooked = false;
  #meeting = new Resource(this, async (id, signal) => {
    const meeting = await api("/slots/" + id, {signal});
    if (session.user?.role === "student") {
      const [wallet, teacher] = await Promise.all([api("/wallet", {signal}), this.#teacher(meeting, signal)]);
      this.#wallet = wallet;
      return Object.assign(meeting, {teacher});
    }
    return Object.assign(meeting, {teacher: await this.#teacher(meeting, signal)});
  });

  async #teacher(meeting, signal) {
    if (meeting.teacher.timezone) {
      return meeting.teacher;
    }
    return api("/teachers/" + meeting.teacher.id, {signal}).catch(() => meeting.teacher);
  }

  get pageTitle() {
    return this.#meeting.value ? `${this.#meeting.value.title} - ${t("title.classes")}` : t("title.class");
  }

  async addressChanged() {
    await this.#meeting.run(this.params.id);
    if (this.#meeting.value) {
      live.watchDays(this, utcDays([this.#meeting.value]));
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    live.unwatchDays(this);
  }

  onLive(type, detail) {
    if (type === "slots") {
      if (this.#meeting.value && takeSeats([this.#meeting.value], detail)) {
        this.requestUpdate();
      }
    } else if (type === "gap" || detail?.data.meetingId === this.params.id) {
      this.addressChanged();
    }
  }

  async #book(event) {
    event.preventDefault();
    const meeting = this.#meeting.value;
    const booking = await this.#form.send(options =>
      command("/bookings", {slotId: meeting.id, expect: {price: meeting.price}}, options));
    if (!booking) {
      this.addressChanged();
      return;
    }
    document.dispatchEvent(new Event("balance"));
    if (booking.status === "pending") {
      this.#confirming = true;
      this.requestUpdate();
      const settled = await poll("/bookings/" + booking.id, b => b.status !== "pending");
      this.#confirming = false;
      if (settled.status === "rejected") {
        this.#form.problem = {code: settled.reason, params: {}};
      }
    } else {
      toasts.show(t("class.booked"), "ok");
    }
    this.#focusBooked = true;
    await this.addressChanged();
  }

  updated() {
    super.updated();
    const box = this.#focusBooked && this.querySelector(".booked-box");
    if (box) {
      this.#focusBooked = false;
      box.focus();
    }
  }

  render() {
    return state(this.#meeting, meeting => this.#content(meeting), {lines: 6});
  }

  #content(meeting) {
    const {user} = session;
    const differs = meeting.teacher.timezone && meeting.teacher.timezone !== zone();
    const nextDay = differs && isoDay(meeting.startsAt, meeting.teacher.timezone) !== isoDay(meeting.startsAt);
    return html`
      <p><a class="back" href="/classes">${icon("chevron-left")} ${t("class.all")}</a></p>
      <div class="with-side flip">
        <article class="main">
          <div class="rail tall ${meeting.status}">
            <h1 tabindex="-1">${userText(meeting.title)}</h1>
            <p>${t("class.by")} <a href=${"/classes?teacher=" + meeting.teacher.id}>${userText(meeting.teacher.name)}</a>
              ${meetingStatus(meeting)}</p>
            <p class="big">${fullTime(meeting)}</p>
            ${differs ? html`<p class="quiet">${t("class.teachersClock", {time: timeRange(meeting, meeting.teacher.timezone), zone: zoneName(meeting.teacher.timezone, meeting.startsAt)})}${
              nextDay ? html` <b>${t("class.otherDay", {day: dayLong(meeting.startsAt, meeting.teacher.timezone)})}</b>` : nothing}</p>` : nothing}
            <p class="quiet">${t("class.minutes", {count: meeting.durationMinutes})} · <span class="seats">${seats(meeting)}</span>${
              meeting.language ? html` · ${userText(this.#languageName(meeting.language))}` : nothing}${
              meeting.subject ? html` · ${userText(meeting.subject)}` : nothing}</p>
          </div>
          ${meeting.description ? html`<section aria-labelledby="about"><h2 id="about">${t("class.about")}</h2>
            <p class="text" dir="auto">${meeting.description}</p></section>` : nothing}
          ${meeting.policy && meeting.price > 0 ? html`<section aria-labelledby="refund"><h2 id="refund">${t("refund.title")}</h2>
            ${policyList(meeting.policy, meeting)}</section>` : nothing}
        </article>
        <div class="side">${this.#bookBox(meeting, user)}</div>
      </div>`;
  }

  #languageName(tag) {
    try {
      return new Intl.DisplayNames(document.documentElement.lang, {type: "language"}).of(tag);
    } catch {
      return tag;
    }
  }

  #bookBox(meeting, user) {
    if (meeting.viewer?.bookingId) {
      return html`<div class="card booked-box ok-edge" tabindex="-1">
        <h2>${icon("circle-check")} ${t("class.youAreIn")}</h2>
        <p>${meeting.status === "open" ? t("class.openNow") : t("class.opens", {time: dayTime(meeting.opensAt ?? meeting.startsAt)})}</p>
        ${meeting.status === "open" ? html`<p><a class="button brass wide" href=${"/go/" + meeting.id}>${icon("video")} ${t("action.join")}</a></p>` : nothing}
        <p><a class="button wide" href=${"/my/classes/" + meeting.viewer.bookingId}>${t("class.yourBooking")}</a></p>
      </div>`;
    }
    if (user?.role === "teacher" && user.id === meeting.teacher.id) {
      return html`<div class="card"><h2>${t("class.yourClass")}</h2>
        <p><a class="button primary wide" href=${"/teach/classes/" + meeting.id}>${t("teach.openRoster")}</a></p></div>`;
    }
    if (meeting.status !== "scheduled" && meeting.status !== "open" || clock.now() >= Date.parse(meeting.startsAt)) {
      return html`<div class="card"><p>${meeting.status === "cancelled" ? t("class.wasCancelled") : t("class.tooLate")}</p>
        <p><a class="button wide" href="/classes">${t("class.others")}</a></p></div>`;
    }
    if (this.#confirming) {
      return html`<div class="card" role="status"><h2>${t("class.confirming")}</h2><p>${t("class.confirmingHint")}</p></div>`;
    }
    const after = this.#wallet ? this.#wallet.balance - meeting.price : null;
    const label = meeting.price === 0 ? t("class.bookFree") : t("class.bookFor", {amount: credits(meeting.price)});
    const full = isFull(meeting);
    return html`<form class="card book" @submit=${this.#book}>
      <p class="price-big">${meeting.price === 0 ? t("money.free") : credits(meeting.price)}</p>
      <p>${fullTime(meeting)}</p>
      <p class=${full ? "full" : "quiet"}>${seats(meeting)}</p>
      ${this.#form.summary({}, {urgent: true})}
      ${full ? html`<p><a class="button wide" href="/classes">${t("class.others")}</a></p>`
        : meeting.viewer?.overlaps ? html`<p class="box info">${t("class.overlapsHint")}</p>`
        : user === null ? html`<p><a class="button primary wide" href=${"/login?next=" + encodeURIComponent("/classes/" + meeting.id)}>${t("class.loginToBook")}</a></p>`
        : user.role !== "student" ? html`<p class="quiet">${t("class.onlyStudents")}</p>`
        : after < 0 ? html`<p class="box info">${t("class.needCredits", {balance: credits(this.#wallet.balance), missing: credits(-after)})}</p>
          <p><a class="button primary wide" href="/wallet">${t("class.getCredits")}</a></p>`
        : html`${meeting.price > 0 ? html`<dl class="split"><div><dt>${t("class.walletNow")}</dt><dd>${credits(this.#wallet.balance)}</dd></div>
            <div><dt>${t("class.walletAfter")}</dt><dd>${credits(after)}</dd></div></dl>` : nothing}
          <div class="sticky-action">${submit(this.#form, label, t("class.booking"), {kind: "primary wide"})}</div>`}
    </form>`;
  }
}

customElements.define("cb-page-class", ClassPage);
export default "cb-page-class";
