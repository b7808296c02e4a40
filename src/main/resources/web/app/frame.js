// The frame of every page: header, navigation, test bar, login dialog, toasts; it shows the page of the address.
import {LitElement, html, nothing} from "lit";
import {api, boot, clock, command, network, session} from "app/api.js";
import {browserZone, dayTime, language, money, setLanguage, t, zone, zoneName} from "app/text.js";
import {live} from "app/live.js";
import {match, router} from "app/router.js";
import {theme} from "app/theme.js";
import {Form, field, icon, problemBox, problemText, submit, toasts, userText, values} from "app/ui.js";
import {LoginForm} from "app/login.js";

const LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "zh-CN": "简体中文"};

/** The links of each role: address, text, icon. The first five become tabs on small screens. */
const NAVIGATION = {
  anonymous: [["/classes", "nav.classes", "search"]],
  student: [
    ["/classes", "nav.classes", "search"],
    ["/my/classes", "nav.myClasses", "calendar-days"],
    ["/wallet", "nav.wallet", "wallet"],
    ["/inbox", "nav.inbox", "inbox"],
  ],
  teacher: [
    ["/teach/calendar", "nav.calendar", "calendar-days"],
    ["/teach/earnings", "nav.earnings", "wallet"],
    ["/classes", "nav.classes", "search"],
    ["/inbox", "nav.inbox", "inbox"],
  ],
  admin: [
    ["/admin", "nav.admin", "gauge"],
    ["/admin/reviews", "nav.adminReviews", "list"],
    ["/admin/users", "nav.adminUsers", "users"],
    ["/classes", "nav.classes", "search"],
    ["/inbox", "nav.inbox", "inbox"],
  ],
};

const MONEY_KINDS = /^(booking_|refund_|credits_|meeting_cancelled|meeting_closed|review_|dispute_|withdrawal_)/;
const DEMO = ["student", "teacher", "admin"];
const DEMO_PASSWORD = "classbell-demo";
const MINUTE_MS = 60_000;

theme.apply();

class Frame extends LitElement {
  static properties = {
    page: {state: true},
    balance: {state: true},
    loginOpen: {state: true},
    now: {state: true},
    moving: {state: true},
  };

  #route = null;
  #loads = 0;
  #loginDone = null;
  #loginForm = null;
  #userId = session.user?.id;

