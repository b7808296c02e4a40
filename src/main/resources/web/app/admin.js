// What all pages for admins share: their texts, links between queues, tables, paging and actions.
import {api} from "app/api.js";
import {change, day, dayTime, loadTexts, money} from "app/text.js";
import {Resource, emptyBox, html, icon, nothing, state, t, userText} from "app/ui.js";

await loadTexts("admin");

const SECTIONS = [
  ["/admin", "admin.nav.board"],
  ["/admin/reviews", "admin.nav.reviews"],
  ["/admin/withdrawals", "admin.nav.withdrawals"],
  ["/admin/users", "admin.nav.users"],
  ["/admin/ledger", "admin.nav.ledger"],
  ["/admin/dead-letters", "admin.nav.deadLetters"],
  ["/admin/audit", "admin.nav.audit"],
];

/** The links between the pages for admins. */
export const sections = here => html`<nav class="sub no-print" aria-label=${t("admin.nav.label")}>${SECTIONS.map(([href, key]) =>
  html`<a href=${href} aria-current=${here === href ? "page" : nothing}>${t(key)}</a>`)}</nav>`;

/** The head of a page: sections, heading and what belongs beside it. */
export const head = (here, title, side = nothing) => html`${sections(here)}
  <div class="admin-head"><h1 tabindex="-1">${title}</h1>${side}</div>`;

/** A table that scrolls by itself on narrow screens. Each column: [key of its text, cell, class]. */
export function table(label, columns, rows) {
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${label}><table class="data dense">
    <thead><tr>${columns.map(([key, , kind]) => html`<th scope="col" class=${kind ?? ""}>${key ? t(key) : nothing}</th>`)}</tr></thead>
    <tbody>${rows.map(row => html`<tr>${columns.map(([, cell, kind]) => html`<td class=${kind ?? ""}>${cell(row)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

/** A list that is loaded page by page. */
export class Paged {
  #host;
  #path;
  #query = {};
  #busy = false;

  constructor(host, path) {
    this.#host = host;
    this.#path = path;
    this.first = new Resource(host, (query, signal) => api(this.#address(), {query, signal}));
  }

  #address() {
    return typeof this.#path === "function" ? this.#path() : this.#path;
  }

  load(query = {}) {
    this.#query = {limit: 25, ...query};
    return this.first.run(this.#query);
  }

  reset() {
    this.first.reset();
  }

  async #more() {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    this.#host.requestUpdate();
    try {
      const page = await api(this.#address(), {query: {...this.#query, cursor: this.first.value.nextCursor}});
      this.first.set({...this.first.value, items: [...this.first.value.items, ...page.items], nextCursor: page.nextCursor});
    } catch (problem) {
      this.first.problem = problem;
    } finally {
      this.#busy = false;
      this.#host.requestUpdate();
    }
  }

  /** Renders the items, or why there are none. */
  show(render, empty) {
    return state(this.first, page => page.items.length === 0 ? emptyBox(empty) : html`${render(page.items, page)}
      ${page.nextCursor ? html`<p class="center no-print"><button type="button" aria-disabled=${this.#busy ? "true" : nothing}
        @click=${() => this.#more()}>${this.#busy ? t("state.loading") : t("action.more")}</button></p>` : nothing}`, {lines: 5});
  }
}

export const userLink = person => html`<a href=${"/admin/users/" + person.id}>${person.name ? userText(person.name) : t("admin.someone")}</a>`;

export const accountLink = (id, label) => html`<a href=${"/admin/ledger/accounts/" + id}>${label ?? id}</a>`;

/** An account of the ledger by the name that a person knows it by. */
export function accountLabel(account) {
  return account.kind === "wallet" ? t("admin.account.wallet", {name: account.owner?.name || t("admin.someone")})
    : account.kind === "escrow" ? t("admin.account.escrow") : t("admin.account.system", {name: account.accountId ?? account.id});
}

/** The same as a link to the account. */
export const accountName = account => accountLink(account.accountId ?? account.id, accountLabel(account));

/** The subject of an admin's action, with a link if there is a page for it. */
export function subjectLink(subject) {
  switch (subject.type) {
    case "user":
    case "wallet":
      return userLink(subject);
    case "meeting":
      return html`<a href=${"/admin/reviews/" + subject.id}>${t("admin.subject.meeting")}</a>`;
    case "withdrawal":
      return html`<a href="/admin/withdrawals">${t("admin.subject.withdrawal")}</a>`;
    default:
      return html`<span class="mono">${subject.id.slice(-8)}</span>`;
  }
}

/** Values before and after an action: amounts as amounts, and only the names that are known as texts. */
export const changes = action => {
  const names = [...new Set([...Object.keys(action.before), ...Object.keys(action.after)])].filter(name => name !== "transactionId");
  const show = (name, value) => value === undefined ? nothing
    : name === "balance" ? money(value) : name === "amount" ? change(value) : String(value).replaceAll("_", " ");
  return html`<ul class="plain-list small">${names.map(name => html`<li><span class="quiet">${name}</span>
    ${action.before[name] === undefined ? nothing : html`<s>${show(name, action.before[name])}</s> `}${show(name, action.after[name])}</li>`)}</ul>`;
};

export {dayTime, day, money, change, icon};
