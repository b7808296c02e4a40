import {boot, command} from "app/api.js";
import {credits, parseMoney} from "app/text.js";
import {WalletView} from "app/money.js";
import {Form, Page, field, html, nothing, submit, t, toasts, values} from "app/ui.js";

class WalletPage extends Page {
  #view = new WalletView(this);
  #form = new Form(this);

  addressChanged() {
    this.#view.load();
  }

  onLive(type) {
    if (type !== "slots") {
      this.#view.load();
    }
  }

  async #deposit(event) {
    event.preventDefault();
    const form = event.target;
    const amount = parseMoney(values(form).amount ?? "");
    if (!amount) {
      this.#form.refuse([{field: "amount", code: "wrong_format"}]);
      return;
    }
    if (await this.#form.send(options => command("/wallet/deposit", {amount}, options))) {
      toasts.show(t("wallet.added", {amount: credits(amount)}), "ok");
      document.dispatchEvent(new Event("balance"));
      this.#view.load();
    }
  }

  render() {
    return html`<h1 tabindex="-1">${t("wallet.title")}</h1>
      <div class="with-side flip">
        <div class="main">
          ${this.#view.amounts(false)}
          <section aria-labelledby="history"><h2 id="history">${t("wallet.history")}</h2>${this.#view.history("student")}</section>
        </div>
        <div class="side">${boot.testMode ? html`<form class="card" novalidate @submit=${this.#deposit}>
          <h2>${t("wallet.testCredits")}</h2><p class="quiet">${t("wallet.testHint")}</p>
          ${this.#form.summary({amount: t("wallet.amountField")}, {urgent: true})}
          ${field(this.#form, "amount", t("wallet.amountField"), {value: "100", inputmode: "decimal", maxlength: 16})}
          <div class="actions">${submit(this.#form, t("wallet.add"))}</div></form>` : nothing}</div>
      </div>`;
  }
}

customElements.define("cb-page-wallet", WalletPage);
export default "cb-page-wallet";
