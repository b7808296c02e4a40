// The page behind the link of a verification mail. Opening it changes nothing: mail scanners open links too.
import {api, command, session} from "app/api.js";
import {Form, Page, html, icon, submit, t} from "app/ui.js";

class VerifyPage extends Page {
  #form = new Form(this);
  #done = false;

  async #submit(event) {
    event.preventDefault();
    const answer = await this.#form.send(() =>
      command("/auth/verify-email", {token: globalThis.classbellToken ?? ""}, {anonymous: true}));
    if (answer) {
      this.#done = true;
      this.requestUpdate();
      if (session.user) {
        session.changeUser(await api("/me"));
      }
    }
  }

  render() {
    return html`<div class="narrow">
      <h1 tabindex="-1">${t("verify.title")}</h1>
      ${this.#done ? html`<div class="box ok" id="outcome" role="status"><p>${icon("circle-check")} ${t("verify.done")}</p></div>
        <p><a class="button primary" href="/">${t("action.home")}</a></p>` : html`
      <form class="card" novalidate @submit=${this.#submit}>
        ${this.#form.summary({token: t("verify.link")})}
        <p>${t("verify.hint")}</p>
        <div class="actions">${submit(this.#form, t("verify.submit"))}</div>
      </form>`}
    </div>`;
  }
}

customElements.define("cb-page-verify", VerifyPage);
export default "cb-page-verify";
