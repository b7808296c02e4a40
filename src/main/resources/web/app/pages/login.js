import {session} from "app/api.js";
import {nextAddress, router} from "app/router.js";
import {Page, html, t} from "app/ui.js";
import {LoginForm} from "app/login.js";

class LoginPage extends Page {
  #form = new LoginForm(this);

  addressChanged() {
    if (session.user) {
      this.#done();
    }
  }

  #done() {
    router.go(nextAddress(this.query) ?? "/", {replace: true});
  }

  render() {
    const next = nextAddress(this.query);
    const query = next ? "?next=" + encodeURIComponent(next) : "";
    return html`<div class="narrow">
      <h1 tabindex="-1">${t("login.title")}</h1>
      <div class="card">${this.#form.render(() => this.#done())}</div>
      <p><a href="/forgot">${t("login.forgot")}</a></p>
      <p>${t("login.noAccount")} <a href=${"/register" + query}>${t("nav.register")}</a></p>
    </div>`;
  }
}

customElements.define("cb-page-login", LoginPage);
export default "cb-page-login";
