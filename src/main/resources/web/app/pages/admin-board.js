import {api} from "app/api.js";
import {head} from "app/admin.js";
import {dayTime, number, time} from "app/text.js";
import {Form, Page, Resource, html, nothing, state, submit, t} from "app/ui.js";

const REFRESH_MS = 5000;

/** What waits for an admin, whether the books are right, and how the platform does. */
class AdminBoardPage extends Page {
  #board = new Resource(this, signal => api("/admin/operations", {signal}));
  #proof = new Form(this);
  #timer = null;

  addressChanged() {
    this.#board.run();
  }

  connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => { if (!document.hidden) { this.#board.run(); } }, REFRESH_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async #prove(event) {
    event.preventDefault();
    const audit = await this.#proof.send(() => api("/admin/ledger/audit"));
    if (audit) {
      this.broken = audit.invariants.filter(invariant => !invariant.ok);
      this.#board.run();
    }
  }

  broken = [];

  #books(board) {
    const {books} = board;
    return html`<section class="box ${books ? books.ok ? "ok" : "danger" : "due"}" aria-labelledby="books">
      <h2 id="books">${books ? books.ok ? t("admin.board.proved", {time: dayTime(books.checkedAt)})
        : t("admin.board.broken", {count: books.violations}) : t("admin.board.never")}</h2>
      ${this.broken.length > 0 ? html`<ul>${this.broken.map(invariant => html`<li><b>${invariant.name.replaceAll("_", " ")}</b>
        <ul>${invariant.violations.map(line => html`<li>${line}</li>`)}</ul></li>`)}</ul>` : nothing}
      ${this.#proof.summary()}
      <form class="no-print" @submit=${event => this.#prove(event)}>${submit(this.#proof, t("admin.board.prove"), t("admin.board.proving"), {kind: ""})}</form>
    </section>`;
  }

  #figure(key, value, href) {
    const text = value === undefined ? t("admin.board.unknown") : number(value);
    return html`<div><dt>${href ? html`<a href=${href}>${t(key)}</a>` : t(key)}</dt><dd>${text}</dd></div>`;
  }

  #nodes(board) {
    return html`<section aria-labelledby="nodes"><h2 id="nodes">${t("admin.board.nodes", {count: board.nodes.length})}</h2>
      <div class="table-scroll" tabindex="0" role="region" aria-label=${t("admin.board.nodesLabel")}><table class="data dense">
      <thead><tr><th scope="col">${t("admin.board.node")}</th><th scope="col">${t("admin.board.started")}</th>
        <th scope="col" class="amount">${t("admin.board.connections")}</th><th scope="col" class="amount">${t("admin.board.liveUsers")}</th>
        <th scope="col" class="amount">${t("admin.board.inFlight")}</th></tr></thead>
      <tbody>${board.nodes.map(node => html`<tr><td><b>${node.name}</b>${node.draining ? html` <span class="chip">${t("admin.board.draining")}</span>` : nothing}
        <br><span class="quiet small">${node.roles.join(", ")}</span></td><td>${dayTime(node.startedAt)}</td>
        <td class="amount">${number(node.connections)}</td><td class="amount">${number(node.liveUsers)}</td>
        <td class="amount">${number(node.requestsInFlight)}</td></tr>`)}</tbody></table></div></section>`;
  }

  render() {
    return html`${head("/admin", t("admin.nav.board"))}
      ${state(this.#board, board => html`
        ${this.#books(board)}
        <section aria-labelledby="waiting"><h2 id="waiting">${t("admin.board.waiting")}</h2>
          <dl class="amounts">${this.#figure("admin.nav.reviews", board.waiting.reviews, "/admin/reviews")}
            ${this.#figure("admin.nav.deadLetters", board.waiting.deadLetters, "/admin/dead-letters")}</dl></section>
        <section aria-labelledby="now"><h2 id="now">${t("admin.board.now")}</h2>
          <dl class="amounts">${this.#figure("admin.board.openMeetings", board.openMeetings)}
            ${this.#figure("admin.board.messages", board.queues.messages)}
            ${this.#figure("admin.board.deliveries", board.queues.deliveries)}</dl></section>
        ${this.#nodes(board)}
        <p class="quiet small">${t("admin.asOf", {time: time(board.at)})}</p>`, {lines: 6})}`;
  }
}

customElements.define("cb-page-admin-board", AdminBoardPage);
export default "cb-page-admin-board";
