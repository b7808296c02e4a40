import {api} from "app/api.js";
import {Paged, accountLabel, accountName, head, table, userLink} from "app/admin.js";
import {change, dayTime, money} from "app/text.js";
import {Page, Resource, html, nothing, state, t, userText} from "app/ui.js";
import {router} from "app/router.js";

const KINDS = ["wallet", "escrow", "system"];

/** The ledger: accounts, the entries of one, and a transaction with its cause. */
class AdminLedgerPage extends Page {
  #accounts = new Paged(this, "/admin/ledger/accounts");
  #entries = new Paged(this, () => `/admin/ledger/accounts/${this.params.account}/entries`);
  #transaction = new Resource(this, (id, signal) => api("/admin/ledger/transactions/" + id, {signal}));
  #shown = null;

  addressChanged() {
    const {account, transaction} = this.params;
    const shown = account ?? transaction ?? "";
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#entries.reset();
      this.#transaction.reset();
    }
    if (account) {
      this.#entries.load();
    } else if (transaction) {
      this.#transaction.run(transaction);
    } else {
      this.#accounts.load({kind: this.query.get("kind") ?? ""});
    }
  }

  #kinds() {
    const now = this.query.get("kind");
    return html`<div class="segments no-print" role="group" aria-label=${t("admin.ledger.kinds")}>
      <button type="button" aria-pressed=${now ? "false" : "true"} @click=${() => router.query({kind: ""})}>${t("admin.ledger.all")}</button>
      ${KINDS.map(kind => html`<button type="button" aria-pressed=${now === kind ? "true" : "false"}
        @click=${() => router.query({kind})}>${t("admin.ledger.kind." + kind)}</button>`)}</div>`;
  }

  #entryRows(items, page) {
    return html`<dl class="amounts"><div><dt>${t("admin.ledger.balance")}</dt><dd>${money(page.account.balance)}</dd></div>
        ${page.account.held ? html`<div><dt>${t("admin.ledger.held")}</dt><dd>${money(page.account.held)}</dd></div>` : nothing}</dl>
      ${table(t("admin.ledger.entries"), [
        ["admin.ledger.when", entry => html`<a class="nowrap" href=${"/admin/ledger/transactions/" + entry.transactionId}>${dayTime(entry.at)}</a>`],
        ["admin.ledger.what", entry => html`${t("admin.posting." + entry.kind)}${entry.note ? html`: ${userText(entry.note)}` : nothing}${
          entry.rule ? html`<br><span class="quiet small">${entry.rule.replaceAll("_", " ")}</span>` : nothing}`],
        ["admin.ledger.amount", entry => html`<b>${change(entry.amount)}</b>`, "amount"],
        ["admin.ledger.after", entry => entry.balanceAfter === undefined ? nothing : money(entry.balanceAfter), "amount"],
      ], items)}`;
  }

  #cause(transaction) {
    const {type, id} = transaction.cause;
    const name = t("admin.cause." + type);
    if (type === "admin") {
      return html`${name}: ${userLink(transaction.actor ?? {id, name: ""})}`;
    }
    return html`${name} <span class="mono small">${id}</span>${
      transaction.meetingId ? html` · <a href=${"/admin/reviews/" + transaction.meetingId}>${t("admin.cause.toClass")}</a>` : nothing}`;
  }

  #one(transaction) {
    return html`<dl class="facts">
        <div><dt>${t("admin.ledger.when")}</dt><dd>${dayTime(transaction.at)}</dd></div>
        <div><dt>${t("admin.ledger.amount")}</dt><dd>${money(transaction.amount)}</dd></div>
        ${transaction.rule ? html`<div><dt>${t("admin.ledger.rule")}</dt><dd>${transaction.rule.replaceAll("_", " ")}</dd></div>` : nothing}
        ${transaction.note ? html`<div><dt>${t("admin.ledger.note")}</dt><dd>${userText(transaction.note)}</dd></div>` : nothing}
        ${transaction.actor ? html`<div><dt>${t("admin.ledger.actor")}</dt><dd>${userLink(transaction.actor)}</dd></div>` : nothing}
        <div><dt>${t("admin.ledger.cause")}</dt><dd>${this.#cause(transaction)}</dd></div></dl>
      ${table(t("admin.ledger.entries"), [
        ["admin.ledger.account", accountName],
        ["admin.ledger.amount", entry => html`<b>${change(entry.amount)}</b>`, "amount"],
        ["admin.ledger.after", entry => entry.balanceAfter === undefined ? nothing : money(entry.balanceAfter), "amount"],
      ], transaction.entries)}
      <p class="quiet small">${t("admin.ledger.sum")}</p>`;
  }

  render() {
    const print = html`<button type="button" class="no-print" @click=${() => globalThis.print()}>${t("admin.print")}</button>`;
    if (this.params.account) {
      const account = this.#entries.first.value?.account;
      return html`${head("/admin/ledger", account ? accountLabel(account) : t("admin.ledger.account"), print)}
        ${this.#entries.show((items, page) => this.#entryRows(items, page), t("admin.ledger.noEntries"))}`;
    }
    if (this.params.transaction) {
      const transaction = this.#transaction.value;
      return html`${head("/admin/ledger", transaction ? t("admin.posting." + transaction.kind) : t("admin.ledger.transaction"), print)}
        ${state(this.#transaction, value => this.#one(value), {lines: 5})}`;
    }
    return html`${head("/admin/ledger", t("admin.nav.ledger"))}${this.#kinds()}
      ${this.#accounts.show(items => table(t("admin.nav.ledger"), [
        ["admin.ledger.account", accountName],
        ["admin.ledger.kindLabel", account => t("admin.ledger.kind." + account.kind)],
        ["admin.ledger.balance", account => html`<b>${money(account.balance)}</b>`, "amount"],
        ["admin.ledger.held", account => account.held === undefined || account.kind !== "wallet" ? nothing : money(account.held), "amount"],
      ], items), t("admin.ledger.none"))}`;
  }
}

customElements.define("cb-page-admin-ledger", AdminLedgerPage);
export default "cb-page-admin-ledger";
