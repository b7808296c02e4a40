import {api, session} from "app/api.js";
import {Paged, accountLink, changes, head, table} from "app/admin.js";
import {dayTime, money} from "app/text.js";
import {Form, Page, Resource, field, html, modal, nothing, state, submit, t, toasts, userText, values} from "app/ui.js";
import {router} from "app/router.js";

const ROLES = ["student", "teacher", "admin"];
const STATUSES = ["active", "disabled"];

/** Accounts: search, one account, and disabling it with what that cancels. */
class AdminUsersPage extends Page {
  #list = new Paged(this, "/admin/users");
  #form = new Form(this);
  #user = new Resource(this, (id, signal) => api("/admin/users/" + id, {signal}));
  #preview = new Resource(this, (id, signal) => api("/admin/users/" + id + "/disabling", {signal}));
  #actions = new Paged(this, "/admin/audit-log");
  #shown = null;

  addressChanged() {
    const {id} = this.params;
    if (!id) {
      this.#shown = null;
      this.#list.load({q: this.query.get("q") ?? "", role: this.query.get("role") ?? "", status: this.query.get("status") ?? ""});
      return;
    }
    if (this.#shown !== id) {
      this.#shown = id;
      this.#user.reset();
      this.#actions.reset();
    }
    this.#form.clear();
    this.#user.run(id);
    this.#actions.load({subjectId: id});
    if (this.#isDialog) {
      this.#preview.run(id);
    }
  }

