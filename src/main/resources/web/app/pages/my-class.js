// A booking with its dialogs: cancelling and moving.
import {api, clock, command, poll} from "app/api.js";
import {credits, dayLong, dayTime, money, timeRange} from "app/text.js";
import {policyList, splitList, tiersOf} from "app/refunds.js";
import {router} from "app/router.js";
import {Form, Page, Resource, emptyBox, field, fullTime, html, icon, isFull, meetingStatus, modal, nothing, price, seats,
  skeleton, problemBox, state, submit, t, toasts, userText, values} from "app/ui.js";

class MyClassPage extends Page {
  #form = new Form(this);
  #chosen = null;
  #timer = 0;
  #booking = new Resource(this, (id, signal) => api("/bookings/" + id, {signal}));
  #split = new Resource(this, (id, signal) => api(`/bookings/${id}/cancellation`, {signal}));
  #slots = new Resource(this, async (booking, signal) => {
    const page = await api("/slots", {query: {teacherId: booking.meeting.teacher.id, limit: 50}, signal});
    return page.items.filter(slot => slot.id !== booking.slotId);
  });
  #terms = new Resource(this, (id, slotId, signal) => api(`/bookings/${id}/move`, {query: {slotId}, signal}));

  get pageTitle() {
    return this.#booking.value ? `${this.#booking.value.meeting.title} - ${t("title.my-classes")}` : t("title.my-class");
  }

  get #dialog() {
    return /\/(cancel|move)$/.exec(this.path.path)?.[1] ?? null;
  }

  get #self() {
    return "/my/classes/" + this.params.id;
  }

  async addressChanged() {
    this.#form.clear();
    if (this.#booking.value?.id !== this.params.id) {
      this.#booking.reset();
    }
    clearTimeout(this.#timer);
    if (this.#dialog === "cancel") {
      this.#loadSplit();
    }
    await this.#booking.run(this.params.id);
    if (this.#dialog === "move" && this.#booking.value) {
      this.#chosen = null;
      this.#terms.reset();
      this.#slots.run(this.#booking.value);
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  onLive(type, detail) {
    if (type === "gap" || detail?.data?.bookingId === this.params.id || detail?.data?.meetingId === this.#booking.value?.meeting.id) {
      this.#booking.run(this.params.id);
    }
  }

  /** Loads the split, and again when the period of the full refund ends under the open dialog. */
  async #loadSplit() {
    await this.#split.run(this.params.id);
    const until = Date.parse(this.#split.value?.fullRefundUntil ?? "");
    const left = until - clock.now();
    if (left > 0 && left < 86_400_000) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#dialog === "cancel" && this.#loadSplit(), left + 1100);
    }
  }

  #close() {
    router.go(this.#self, {replace: true, keepPlace: true});
  }

  async #cancel(event) {
    event.preventDefault();
    const {reason} = values(event.target);
    const shown = this.#split.value;
    const booking = await this.#form.send(async options => {
      const body = {...reason ? {reason} : {}, expect: {refund: shown.refund}};
      try {
        return await command(`/bookings/${this.params.id}/cancel`, body, options);
      } catch (problem) {
        if (problem.code === "terms_changed") {
          await this.#loadSplit();
        }
        throw problem;
      }
    });
    if (booking) {
      document.dispatchEvent(new Event("balance"));
      toasts.show(t("booking.wasCancelled", {amount: credits(booking.refund?.refund ?? shown.refund)}), "ok");
      this.#booking.set(booking);
      this.#close();
      if (booking.httpStatus === 202) {
        this.#booking.set(await poll("/bookings/" + booking.id, b => b.refund?.posted));
      }
    }
  }

  async #move(event) {
    event.preventDefault();
    const slot = this.#chosen;
    if (!slot || !this.#terms.value) {
      return;
    }
    const booking = await this.#form.send(options => command(`/bookings/${this.params.id}/move`,
      {slotId: slot.id, expect: {price: this.#terms.value.price}}, options));
    if (booking) {
      document.dispatchEvent(new Event("balance"));
      toasts.show(t("booking.wasMoved", {time: dayTime(slot.startsAt)}), "ok");
      this.#booking.set(booking);
      this.#close();
      if (booking.movingTo) {
        this.#booking.set(await poll("/bookings/" + booking.id, b => !b.movingTo));
      }
    } else {
      this.#slots.run(this.#booking.value);
    }
  }

  render() {
    return html`<p><a class="back" href="/my/classes">${icon("chevron-left")} ${t("my.title")}</a></p>
      ${state(this.#booking, booking => this.#content(booking), {lines: 5})}
      ${this.#booking.value && this.#dialog === "cancel" ? this.#cancelDialog(this.#booking.value) : nothing}
      ${this.#booking.value && this.#dialog === "move" ? this.#moveDialog(this.#booking.value) : nothing}`;
  }

  #content(booking) {
    const {meeting} = booking;
    const isAhead = booking.status === "confirmed" && meeting.status === "scheduled" && clock.now() < Date.parse(meeting.startsAt);
    const canMove = isAhead && tiersOf(booking.policy, meeting).some(tier => tier.percent === 100 && clock.now() <= tier.until);
    return html`<div class="with-side flip">
      <div class="main">
        <div class="rail tall ${booking.status === "cancelled" ? "cancelled" : meeting.status}">
          <h1 tabindex="-1">${userText(meeting.title)}</h1>
          <p>${t("class.by")} ${userText(meeting.teacher.name)} ${meetingStatus(meeting)} ${
            booking.status === "confirmed" ? nothing : html`<span class="chip ${booking.status}">${t("booking." + booking.status)}</span>`}</p>
          <p class="big">${fullTime(meeting)}</p>
          ${meeting.cancelReason ? html`<p class="quiet">${t("booking.reason")} ${userText(meeting.cancelReason)}</p>` : nothing}
        </div>
        ${booking.movingTo ? html`<div class="box due" role="status"><p>${t("booking.moving")}</p></div>` : nothing}
        ${isAhead && booking.price > 0 ? html`<section aria-labelledby="rule"><h2 id="rule">${t("refund.title")}</h2>${policyList(booking.policy, meeting)}</section>` : nothing}
        ${booking.refund ? html`<section aria-labelledby="split"><h2 id="split">${t("refund.happened")}</h2>
          <div class="card">${splitList({price: booking.price, ...booking.refund})}
          <p class="quiet">${t("rule." + booking.refund.rule)}${booking.refund.posted ? nothing : html` · ${t("refund.onItsWay")}`}</p></div></section>` : nothing}
      </div>
      <div class="side"><div class="card">
        <dl class="split"><div><dt>${t("booking.price")}</dt><dd>${booking.price === 0 ? t("money.free") : credits(booking.price)}</dd></div>
          ${meeting.status === "closed" ? html`<div><dt>${t("booking.attendance")}</dt><dd>${t("attendance." + booking.attendance)}</dd></div>` : nothing}
          <div><dt>${t("booking.bookedOn")}</dt><dd>${dayTime(booking.createdAt)}</dd></div></dl>
        ${meeting.status === "open" && booking.status === "confirmed"
          ? html`<a class="button brass wide" href=${"/go/" + meeting.id}>${icon("video")} ${t("action.join")}</a>` : nothing}
        ${isAhead ? html`<p class="quiet">${t("class.opens", {time: dayTime(meeting.opensAt ?? meeting.startsAt)})}</p>
          ${canMove ? html`<a class="button wide" href=${this.#self + "/move"}>${t("booking.move")}</a>` : nothing}
          <a class="button wide" href=${this.#self + "/cancel"}>${t("booking.cancel")}</a>` : nothing}
        <a class="button plain wide" href=${"/classes/" + meeting.id}>${t("booking.toClass")}</a>
      </div></div>
    </div>`;
  }

  #cancelDialog(booking) {
    const split = this.#split.value;
    const title = t("booking.cancelTitle", {title: booking.meeting.title});
    if (booking.status === "cancelled") {
      return modal(title, html`<p>${t("booking.alreadyCancelled")}</p>
        <div class="actions"><button type="button" @click=${() => this.#close()}>${t("action.close")}</button></div>`, () => this.#close());
    }
    return modal(title, html`
      <p>${fullTime(booking.meeting)}</p>
      ${split === null ? this.#split.problem ? problemBox(this.#split.problem, this.#split.retry) : skeleton(2) : html`
      <form novalidate @submit=${this.#cancel}>
        ${this.#form.summary({reason: t("booking.reasonField")}, {urgent: true})}
        <div>${splitList(split)}</div>
        <p class="quiet">${t("rule." + split.rule)}${split.fullRefundUntil
          ? html` · ${clock.now() <= Date.parse(split.fullRefundUntil) ? t("refund.fullUntil", {time: dayTime(split.fullRefundUntil)})
            : t("refund.fullWas", {time: dayTime(split.fullRefundUntil)})}` : nothing}</p>
        ${field(this.#form, "reason", t("booking.reasonField"), {required: false, maxlength: 500, hint: t("booking.reasonHint")})}
        <div class="actions"><button type="button" @click=${() => this.#close()}>${t("booking.keep")}</button>
          ${submit(this.#form, split.refund > 0 ? t("booking.cancelFor", {amount: credits(split.refund)}) : t("booking.cancel"),
            t("booking.cancelling"), {kind: "danger-action"})}</div>
      </form>`}`, () => this.#close());
  }

  #moveDialog(booking) {
    return modal(t("booking.moveTitle", {title: booking.meeting.title}), html`
      <p class="quiet">${t("booking.moveFrom")} ${fullTime(booking.meeting)}</p>
      <form novalidate @submit=${this.#move}>
        ${this.#form.summary({}, {urgent: true})}
        ${this.#slots.value === null ? this.#slots.problem ? problemBox(this.#slots.problem, this.#slots.retry) : skeleton(3)
          : this.#slots.value.length === 0 ? emptyBox(t("booking.noOtherSlot")) : html`
        <fieldset><legend>${t("booking.otherSlots", {name: booking.meeting.teacher.name})}</legend>
          <div class="stack scroll" tabindex="-1">${this.#slots.value.map(slot => html`<label class="choice">
            <input type="radio" name="slot" value=${slot.id} ?disabled=${isFull(slot)} .checked=${this.#chosen?.id === slot.id}
              @change=${() => this.#choose(slot)}>
            <span><b>${dayLong(slot.startsAt)}, ${timeRange(slot)}</b><br>${userText(slot.title)}
              <span class="quiet">· ${seats(slot)} · ${price(slot)}</span></span></label>`)}</div></fieldset>`}
        ${this.#chosen ? this.#difference() : nothing}
        <div class="actions"><button type="button" @click=${() => this.#close()}>${t("booking.keepTime")}</button>
          ${submit(this.#form, this.#moveLabel(), t("booking.movingNow"), {disabled: !this.#chosen || !this.#terms.value})}</div>
      </form>`, () => this.#close());
  }

  #choose(slot) {
    this.#chosen = slot;
    this.requestUpdate();
    this.#terms.reset();
    this.#terms.run(this.params.id, slot.id);
  }

  #difference() {
    const terms = this.#terms.value;
    if (!terms) {
      return this.#terms.problem ? problemBox(this.#terms.problem, this.#terms.retry) : skeleton(1);
    }
    return html`<dl class="split"><div><dt>${t("booking.priceNow")}</dt><dd>${credits(terms.currentPrice)}</dd></div>
      <div><dt>${t("booking.priceThen")}</dt><dd>${credits(terms.price)}</dd></div>
      <div class="mine"><dt>${terms.difference > 0 ? t("booking.youPay") : t("booking.youGet")}</dt><dd>${credits(Math.abs(terms.difference))}</dd></div></dl>`;
  }

  #moveLabel() {
    const change = this.#terms.value?.difference ?? 0;
    return change > 0 ? t("booking.moveAndPay", {amount: money(change)})
      : change < 0 ? t("booking.moveAndGet", {amount: money(-change)}) : t("booking.move");
  }
}

customElements.define("cb-page-my-class", MyClassPage);
export default "cb-page-my-class";