  constructor() {
    super();
    this.page = nothing;
    this.balance = null;
    this.loginOpen = false;
    this.now = clock.now();
    this.moving = false;
    session.onLoginNeeded = () => this.#askForLogin();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const update = () => this.requestUpdate();
    session.addEventListener("change", () => this.#sessionChanged());
    network.addEventListener("change", update);
    network.addEventListener("clock", () => { this.now = clock.now(); });
    live.addEventListener("unread", update);
    live.addEventListener("status", update);
    live.addEventListener("notification", ({detail}) => this.#told(detail));
    live.addEventListener("gap", () => this.#readBalance());
    toasts.addEventListener("change", update);
    router.addEventListener("change", () => this.#show());
    document.addEventListener("balance", () => this.#readBalance());
    document.addEventListener("click", event => {
      for (const menu of this.querySelectorAll("details.menu[open]")) {
        if (!menu.contains(event.target) || event.target.closest("a")) {
          menu.open = false;
        }
      }
    });
    document.addEventListener("keydown", event => {
      const menu = event.key === "Escape" ? this.querySelector("details.menu[open]") : null;
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    setInterval(() => { this.now = clock.now(); }, 10_000);
    this.#show();
    this.#readBalance();
  }

  #sessionChanged() {
    this.balance = null;
    this.#readBalance();
    if (this.loginOpen) {
      if (session.user) {
        this.#userId ??= session.user.id;
        this.#closeLogin();
      }
      if (this.#userId === session.user?.id || !session.user) {
        this.requestUpdate();
        return;
      }
    }
    const isOther = this.#userId !== session.user?.id;
    this.#userId = session.user?.id;
    if (isOther) {
      this.#show(true);
    } else {
      this.requestUpdate();
    }
  }

  #askForLogin() {
    this.#loginForm = new LoginForm(this);
    this.loginOpen = true;
    return new Promise((resolve, reject) => { this.#loginDone = {resolve, reject}; });
  }

  #closeLogin(problem) {
    this.loginOpen = false;
    const done = this.#loginDone;
    this.#loginDone = null;
    if (problem) {
      done?.reject(problem);
    } else {
      done?.resolve();
    }
  }

  async #readBalance() {
    if (session.user && session.user.role !== "admin") {
      const user = session.user.id;
      const wallet = await api("/wallet").catch(() => null);
      if (wallet && session.user?.id === user) {
        this.balance = wallet.balance;
      }
    }
  }

  #told(notification) {
    toasts.show(notification.title + ": " + notification.text);
    if (MONEY_KINDS.test(notification.kind)) {
      this.#readBalance();
    }
  }

  /** Shows the page of the address, with the module that it needs. */
  async #show(anew = false) {
    const load = ++this.#loads;
    const found = match(location.pathname);
    const {focus, scroll} = router.arrival;
    if (!found) {
      location.reload();
      return;
    }
    const {path, params} = found;
    const query = new URLSearchParams(location.search);
    if (path.roles && !session.user) {
      router.go("/login?next=" + encodeURIComponent(location.pathname + location.search), {replace: true});
      return;
    }
    if (path.roles && !path.roles.includes(session.user.role)) {
      this.#route = null;
      this.page = html`<h1 tabindex="-1">${t("state.notAllowed")}</h1><p>${t("state.notAllowedHint")}</p>
        <p><a class="button" href="/">${t("action.home")}</a></p>`;
      document.title = `${t("state.notAllowed")} - ${t("app.name")}`;
      return;
    }
    if (!anew && this.#route?.page === path.page) {
      Object.assign(this.page, {path, params, query});
    } else {
      let module;
      try {
        module = await import(`app/pages/${path.page}.js`);
      } catch (problem) {
        console.error(problem);
        if (load === this.#loads) {
          this.page = problemBox({code: "page_not_loaded"}, () => location.reload());
        }
        return;
      }
      if (load !== this.#loads) {
        return;
      }
      this.page = Object.assign(document.createElement(module.default), {path, params, query});
    }
    this.#route = path;
    this.page.addressChanged();
    await this.updateComplete;
    await this.page.updateComplete;
    this.page.setTitle();
    this.#arrive(focus, scroll);
    for (const nav of this.querySelectorAll("nav")) {
      const links = [...nav.querySelectorAll("a[href]")];
      const nearest = links.map(link => link.getAttribute("href"))
        .filter(here => location.pathname === here || location.pathname.startsWith(here + "/"))
        .sort((a, b) => b.length - a.length)[0];
      for (const link of links) {
        if (link.getAttribute("href") === nearest) {
          link.setAttribute("aria-current", "page");
        } else {
          link.removeAttribute("aria-current");
        }
      }
    }
  }

  #arrive(focus, scroll) {
    if (focus === null) {
      return;
    }
    const isFirst = this.#loads === 1;
    const place = () => {
      const link = focus !== "heading" && this.querySelector(`main a[href="${CSS.escape(focus)}"]`);
      const target = link || (isFirst ? null : this.querySelector("main h1"));
      if (!this.querySelector("dialog[open]")) {
        target?.focus({preventScroll: true});
      }
      if (!isFirst) {
        scrollTo(0, scroll ?? 0);
      }
      return isFirst || link || focus === "heading" && target;
    };
    if (!place()) {
      // What has the link or the heading is still loading. The user's own focus comes first.
      const started = document.activeElement;
      const end = Date.now() + 5000;
      const again = setInterval(() => {
        if (document.activeElement !== started && document.activeElement !== document.body || Date.now() > end || place()) {
          clearInterval(again);
        }
      }, 50);
    }
  }

  updated() {
    const dialog = this.querySelector("#login-dialog");
    if (dialog && !dialog.open) {
      dialog.showModal();
      dialog.querySelector("input")?.focus();
    }
  }

  render() {
    const role = session.user?.role ?? "anonymous";
    return html`
      <a class="skip" href="#main" @click=${event => {
        event.preventDefault();
        this.querySelector("main h1, main")?.focus();
      }}>${t("nav.skip")}</a>
      ${boot.testMode ? this.#testBar() : nothing}
      <header class="top">
        <div class="bar">
          <a class="brand" href="/">${icon("bell")}<span>${t("app.name")}</span></a>
          <nav class="links" aria-label=${t("nav.main")}>${this.#links(role, false)}</nav>
          <div class="tools">${session.user ? this.#userTools() : this.#visitorTools()}</div>
        </div>
      </header>
      ${this.#notices()}
      <main id="main" tabindex="-1" class=${session.user ? "with-tabs" : ""}>${this.page}</main>
      <footer class="bottom">
        <p>${t("app.tagline")}</p>
        <p><a href="/docs">${t("footer.api")}</a></p>
        ${this.#languageMenu()}
      </footer>
      ${session.user ? html`<nav class="tabs" aria-label=${t("nav.main")}>${this.#links(role, true)}</nav>` : nothing}
      ${this.loginOpen ? this.#loginDialog() : nothing}
      <div class="toasts" role="status">${toasts.items.map(item => html`
        <div class="toast ${item.kind}"><p>${userText(item.text)}</p>
          <button type="button" class="plain" aria-label=${t("action.close")} @click=${() => toasts.close(item.id)}>${icon("x")}</button>
        </div>`)}</div>
      <div id="announcer" class="visually-hidden" role="status"></div>`;
  }

  /** On wide screens the bell leads to the inbox. */
  #links(role, isTabs) {
    return NAVIGATION[role].filter(([href]) => isTabs || href !== "/inbox").map(([href, text, image]) => html`<a href=${href}>${icon(image)}<span>${t(text)}</span>${
      href === "/inbox" && live.unread > 0
        ? html`<span class="badge" aria-label=${t("nav.unread", {count: live.unread})}>${live.unread > 99 ? "99+" : live.unread}</span>` : nothing}</a>`);
  }

  #visitorTools() {
    return html`<a class="button plain" href=${"/login" + this.#next()}>${t("nav.login")}</a>
      <a class="button primary" href=${"/register" + this.#next()}>${t("nav.register")}</a>`;
  }

  #next() {
    const here = location.pathname + location.search;
    return /^\/($|login|register|forgot|reset|verify)/.test(here) ? "" : "?next=" + encodeURIComponent(here);
  }

  #userTools() {
    const {user} = session;
    return html`
      ${live.status === "connecting" || !network.online ? html`<span class="chip state-chip" role="status">${
        icon("wifi-off")}<span>${network.online ? t("live.reconnecting") : t("live.offline")}</span></span>` : nothing}
      ${this.balance === null ? nothing : html`<a class="balance" href=${user.role === "teacher" ? "/teach/earnings" : "/wallet"}>
        <span class="visually-hidden">${t("nav.balance")}</span>${money(this.balance)}<span class="visually-hidden"> ${t("money.unit")}</span></a>`}
      <a class="bell" href="/inbox" aria-label=${live.unread > 0 ? t("nav.inboxUnread", {count: live.unread}) : t("nav.inbox")}>
        ${icon("bell")}${live.unread > 0 ? html`<span class="badge">${live.unread > 99 ? "99+" : live.unread}</span>` : nothing}</a>
      <details class="menu">
        <summary aria-label=${t("nav.account", {name: user.name})}>${icon("user")}<span class="user-name">${userText(user.name)}</span>${icon("chevron-down")}</summary>
        <div class="menu-items">
          <p class="quiet small">${userText(user.name)}<br>${userText(user.email)}</p>
          <a href="/settings/profile">${icon("settings")} ${t("nav.settings")}</a>
          ${this.#languageMenu()}
          <button type="button" class="item" @click=${() => this.#logout()}>${icon("log-out")} ${t("nav.logout")}</button>
        </div>
      </details>`;
  }

  async #logout() {
    await session.logout();
    router.go("/");
  }

  #languageMenu() {
    return html`<label class="language">${icon("globe")}<span class="visually-hidden">${t("nav.language")}</span>
      <select @change=${event => this.#chooseLanguage(event.target.value)}>${boot.languages.map(code =>
        html`<option value=${code} lang=${code} ?selected=${code === language}>${LANGUAGE_NAMES[code]}</option>`)}</select></label>`;
  }

  async #chooseLanguage(code) {
    if (session.user) {
      await api("/me", {method: "PATCH", body: {locale: code}}).catch(() => {});
    }
    setLanguage(code);
  }

  #notices() {
    const {user} = session;
    const unverified = user && user.emailVerified === false;
    const otherZone = user && user.timezone !== browserZone && !sessionStorage.getItem("classbell.zoneSeen");
    return !unverified && !otherZone ? nothing : html`<section class="notices" aria-label=${t("nav.notices")}>
      ${unverified ? html`<div class="notice brass"><p>${icon("mail")} ${t("verify.needed", {email: user.email})}
        <button type="button" class="link" @click=${() => this.#resend()}>${t("verify.resend")}</button></p></div>` : nothing}
      ${otherZone ? html`<div class="notice"><p>${icon("globe")} ${t("time.differs", {profile: zoneName(user.timezone), browser: zoneName(browserZone)})}
        <a href="/settings/profile">${t("time.change")}</a>
        <button type="button" class="link" @click=${() => {
          sessionStorage.setItem("classbell.zoneSeen", "1");
          this.requestUpdate();
        }}>${t("action.dismiss")}</button></p></div>` : nothing}</section>`;
  }

  async #resend() {
    try {
      await command("/auth/verify-email/resend", {});
      toasts.show(t("verify.sent"));
    } catch (problem) {
      toasts.show(problemText(problem), "danger");
    }
  }

  #loginDialog() {
    return html`<dialog id="login-dialog" aria-labelledby="login-title" @cancel=${event => {
      event.preventDefault();
      this.#closeLogin({status: 401, code: "unauthorized", errors: []});
    }}>
      <div class="dialog-head"><h2 id="login-title">${t("login.again")}</h2>
        <button type="button" class="plain" aria-label=${t("action.close")} @click=${() =>
          this.#closeLogin({status: 401, code: "unauthorized", errors: []})}>${icon("x")}</button></div>
      <p class="quiet">${t("login.againHint")}</p>
      ${this.#loginForm.render(() => this.#closeLogin())}
    </dialog>`;
  }

  #testBar() {
    const step = (text, advance) => html`<button type="button" aria-disabled=${this.moving ? "true" : nothing}
      @click=${() => this.#advance(advance)}>${text}</button>`;
    return html`<aside class="test-bar" aria-label=${t("test.bar")}>
      <details ?open=${matchMedia("(min-width: 900px)").matches}>
        <summary>${icon("clock")} ${t("test.mode")} <b>${dayTime(this.now)}</b></summary>
        <div class="test-tools">
          ${session.user ? html`<span class="group">${step(t("test.minutes", {count: 15}), "PT15M")}${
            step(t("test.hours", {count: 1}), "PT1H")}${step(t("test.days", {count: 1}), "P1D")}</span>`
            : html`<span class="quiet small">${t("test.loginToMove")}</span>`}
          <span class="group">${DEMO.map(role => html`<button type="button" aria-pressed=${
            session.user?.email === role + "@classbell.test" ? "true" : "false"}
            @click=${() => this.#demo(role)}>${t("role." + role)}</button>`)}</span>
          <a href="/dev/mailbox" target="_blank" rel="noopener">${icon("mail")} ${t("test.mailbox")}</a>
        </div>
      </details>
    </aside>`;
  }

  async #advance(advance) {
    if (this.moving) {
      return;
    }
    this.moving = true;
    try {
      await command("/test/clock", {advance});
      this.now = clock.now();
    } catch (problem) {
      toasts.show(problemText(problem), "danger");
    } finally {
      this.moving = false;
    }
  }

  async #demo(role) {
    try {
      if (session.user) {
        await session.logout();
      }
      session.begin(await api("/auth/login", {method: "POST", anonymous: true,
        body: {email: role + "@classbell.test", password: DEMO_PASSWORD}}));
      if (/^\/(login|register)$/.test(location.pathname)) {
        router.go("/", {replace: true});
      }
    } catch (problem) {
      toasts.show(problemText(problem), "danger");
    }
  }
}

customElements.define("cb-frame", Frame);
