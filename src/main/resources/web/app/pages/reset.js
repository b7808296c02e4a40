// The page behind the link of a password reset mail.
import {command} from "app/api.js";
import {Form, Page, field, html, icon, submit, t, values} from "app/ui.js";

class ResetPage extends Page {
  #form = new Form(this);
  #done = false;

  async #submit(event) {
    event.preventDefault();
    const {password} = values(event.target);
    if (!password) {
      this.#form.refuse([{field: "password", code: "required"}]);
      return;
    }
    const answer = await this.#form.send(() => command("/auth/password-reset/confirm",
      {token: globalThis.classbellToken ?? "", password}, {anonymous: true}));
    if (answer) {
      this.#done = true;
      this.requestUpdate();
    }
  }

  render() {
    return html`<div class="narrow">
      <h1 tabindex="-1">${t("reset.title")}</h1>
      ${this.#done ? html`<div class="box ok" id="outcome" role="status"><p>${icon("circle-check")} ${t("reset.done")}</p></div>
        <p><a class="button primary" href="/login">${t("nav.login")}</a></p>` : html`
      <form class="card" novalidate @submit=${this.#submit}>
        ${this.#form.summary({password: t("form.newPassword"), token: t("reset.link")})}
        ${field(this.#form, "password", t("form.newPassword"),
          {type: "password", autocomplete: "new-password", hint: t("form.passwordHint")})}
        <div class="actions">${submit(this.#form, t("reset.submit"))}</div>
      </form>
      <p><a href="/forgot">${t("reset.again")}</a></p>`}
    </div>`;
  }
}

customElements.define("cb-page-reset", ResetPage);
export default "cb-page-reset";
