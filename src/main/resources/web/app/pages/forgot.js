import {command} from "app/api.js";
import {Form, Page, field, html, icon, submit, t, values} from "app/ui.js";

class ForgotPage extends Page {
  #form = new Form(this);
  #email = "";
  #sent = false;

  async #submit(event) {
    event.preventDefault();
    const {email} = values(event.target);
    this.#email = email ?? "";
    if (!email) {
      this.#form.refuse([{field: "email", code: "required"}]);
      return;
    }
    if (await this.#form.send(() => command("/auth/password-reset", {email: email.trim()}, {anonymous: true}))) {
      this.#sent = true;
      this.requestUpdate();
    }
  }

  render() {
    return html`<div class="narrow">
      <h1 tabindex="-1">${t("forgot.title")}</h1>
      ${this.#sent ? html`<div class="box ok" role="status"><p>${icon("mail")} ${t("forgot.sent", {email: this.#email})}</p></div>` : html`
      <p>${t("forgot.hint")}</p>
      <form class="card" novalidate @submit=${this.#submit}>
        ${this.#form.summary({email: t("form.email")})}
        ${field(this.#form, "email", t("form.email"), {type: "email", autocomplete: "username", value: this.#email})}
        <div class="actions">${submit(this.#form, t("forgot.submit"))}</div>
      </form>`}
      <p><a href="/login">${t("forgot.back")}</a></p>
    </div>`;
  }
}

customElements.define("cb-page-forgot", ForgotPage);
export default "cb-page-forgot";
