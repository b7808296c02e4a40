import {WalletView} from "app/money.js";
import {Page, html, icon, t} from "app/ui.js";

class EarningsPage extends Page {
  #view = new WalletView(this);

  addressChanged() {
    this.#view.load();
  }

  onLive(type) {
    if (type !== "slots") {
      this.#view.load();
    }
  }

  render() {
    return html`<div class="head"><h1 tabindex="-1">${t("title.teach-earnings")}</h1>
        <a class="button primary" href="/teach/withdraw">${icon("wallet")} ${t("earnings.withdraw")}</a></div>
      <div class="middle">${this.#view.amounts(true)}
        <p class="quiet">${t("earnings.hint")}</p>
        <section aria-labelledby="history"><h2 id="history">${t("wallet.history")}</h2>${this.#view.history("teacher")}</section></div>`;
  }
}

customElements.define("cb-page-teach-earnings", EarningsPage);
export default "cb-page-teach-earnings";
