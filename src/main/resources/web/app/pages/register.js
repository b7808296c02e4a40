import {api, command, session} from "app/api.js";
import {browserZone, language, zoneName} from "app/text.js";
import {nextAddress, router} from "app/router.js";
import {Form, Page, field, html, icon, submit, t, values} from "app/ui.js";

class RegisterPage extends Page {
  #form = new Form(this);
  #values = {role: "student"};

  addressChanged() {
    if (session.user) {
      router.go(nextAddress(this.query) ?? "/", {replace: true});
    }
  }

  async #submit(event) {
    event.preventDefault();
    this.#values = values(event.target);
    const {email, password, name, role} = this.#values;
    const missing = ["name", "email", "password"].filter(field => !this.#values[field])
      .map(field => ({field, code: "required"}));
    if (missing.length > 0) {
      this.#form.refuse(missing);
      return;
    }
    const answer = await this.#form.send(async () => {
      await command("/auth/register",
        {email: email.trim(), password, name, role, timezone: browserZone, locale: language}, {anonymous: true});
      return api("/auth/login", {method: "POST", anonymous: true, body: {email: email.trim(), password}});
    });
    if (answer) {
      const next = nextAddress(this.query) ?? "/";
      session.begin(answer);
      router.go(next, {replace: true});
    }
  }

  render() {
    const form = this.#form;
    const labels = {name: t("form.name"), email: t("form.email"), password: t("form.password")};
    const role = (value, text, hint) => html`<label class="choice"><input type="radio" name="role" value=${value}
      .checked=${(this.#values.role ?? "student") === value}><span><b>${text}</b><br><span class="quiet">${hint}</span></span></label>`;
    return html`<div class="narrow">
      <h1 tabindex="-1">${t("register.title")}</h1>
      <form class="card" novalidate @submit=${this.#submit}>
        ${form.summary(labels)}
        <fieldset><legend>${t("register.role")}</legend>
          ${role("student", t("role.student"), t("register.studentHint"))}
          ${role("teacher", t("role.teacher"), t("register.teacherHint"))}
        </fieldset>
        ${field(form, "name", labels.name, {autocomplete: "name", hint: t("register.nameHint"), value: this.#values.name})}
        ${field(form, "email", labels.email, {type: "email", autocomplete: "username", value: this.#values.email})}
        ${field(form, "password", labels.password,
          {type: "password", autocomplete: "new-password", hint: t("form.passwordHint"), value: this.#values.password})}
        <p class="quiet small">${icon("globe")} ${t("register.zone", {zone: zoneName(browserZone)})}</p>
        <div class="actions">${submit(form, t("register.submit"))}</div>
      </form>
      <p>${t("register.haveAccount")} <a href=${"/login" + location.search}>${t("nav.login")}</a></p>
    </div>`;
  }
}

customElements.define("cb-page-register", RegisterPage);
export default "cb-page-register";
