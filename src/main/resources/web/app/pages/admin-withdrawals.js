import {command, session} from "app/api.js";
import {Paged, head, table, userLink} from "app/admin.js";
import {dayTime, money} from "app/text.js";
import {Form, Page, field, html, modal, nothing, submit, t, toasts, userText, values} from "app/ui.js";
import {router} from "app/router.js";

const STATUSES = ["requested", "approved", "sending", "paid", "failed", "returned", "rejected", "cancelled"];

/** Withdrawals of teachers: approve, reject, and record payments by hand. */
class AdminWithdrawalsPage extends Page {
  #list = new Paged(this, "/admin/withdrawals");
  #form = new Form(this);

  addressChanged() {
    this.#form.clear();
    if (!this.params.id || this.#list.first.value === null) {
      this.#list.load({status: this.query.get("status") ?? ""});
    }
  }

  #close = () => router.go("/admin/withdrawals" + location.search, {replace: true});

  async #send(id, action, body) {
    const done = await this.#form.send(options => command(`/admin/withdrawals/${id}/${action}`, body, options));
    if (done) {
      toasts.show(t("admin.withdrawal.done." + action), "ok");
      await this.#list.load({status: this.query.get("status") ?? ""});
      if (this.params.id) {
        this.#close();
      }
    }
  }

  #filter() {
    return html`<form class="admin-filter no-print" @submit=${event => { event.preventDefault(); router.query({status: values(event.target).status}); }}>
      <label><span class="small">${t("admin.user.status")}</span><select name="status"><option value="">${t("admin.user.any")}</option>
        ${STATUSES.map(status => html`<option value=${status} ?selected=${this.query.get("status") === status}>${t("admin.withdrawal.status." + status)}</option>`)}</select></label>
      <button>${t("action.search")}</button></form>`;
  }

  #status(item) {
    return html`<span class="chip ${item.status === "rejected" || item.status === "cancelled" || item.status === "failed" ? "cancelled" : ""}">${
      t("admin.withdrawal.status." + item.status)}</span>
      ${item.approvedBy.length > 0 ? html`<br><span class="quiet small">${t("admin.withdrawal.approvedBy", {names: item.approvedBy.map(person => person.name).join(", ")})}</span>` : nothing}
      ${item.reason ? html`<br><span class="quiet small">${userText(item.reason)}</span>` : nothing}
      ${item.reference ? html`<br><span class="quiet small">${userText(item.reference)}</span>` : nothing}`;
  }

  #actions(item) {
    const own = item.user.id === session.user?.id;
    const approvedByMe = item.approvedBy.some(person => person.id === session.user?.id);
    const name = item.user.name;
    if (own) {
      return nothing;
    }
    return html`<div class="actions start no-print">
      ${item.status === "requested" && !approvedByMe ? html`<button type="button" aria-disabled=${this.#form.busy ? "true" : nothing}
        aria-label=${t("admin.withdrawal.approveNamed", {name})} @click=${() => this.#send(item.id, "approve", {})}>${t("admin.withdrawal.approve")}</button>` : nothing}
      ${item.status === "requested" || item.status === "approved" ? html`<a class="button" href=${`/admin/withdrawals/${item.id}/reject`}
        aria-label=${t("admin.withdrawal.rejectNamed", {name})}>${t("admin.withdrawal.reject")}</a>` : nothing}
      ${item.status === "approved" && item.provider === "manual" ? html`<a class="button" href=${`/admin/withdrawals/${item.id}/paid`}
        aria-label=${t("admin.withdrawal.paidNamed", {name})}>${t("admin.withdrawal.paid")}</a>` : nothing}</div>`;
  }

  #dialog(item) {
    const action = this.path.path.endsWith("/paid") ? "paid" : "reject";
    const name = action === "paid" ? "reference" : "reason";
    const label = t(action === "paid" ? "admin.withdrawal.reference" : "admin.user.reason");
    return modal(t(action === "paid" ? "admin.withdrawal.paidTitle" : "admin.withdrawal.rejectTitle"), html`
      <p>${userLink(item.user)}: <b>${money(item.amount)}</b> (${item.value} ${item.currency})</p>
      <p class="quiet">${userText(item.destination)}</p>
      <form novalidate @submit=${event => {
        event.preventDefault();
        const typed = values(event.target)[name];
        if (typed) {
          this.#send(item.id, action, {[name]: typed});
        } else {
          this.#form.refuse([{field: name, code: "required"}]);
        }
      }}>
        ${this.#form.summary({[name]: label})}
        ${field(this.#form, name, label, {hint: action === "paid" ? undefined : t("admin.withdrawal.reasonHint"), maxlength: action === "paid" ? 120 : 500})}
        <div class="actions"><button type="button" @click=${this.#close}>${t("admin.withdrawal.back")}</button>
          ${submit(this.#form, t(action === "paid" ? "admin.withdrawal.paid" : "admin.withdrawal.reject"))}</div></form>`, this.#close);
  }

  render() {
    const open = this.params.id && this.#list.first.value?.items.find(item => item.id === this.params.id);
    return html`${head("/admin/withdrawals", t("admin.nav.withdrawals"))}${this.#filter()}
      ${this.params.id ? nothing : this.#form.summary()}
      ${this.#list.show(items => table(t("admin.nav.withdrawals"), [
        ["admin.withdrawal.requested", item => html`<span class="nowrap">${dayTime(item.createdAt)}</span>`],
        ["admin.review.teacher", item => userLink(item.user)],
        ["admin.ledger.amount", item => html`<b>${money(item.amount)}</b><br><span class="quiet small">${item.value} ${item.currency}</span>`, "amount"],
        ["admin.withdrawal.destination", item => html`${item.provider}<br><span class="quiet small">${userText(item.destination)}</span>`],
        ["admin.user.status", item => this.#status(item)],
        ["", item => this.#actions(item)],
      ], items), t("admin.withdrawal.none"))}
      ${open ? this.#dialog(open) : nothing}`;
  }
}

customElements.define("cb-page-admin-withdrawals", AdminWithdrawalsPage);
export default "cb-page-admin-withdrawals";
