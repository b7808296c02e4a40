import {all, api, command} from "app/api.js";
import {credits, dayTime, parseMoney} from "app/text.js";
import {Form, Page, Resource, emptyBox, field, html, icon, nothing, problemText, state, submit, t, toasts, userText, values} from "app/ui.js";

class WithdrawPage extends Page {
  #form = new Form(this);
  #data = {};
  #money = new Resource(this, async signal => {
    const [wallet, accounts, config] = await Promise.all([
      api("/wallet", {signal}), api("/me/payout-accounts", {signal}), api("/config", {signal})]);
    const providers = config.providers.filter(p => p.withdrawals).map(p => p.provider);
    return {wallet, accounts: new Map(accounts.items.map(a => [a.provider, a.destination])),
      providers: providers.includes("manual") ? providers : [...providers, "manual"]};
  });
  #list = new Resource(this, () => all("/wallet/withdrawals", {}, 200));

  addressChanged() {
    this.#money.run();
    this.#list.run();
  }

  onLive(type) {
    if (type !== "slots") {
      this.addressChanged();
    }
  }

  get #provider() {
    const {accounts, providers} = this.#money.value;
    return this.#data.provider ?? providers.find(p => accounts.has(p)) ?? providers[0];
  }

  async #submit(event) {
    event.preventDefault();
    this.#data = values(event.target);
    const {provider, destination} = this.#data;
    const amount = parseMoney(this.#data.amount ?? "");
    const errors = [];
    if (!destination) {
      errors.push({field: "destination", code: "required"});
    }
    if (!amount) {
      errors.push({field: "amount", code: this.#data.amount ? "wrong_format" : "required"});
    }
    if (errors.length > 0) {
      this.#form.refuse(errors);
      return;
    }
    const done = await this.#form.send(async options => {
      if (this.#money.value.accounts.get(provider) !== destination) {
        await api("/me/payout-accounts/" + provider, {method: "PUT", body: {destination}});
      }
      return command("/wallet/withdrawals", {amount, provider}, options);
    });
    if (done) {
      this.#data = {};
      toasts.show(t("withdraw.requested", {amount: credits(amount)}), "ok");
      document.dispatchEvent(new Event("balance"));
    }
    this.addressChanged();
  }

  async #cancel(withdrawal) {
    try {
      await command(`/wallet/withdrawals/${withdrawal.id}/cancel`, {});
      toasts.show(t("withdraw.wasCancelled"), "ok");
      document.dispatchEvent(new Event("balance"));
    } catch (problem) {
      toasts.show(problemText(problem), "danger");
    }
    this.addressChanged();
  }

  render() {
    return html`<p><a class="back" href="/teach/earnings">${icon("chevron-left")} ${t("nav.earnings")}</a></p>
      <h1 tabindex="-1">${t("title.teach-withdraw")}</h1>
      <div class="with-side flip">
        <div class="main"><section aria-labelledby="withdrawals"><h2 id="withdrawals">${t("withdraw.list")}</h2>
          ${state(this.#list, items => items.length === 0 ? emptyBox(t("withdraw.none")) : html`<ul class="rows">${items.map(w => this.#row(w))}</ul>`, {lines: 3})}</section></div>
        <div class="side">${state(this.#money, data => this.#request(data), {lines: 3})}</div>
      </div>`;
  }

  #request({wallet, accounts, providers}) {
    const form = this.#form;
    const provider = this.#provider;
    return html`<form class="card" novalidate @submit=${this.#submit}>
      <h2>${t("withdraw.new")}</h2>
      <p class="quiet">${t("withdraw.available", {amount: credits(wallet.balance)})}</p>
      ${form.summary({amount: t("wallet.amountField"), destination: t("withdraw.destination"), provider: t("withdraw.provider")}, {urgent: true})}
      ${field(form, "provider", t("withdraw.provider"), {input: ({id, name}) => html`<select id=${id} name=${name}
        @change=${event => { this.#data = {...values(event.target.form), destination: undefined}; this.requestUpdate(); }}>
        ${providers.map(p => html`<option value=${p} ?selected=${p === provider}>${t("provider." + p)}</option>`)}</select>`})}
      ${field(form, "destination", t("withdraw.destination"), {value: this.#data.destination ?? accounts.get(provider) ?? "", maxlength: 500, hint: t("destination." + provider)})}
      ${field(form, "amount", t("wallet.amountField"), {value: this.#data.amount ?? "", inputmode: "decimal", maxlength: 16})}
      <p class="quiet small">${t("withdraw.hint")}</p>
      <div class="actions">${submit(form, t("withdraw.submit"))}</div>
    </form>`;
  }

  #row(w) {
    return html`<li class="row notice-row">
      <div class="row-main"><p class="row-title">${credits(w.amount)} <span class="chip ${w.status === "paid" ? "ok" : ["failed", "returned", "rejected"].includes(w.status) ? "danger" : w.status === "cancelled" ? "cancelled" : "due"}">${t("withdrawal." + w.status)}</span></p>
        <p class="quiet">${t("provider." + w.provider)}: ${userText(w.destination)}</p>
        <p class="quiet small">${dayTime(w.createdAt)}${w.reference ? html` · ${userText(w.reference)}` : nothing}${w.reason ? html` · ${userText(w.reason)}` : nothing}</p></div>
      <div class="row-side">${w.status === "requested" ? html`<button type="button" aria-label=${t("withdraw.cancelNamed", {amount: credits(w.amount)})} @click=${() => this.#cancel(w)}>${t("withdraw.cancel")}</button>` : nothing}</div>
    </li>`;
  }
}

customElements.define("cb-page-teach-withdraw", WithdrawPage);
export default "cb-page-teach-withdraw";