  get #isDialog() {
    return this.path.path.endsWith("/disable");
  }

  get pageTitle() {
    return this.#user.value && this.params.id ? this.#user.value.name : super.pageTitle;
  }

  #search(event) {
    event.preventDefault();
    const {q, role, status} = values(event.target);
    router.query({q, role, status});
  }

  async #change(body, done) {
    const user = await this.#form.send(() => api("/admin/users/" + this.params.id, {method: "PATCH", body}));
    if (user) {
      toasts.show(done, "ok");
      router.go("/admin/users/" + this.params.id, {replace: this.#isDialog});
    }
  }

  #filters() {
    const choice = (name, all, options, prefix) => html`<label><span class="small">${t(all)}</span>
      <select name=${name}><option value="">${t("admin.user.any")}</option>${options.map(option =>
        html`<option value=${option} ?selected=${this.query.get(name) === option}>${t(prefix + option)}</option>`)}</select></label>`;
    return html`<form class="admin-filter no-print" role="search" @submit=${event => this.#search(event)}>
      <label class="grow"><span class="small">${t("admin.user.search")}</span>
        <input name="q" type="search" .value=${this.query.get("q") ?? ""} maxlength="254" autocomplete="off"></label>
      ${choice("role", "admin.user.role", ROLES, "role.")}
      ${choice("status", "admin.user.status", STATUSES, "admin.status.")}
      <button>${t("action.search")}</button></form>`;
  }

  #rows(users) {
    return table(t("admin.nav.users"), [
      ["admin.user.name", user => html`<a href=${"/admin/users/" + user.id}>${userText(user.name)}</a><br><span class="quiet small">${userText(user.email)}</span>`],
      ["admin.user.role", user => t("role." + user.role)],
      ["admin.user.status", user => html`<span class="chip ${user.status === "disabled" ? "cancelled" : ""}">${t("admin.status." + user.status)}</span>`],
      ["admin.user.since", user => html`<span class="nowrap">${dayTime(user.createdAt)}</span>`],
    ], users);
  }

  #one(user) {
    const own = user.id === session.user?.id;
    const other = ROLES.filter(role => role !== user.role);
    return html`<dl class="facts">
        <div><dt>${t("admin.user.email")}</dt><dd>${userText(user.email)}</dd></div>
        <div><dt>${t("admin.user.role")}</dt><dd>${t("role." + user.role)}</dd></div>
        <div><dt>${t("admin.user.status")}</dt><dd>${t("admin.status." + user.status)}</dd></div>
        <div><dt>${t("admin.user.zone")}</dt><dd>${user.timezone}</dd></div>
        <div><dt>${t("admin.user.since")}</dt><dd>${dayTime(user.createdAt)}</dd></div>
        <div><dt>${t("admin.user.wallet")}</dt><dd>${accountLink("wallet:" + user.id, money(user.wallet.balance))}
          ${user.wallet.held ? html`<span class="quiet">${t("admin.user.held", {amount: money(user.wallet.held)})}</span>` : nothing}</dd></div>
      </dl>
      ${this.#isDialog ? nothing : this.#form.summary()}
      ${own ? html`<p class="quiet">${t("admin.user.own")}</p>` : html`<div class="actions start no-print">
        ${user.status === "active" ? html`<a class="button" href=${"/admin/users/" + user.id + "/disable"}>${t("admin.user.disable")}</a>`
          : html`<button type="button" aria-disabled=${this.#form.busy ? "true" : nothing}
              @click=${() => this.#change({disabled: false}, t("admin.user.enabled"))}>${t("admin.user.enable")}</button>`}
        <form class="inline" @submit=${event => { event.preventDefault(); this.#change({role: values(event.target).role}, t("admin.user.roleChanged")); }}>
          <label><span class="visually-hidden">${t("admin.user.newRole")}</span><select name="role">${other.map(role =>
            html`<option value=${role}>${t("role." + role)}</option>`)}</select></label>
          <button>${t("admin.user.changeRole")}</button></form></div>
        <p class="quiet small">${t("admin.user.changeHint")}</p>`}
      <section aria-labelledby="actions"><h2 id="actions">${t("admin.user.actions")}</h2>
        ${this.#actions.show(items => table(t("admin.user.actions"), [
          ["admin.audit.when", action => html`<span class="nowrap">${dayTime(action.at)}</span>`],
          ["admin.audit.who", action => userText(action.admin.name)],
          ["admin.audit.what", action => html`${t("admin.action." + action.action)}${action.reason ? html`<br><span class="quiet small">${userText(action.reason)}</span>` : nothing}`],
          ["admin.audit.change", changes],
        ], items), t("admin.audit.none"))}</section>
      ${this.#isDialog ? this.#disableDialog(user) : nothing}`;
  }

  #disableDialog(user) {
    const close = () => router.go("/admin/users/" + user.id, {replace: true});
    return modal(t("admin.user.disableTitle", {name: user.name}), html`
      ${state(this.#preview, preview => html`
        <p>${t("admin.user.disableEffect")}</p>
        ${preview.classCount > 0 ? html`<p><b>${t("admin.user.classes", {count: preview.classCount})}</b>
          ${t("admin.user.refunds", {count: preview.students, amount: money(preview.classRefund)})}</p>
          <ul class="plain-list scroll spread" tabindex="0" aria-label=${t("admin.user.classList")}>${preview.classes.map(item => html`<li class="small"><span>${dayTime(item.startsAt)}, ${userText(item.title)}</span>
            <span>${money(item.refund)}</span></li>`)}</ul>` : nothing}
        ${preview.bookingCount > 0 ? html`<p><b>${t("admin.user.bookings", {count: preview.bookingCount})}</b>
          ${t("admin.user.bookingRefund", {amount: money(preview.bookingRefund)})}</p>` : nothing}
        ${preview.classCount + preview.bookingCount === 0 ? html`<p>${t("admin.user.nothingCancelled")}</p>` : nothing}
        <form novalidate @submit=${event => {
          event.preventDefault();
          const {reason} = values(event.target);
          this.#change(reason ? {disabled: true, reason} : {disabled: true}, t("admin.user.disabled"));
        }}>
          ${this.#form.summary({reason: t("admin.user.reason")})}
          ${field(this.#form, "reason", t("admin.user.reason"), {required: false, hint: t("admin.user.reasonHint"), maxlength: 500})}
          <div class="actions"><button type="button" @click=${close}>${t("admin.user.keep")}</button>
            ${submit(this.#form, t("admin.user.disable"), undefined, {kind: "danger"})}</div></form>`)}`, close);
  }

  render() {
    if (this.params.id) {
      return html`${head("/admin/users", this.#user.value ? userText(this.#user.value.name) : t("admin.user.one"))}
        ${state(this.#user, user => this.#one(user), {lines: 6})}`;
    }
    return html`${head("/admin/users", t("admin.nav.users"))}${this.#filters()}
      ${this.#list.show(items => this.#rows(items), t("admin.user.none"))}`;
  }
}

customElements.define("cb-page-admin-users", AdminUsersPage);
export default "cb-page-admin-users";
