import {Paged, changes, head, subjectLink, table, userLink} from "app/admin.js";
import {dayTime} from "app/text.js";
import {Page, html, nothing, t, userText, values} from "app/ui.js";
import {router} from "app/router.js";

const ACTIONS = ["user_disabled", "user_enabled", "user_role_changed", "review_decided", "meeting_cancelled",
  "wallet_adjusted", "dead_letter_replayed", "withdrawal_approved", "withdrawal_rejected", "withdrawal_paid"];

/** What admins did: who, what, before, after. */
class AdminAuditPage extends Page {
  #list = new Paged(this, "/admin/audit-log");

  addressChanged() {
    this.#list.load({action: this.query.get("action") ?? "", adminId: this.query.get("adminId") ?? ""});
  }

  #filter() {
    return html`<form class="admin-filter no-print" @submit=${event => { event.preventDefault(); router.query({action: values(event.target).action}); }}>
      <label><span class="small">${t("admin.audit.what")}</span><select name="action"><option value="">${t("admin.user.any")}</option>
        ${ACTIONS.map(action => html`<option value=${action} ?selected=${this.query.get("action") === action}>${t("admin.action." + action)}</option>`)}</select></label>
      <button>${t("action.search")}</button></form>`;
  }

  render() {
    return html`${head("/admin/audit", t("admin.nav.audit"),
        html`<button type="button" class="no-print" @click=${() => print()}>${t("admin.print")}</button>`)}
      ${this.#filter()}
      ${this.#list.show(items => table(t("admin.nav.audit"), [
        ["admin.audit.when", action => html`<span class="nowrap">${dayTime(action.at)}</span>`],
        ["admin.audit.who", action => userLink(action.admin)],
        ["admin.audit.what", action => html`${t("admin.action." + action.action)}${action.reason ? html`<br><span class="quiet small">${userText(action.reason)}</span>` : nothing}`],
        ["admin.audit.subject", action => subjectLink(action.subject)],
        ["admin.audit.change", changes],
      ], items), t("admin.audit.none"))}`;
  }
}

customElements.define("cb-page-admin-audit", AdminAuditPage);
export default "cb-page-admin-audit";
