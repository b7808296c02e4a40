// A wallet: its amounts, where the credits are, and its history.
import {api} from "app/api.js";
import {change, credits, dayTime, money} from "app/text.js";
import {Resource, emptyBox, html, icon, nothing, state, t, userText} from "app/ui.js";

const titles = new Map();

/** Loads the titles of the classes in some lines, once. */
async function loadTitles(lines) {
  const missing = [...new Set(lines.filter(line => line.title === undefined && line.meetingId).map(line => line.meetingId))]
    .filter(id => !titles.has(id));
  await Promise.all(missing.map(async id => {
    const meeting = await api("/meetings/" + id).catch(() => null);
    titles.set(id, meeting?.title ?? null);
  }));
}

/** What a wallet page shows; its host renders the parts. */
export class WalletView {
  #host;
  #more = false;

  constructor(host) {
    this.#host = host;
    this.wallet = new Resource(host, signal => api("/wallet", {signal}));
    this.lines = new Resource(host, async signal => {
      const page = await api("/wallet/transactions", {query: {limit: 25}, signal});
      await loadTitles(page.items);
      return page;
    });
  }

  load() {
    this.wallet.run();
    this.lines.run();
  }

  async #loadMore() {
    this.#more = true;
    this.#host.requestUpdate();
    try {
      const page = await api("/wallet/transactions", {query: {limit: 25, cursor: this.lines.value.nextCursor}});
      await loadTitles(page.items);
      this.lines.set({items: [...this.lines.value.items, ...page.items], nextCursor: page.nextCursor});
    } catch (problem) {
      this.lines.problem = problem;
    } finally {
      this.#more = false;
      this.#host.requestUpdate();
    }
  }

  amounts(isTeacher) {
    return state(this.wallet, wallet => html`<dl class="amounts">
      <div><dt>${t("wallet.available")}</dt><dd>${money(wallet.balance)}</dd></div>
      ${isTeacher ? nothing : html`<div><dt>${t("wallet.held")}</dt><dd>${money(wallet.held)}</dd></div>`}</dl>
      <p class="quiet small">${t("wallet.unit")}</p>`, {lines: 1});
  }

  history(role) {
    return state(this.lines, page => page.items.length === 0 ? emptyBox(t("wallet.noLines")) : html`
      <div class="table-scroll" tabindex="0" role="group" aria-label=${t("wallet.history")}><table class="data ledger">
        <thead><tr><th scope="col">${t("wallet.when")}</th><th scope="col">${t("wallet.what")}</th>
          <th scope="col" class="amount">${t("wallet.amount")}</th><th scope="col" class="amount">${t("wallet.after")}</th></tr></thead>
        <tbody>${page.items.map(line => html`<tr>
          <td class="when">${dayTime(line.at)}</td>
          <td class="what">${this.#what(line, role)}</td>
          <td class="amount ${line.amount > 0 ? "plus" : ""}"><b>${change(line.amount)}</b></td>
          <td class="amount after"><span class="label quiet">${t("wallet.after")} </span>${money(line.balanceAfter)}</td></tr>`)}</tbody>
      </table></div>
      ${page.nextCursor ? html`<p class="center"><button type="button" aria-disabled=${this.#more ? "true" : nothing}
        @click=${() => this.#loadMore()}>${this.#more ? t("state.loading") : t("action.more")}</button></p>` : nothing}`, {lines: 5});
  }

  #what(line, role) {
    const title = line.title ?? titles.get(line.meetingId);
    const href = line.bookingId && role === "student" ? "/my/classes/" + line.bookingId
      : line.meetingId ? (role === "teacher" ? "/teach/classes/" : "/classes/") + line.meetingId : null;
    const text = title ? html`${t("line." + line.kind)}: ${userText(title)}` : t("line." + line.kind);
    return html`${href ? html`<a href=${href}>${text}</a>` : text}${
      line.rule && line.rule !== "test" ? html`<br><span class="quiet small">${t("rule." + line.rule)}</span>` : nothing}`;
  }
}

export {credits, icon};
