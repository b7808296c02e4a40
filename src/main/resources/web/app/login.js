// The login form, as a page and as a dialog over a page.
import {html, nothing} from "lit";
import {api, session} from "app/api.js";
import {t} from "app/text.js";
import {Form, field, submit, values} from "app/ui.js";

export class LoginForm {
  #form;
  #email = "";

  constructor(host) {
    this.#form = new Form(host);
  }

  render(onDone) {
    const form = this.#form;
    return html`<form novalidate @submit=${event => this.#submit(event, onDone)}>
      ${form.summary({email: t("form.email"), password: t("form.password")})}
      ${field(form, "email", t("form.email"), {type: "email", autocomplete: "username", value: this.#email})}
      ${field(form, "password", t("form.password"), {type: "password", autocomplete: "current-password"})}
      <div class="actions">${submit(form, t("login.submit"), t("login.busy"))}</div>
    </form>`;
  }

  async #submit(event, onDone) {
    event.preventDefault();
    const {email, password} = values(event.target);
    this.#email = email ?? "";
    const missing = [["email", email], ["password", password]]
      .filter(([, value]) => !value).map(([field]) => ({field, code: "required"}));
    if (missing.length > 0) {
      this.#form.refuse(missing);
      return;
    }
    const answer = await this.#form.send(() =>
      api("/auth/login", {method: "POST", anonymous: true, body: {email: email.trim(), password}}));
    if (answer) {
      session.begin(answer);
      onDone();
    }
  }
}
