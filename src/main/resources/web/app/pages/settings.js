import {api, boot, command, session} from "app/api.js";
import {browserZone, setLanguage, zoneName} from "app/text.js";
import {theme} from "app/theme.js";
import {router} from "app/router.js";
import {Form, Page, Resource, field, html, icon, nothing, problemText, state, submit, t, toasts, values} from "app/ui.js";

const AREAS = ["profile", "notices", "security", "calendar"];

/** The kinds that a role can get. */
const KINDS = {
  student: /^(booking_|refund_|meeting_|reminder|review_decided|dispute_|credits_)/,
  teacher: /^(booking_(confirmed|cancelled|moved)|meeting_|reminder|review_|dispute_|credits_|withdrawal_)/,
  admin: /^(review_|dispute_|withdrawal_|credits_)/,
};

class SettingsPage extends Page {
  #form = new Form(this);
  #feed = null;
  #preferences = new Resource(this, signal => api("/me/notification-preferences", {signal}));

  get #area() {
    return this.path.path.split("/")[2];
  }

  get pageTitle() {
    return `${t("settings." + this.#area)} - ${t("title.settings")}`;
  }

  addressChanged() {
    this.#form.clear();
    if (this.#area === "notices") {
      this.#preferences.run();
    }
  }

  onClock() {}

  render() {
    const show = {profile: () => this.#profile(), notices: () => this.#notices(), security: () => this.#security(), calendar: () => this.#calendar()};
    return html`<h1 tabindex="-1">${t("settings.title")}</h1>
      <nav class="sub" aria-label=${t("settings.title")}>${AREAS.map(area => html`<a href=${"/settings/" + area}
        aria-current=${area === this.#area ? "page" : nothing}>${t("settings." + area)}</a>`)}</nav>
      <div class="middle">${show[this.#area]()}</div>`;
  }

  async #saveProfile(event) {
    event.preventDefault();
    const {name, timezone} = values(event.target);
    if (!name) {
      this.#form.refuse([{field: "name", code: "required"}]);
      return;
    }
    const user = await this.#form.send(() => api("/me", {method: "PATCH", body: {name, timezone}}));
    if (user) {
      session.changeUser(user);
      toasts.show(t("settings.saved"), "ok");
    }
  }

  #zones() {
    const zones = new Set(Intl.supportedValuesOf("timeZone"));
    zones.add(session.user.timezone).add(browserZone).add("UTC");
    const areas = new Map();
    for (const name of [...zones].sort()) {
      const area = name.includes("/") ? name.split("/")[0] : "UTC";
      areas.set(area, [...areas.get(area) ?? [], name]);
    }
    return [...areas];
  }

  #profile() {
    const {user} = session;
    return html`<form class="card" novalidate @submit=${this.#saveProfile}>
      <h2>${t("settings.profile")}</h2>
      ${this.#form.summary({name: t("form.name"), timezone: t("settings.zone")})}
      ${field(this.#form, "name", t("form.name"), {value: user.name, autocomplete: "name", maxlength: 120})}
      <div class="field"><b>${t("form.email")}</b><span>${user.email}</span></div>
      ${field(this.#form, "timezone", t("settings.zone"), {hint: t("settings.zoneHint"), input: ({id, name, described}) => html`
        <select id=${id} name=${name} aria-describedby=${described || nothing}>${this.#zones().map(([area, names]) => html`<optgroup label=${area}>${
          names.map(zone => html`<option value=${zone} ?selected=${zone === user.timezone}>${zone.split("/").slice(1).join(", ").replaceAll("_", " ") || zone}</option>`)}</optgroup>`)}</select>`})}
      <p class="quiet small">${icon("globe")} ${t("settings.zoneNow", {zone: zoneName(user.timezone)})}</p>
      <div class="actions">${submit(this.#form, t("action.save"))}</div>
    </form>
    <div class="card"><h2>${t("settings.look")}</h2>
      <div class="fields">
        <div class="field"><label for="theme">${t("settings.theme")}</label><select id="theme" @change=${event => theme.set(event.target.value)}>
          ${["auto", "light", "dark"].map(value => html`<option value=${value} ?selected=${theme.get() === value}>${t("theme." + value)}</option>`)}</select></div>
        <div class="field"><label for="language">${t("nav.language")}</label><select id="language" @change=${event => this.#language(event.target.value)}>
          ${boot.languages.map(code => html`<option value=${code} lang=${code} ?selected=${code === boot.language}>${
            new Intl.DisplayNames(code, {type: "language"}).of(code)}</option>`)}</select></div>
      </div></div>`;
  }

  async #language(code) {
    await api("/me", {method: "PATCH", body: {locale: code}}).catch(() => {});
    setLanguage(code);
  }

  async #toggle(kind, channel, event) {
    const box = event.target;
    const settings = this.#preferences.value.kinds[kind];
    settings[channel] = box.checked;
    try {
      this.#preferences.set(await api("/me/notification-preferences",
        {method: "PUT", body: {kinds: {[kind]: {[channel]: box.checked}}}}));
    } catch (problem) {
      settings[channel] = !box.checked;
      box.checked = settings[channel];
      toasts.show(problemText(problem), "danger");
      this.requestUpdate();
    }
  }

  #notices() {
    return html`<p class="quiet">${t("settings.noticesHint")}</p>
      ${state(this.#preferences, ({kinds}) => html`<div class="table-scroll"><table class="data checks">
        <thead><tr><th scope="col">${t("settings.kind")}</th><th scope="col">${t("settings.email")}</th><th scope="col">${t("settings.push")}</th></tr></thead>
        <tbody>${Object.keys(kinds).filter(kind => KINDS[session.user.role].test(kind)).map(kind => html`<tr><th scope="row">${t("kind." + kind)}</th>
          ${["email", "push"].map(channel => this.#box(kind, channel, kinds[kind]))}</tr>`)}</tbody></table></div>`, {lines: 8})}`;
  }

  #box(kind, channel, settings) {
    const isMandatory = settings.mandatory?.includes?.(channel) ?? false;
    return html`<td><label class="check"><input type="checkbox" .checked=${settings[channel]} ?disabled=${isMandatory}
      @change=${event => this.#toggle(kind, channel, event)}><span class="visually-hidden">${t("kind." + kind)}, ${t("settings." + channel)}</span>${
      isMandatory ? html`<span class="quiet small">${t("settings.always")}</span>` : nothing}</label></td>`;
  }

  async #savePassword(event) {
    event.preventDefault();
    const form = event.target;
    const {currentPassword, newPassword} = values(form);
    const missing = [["currentPassword", currentPassword], ["newPassword", newPassword]]
      .filter(([, value]) => !value).map(([name]) => ({field: name, code: "required"}));
    if (missing.length > 0) {
      this.#form.refuse(missing);
      return;
    }
    const user = await this.#form.send(() => api("/me", {method: "PATCH", body: {currentPassword, newPassword}}));
    if (user) {
      if (user.session) {
        session.begin(user.session);
      }
      form.reset();
      toasts.show(t("settings.passwordChanged"), "ok");
    }
  }

  async #everywhere() {
    try {
      await api("/auth/logout", {method: "POST", body: {everywhere: true}});
      await session.logout();
      router.go("/login");
    } catch (problem) {
      toasts.show(problemText(problem), "danger");
    }
  }

  #security() {
    return html`<form class="card" novalidate @submit=${this.#savePassword}>
      <h2>${t("settings.password")}</h2>
      ${this.#form.summary({currentPassword: t("settings.currentPassword"), newPassword: t("form.newPassword")})}
      <input type="email" name="username" autocomplete="username" value=${session.user.email} hidden>
      ${field(this.#form, "currentPassword", t("settings.currentPassword"), {type: "password", autocomplete: "current-password"})}
      ${field(this.#form, "newPassword", t("form.newPassword"), {type: "password", autocomplete: "new-password", hint: t("form.passwordHint")})}
      <div class="actions">${submit(this.#form, t("settings.changePassword"))}</div>
    </form>
    <div class="card"><h2>${t("settings.sessions")}</h2><p>${t("settings.sessionsHint")}</p>
      <p class="actions start"><button type="button" class="danger-action" @click=${() => this.#everywhere()}>${t("settings.everywhere")}</button></p></div>`;
  }

  async #createFeed() {
    try {
      this.#feed = (await command("/me/calendar-feed")).url;
      this.requestUpdate();
    } catch (problem) {
      toasts.show(problemText(problem), "danger");
    }
  }

  async #removeFeed() {
    try {
      await api("/me/calendar-feed", {method: "DELETE"});
      this.#feed = null;
      toasts.show(t("settings.feedRemoved"), "ok");
      this.requestUpdate();
    } catch (problem) {
      toasts.show(problemText(problem), "danger");
    }
  }

  async #copy() {
    const input = this.querySelector("#feed");
    input.select();
    await navigator.clipboard?.writeText(input.value).catch(() => {});
    toasts.show(t("settings.copied"), "ok");
  }

  async #download() {
    try {
      const {text} = await api("/me/calendar.ics");
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], {type: "text/calendar"}));
      link.download = "classbell.ics";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (problem) {
      toasts.show(problemText(problem), "danger");
    }
  }

  #calendar() {
    return html`<div class="card"><h2>${t("settings.feed")}</h2><p>${t("settings.feedHint")}</p>
      ${this.#feed ? html`<div class="field"><label for="feed">${t("settings.feedAddress")}</label>
        <input id="feed" readonly .value=${this.#feed}></div>
        <div class="actions start"><button type="button" class="primary" @click=${() => this.#copy()}>${icon("copy")} ${t("settings.copy")}</button></div>` : html`
        <p class="quiet">${t("settings.feedOnce")}</p>`}
      <div class="actions start">${this.#feed ? nothing : html`<button type="button" class="primary" @click=${() => this.#createFeed()}>${t("settings.createFeed")}</button>`}
        <button type="button" class="danger-action" @click=${() => this.#removeFeed()}>${t("settings.removeFeed")}</button></div></div>
    <div class="card"><h2>${t("settings.file")}</h2><p>${t("settings.fileHint")}</p>
      <p class="actions start"><button type="button" @click=${() => this.#download()}>${icon("download")} ${t("settings.download")}</button></p></div>`;
  }
}

customElements.define("cb-page-settings", SettingsPage);
export default "cb-page-settings";
