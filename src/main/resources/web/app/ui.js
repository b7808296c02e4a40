// What pages are made of: the base class, loading data, states, forms, dialogs, toasts and small templates.
import {LitElement, html, nothing} from "lit";
import {boot, clock, network, Offline} from "app/api.js";
import {live} from "app/live.js";
import {credits, dayLong, fromNow, hasText, money, number, parts, t, time, timeRange, zoneName, zoneShort} from "app/text.js";

export {html, nothing};

export const icon = name =>
  html`<svg class="icon" aria-hidden="true" focusable="false"><use href=${boot.icons + "#" + name}></use></svg>`;

/** A page below a path. The router sets `path`, `params` and `query`. */
export class Page extends LitElement {
  static properties = {
    path: {attribute: false},
    params: {attribute: false},
    query: {attribute: false},
  };

  params = {};
  query = new URLSearchParams();
  #opener = null;
  #hadDialog = false;

  createRenderRoot() {
    return this;
  }

  /** Called when the address changes, also for the first time; loads what the page shows. */
  addressChanged() {}

  /** The title of the page, before the name of the application. */
  get pageTitle() {
    return t("title." + this.path.title);
  }

  /** Called for live messages: "notification", "slots", "gap". */
  onLive() {}

  /** Called when the platform's clock has jumped. */
  onClock() {
    this.addressChanged();
  }

  #live = event => this.onLive(event.type, event.detail);
  #clock = () => this.onClock();

  connectedCallback() {
    super.connectedCallback();
    for (const type of ["notification", "slots", "gap"]) {
      live.addEventListener(type, this.#live);
    }
    network.addEventListener("clock", this.#clock);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const type of ["notification", "slots", "gap"]) {
      live.removeEventListener(type, this.#live);
    }
    network.removeEventListener("clock", this.#clock);
  }

  updated() {
    this.setTitle();
    const dialog = this.querySelector("dialog");
    if (dialog && !dialog.open) {
      this.#opener = document.activeElement;
      dialog.showModal();
      dialog.querySelector("h2")?.focus();
    } else if (!dialog && this.#hadDialog) {
      const target = this.#opener?.isConnected && this.#opener !== document.body
        ? this.#opener : this.querySelector("h1");
      target?.focus();
    }
    this.#hadDialog = dialog !== null;
  }

  setTitle() {
    const refused = this.querySelector(".error-summary") ? t("title.error") + " " : "";
    document.title = refused + (this.path?.title === "home" ? t("app.name") : `${this.pageTitle} - ${t("app.name")}`);
  }
}

/** Data of a page: loads it, keeps the last value, and knows why there is none. */
export class Resource {
  value = null;
  problem = null;
  loadedAt = null;
  #host;
  #load;
  #abort = null;

  constructor(host, load) {
    this.#host = host;
    this.#load = load;
  }

  async run(...args) {
    this.#abort?.abort();
    const abort = this.#abort = new AbortController();
    try {
      const value = await this.#load(...args, abort.signal);
      if (abort.signal.aborted) {
        return;
      }
      this.value = value;
      this.problem = null;
      this.loadedAt = clock.now();
    } catch (problem) {
      if (abort.signal.aborted || problem.name === "AbortError") {
        return;
      }
      if (!(problem instanceof Offline) && problem.status === undefined) {
        console.error(problem);
      }
      this.problem = problem;
    }
    this.retry = () => this.run(...args);
    this.#host.requestUpdate();
  }

  /** Forgets the value, so that the page shows that it is loading. */
  reset() {
    this.value = null;
    this.problem = null;
  }

  set(value) {
    this.value = value;
    this.#host.requestUpdate();
  }
}

/** A sentence that says what went wrong. */
export function problemText(problem) {
  if (problem instanceof Offline) {
    return t("error.offline");
  }
  const values = {...problem.params};
  for (const name of ["price", "balance", "amount", "refund"]) {
    if (typeof values[name] === "number") {
      values[name] = credits(values[name]);
    }
  }
  return hasText("error." + problem.code) ? t("error." + problem.code, values) : t("error.unknown");
}

/** A sentence about an error of a field, with its limits if it has some. */
export function fieldErrorText(error) {
  const {min, max} = error.params ?? {};
  if (error.code === "out_of_range" && typeof min === "number" && typeof max === "number") {
    const show = /amount|price/.test(error.field) ? credits : number;
    return t("form.range", {min: show(min), max: show(max)});
  }
  return hasText("field." + error.code) ? t("field." + error.code, error.params ?? {}) : error.message;
}

export const skeleton = (lines = 3) => html`
  <div class="skeletons late" aria-hidden="true">${Array.from({length: lines}, () => html`<div class="skeleton"></div>`)}</div>
  <p class="visually-hidden" role="status">${t("state.loading")}</p>`;

export const problemBox = (problem, retry) => html`
  <div class="box danger" role="status">
    <p>${icon(problem instanceof Offline ? "wifi-off" : "circle-alert")} ${problemText(problem)}</p>
    ${problem.traceId && problem.status >= 500 ? html`<p class="quiet small">${t("error.trace", {id: problem.traceId})}</p>` : nothing}
    ${retry ? html`<p><button type="button" @click=${retry}>${t("action.retry")}</button></p>` : nothing}
  </div>`;

export const emptyBox = (text, action = nothing) => html`<div class="empty"><p>${text}</p>${action}</div>`;

/**
 * The state of a resource: a skeleton, the reason why there is nothing, or the content.
 *
 * @param content renders the value
 */
export function state(resource, content, {lines = 3} = {}) {
  if (resource.value === null) {
    return resource.problem ? problemBox(resource.problem, resource.retry) : skeleton(lines);
  }
  return html`${resource.problem ? html`
    <div class="box info" role="status"><p>${resource.problem instanceof Offline
        ? t("state.asOf", {time: time(resource.loadedAt)}) : problemText(resource.problem)}
      <button type="button" class="link" @click=${resource.retry}>${t("action.retry")}</button></p></div>` : nothing}
    ${content(resource.value)}`;
}

/** A form: sends once at a time, keeps what was typed, and shows the errors of its fields. */
export class Form {
  busy = false;
  checking = false;
  problem = null;
  errors = [];
  #host;

  constructor(host) {
    this.#host = host;
  }

  error(name) {
    return this.errors.find(e => e.field === name);
  }

  /** Checks that come before sending; field errors by name. */
  refuse(errors) {
    this.problem = null;
    this.errors = errors;
    this.#show();
  }

  #show() {
    this.#host.requestUpdate();
    this.#host.updateComplete.then(() => this.#host.querySelector(".error-summary")?.focus());
  }

  clear() {
    this.problem = null;
    this.errors = [];
  }

  /** Sends; returns the answer, or undefined after a refusal. */
  async send(work) {
    if (this.busy) {
      return undefined;
    }
    this.clear();
    this.busy = true;
    this.#host.requestUpdate();
    try {
      return await work({onChecking: () => { this.checking = true; this.#host.requestUpdate(); }});
    } catch (problem) {
      if (!(problem instanceof Offline) && problem.status === undefined) {
        console.error(problem);
      }
      this.errors = problem.errors ?? [];
      this.problem = problem;
      this.#show();
      return undefined;
    } finally {
      this.busy = false;
      this.checking = false;
      this.#host.requestUpdate();
    }
  }

  /** The errors in one place, linked to the fields; focused after a refusal. */
  summary(fields = {}, {urgent = false} = {}) {
    if (!this.problem && this.errors.length === 0) {
      return nothing;
    }
    return html`<div class="box danger error-summary" tabindex="-1" role=${urgent ? "alert" : "group"} aria-label=${t("form.summary")}>
      ${this.errors.length === 0 ? html`<p>${icon("circle-alert")} ${problemText(this.problem)}</p>` : html`<ul>
        ${this.errors.map(e => html`<li><a href=${"#f-" + e.field} @click=${event => {
          event.preventDefault();
          this.#host.querySelector("#f-" + CSS.escape(e.field))?.focus();
        }}>${fields[e.field] ?? e.field}: ${fieldErrorText(e)}</a></li>`)}</ul>`}
      ${this.problem?.traceId && this.problem.status >= 500
        ? html`<p class="quiet small">${t("error.trace", {id: this.problem.traceId})}</p>` : nothing}
    </div>`;
  }
}

/** A labelled field with its hint and its error. */
export function field(form, name, label, {hint, type = "text", value, required = true, input, ...attributes} = {}) {
  const id = "f-" + name;
  const error = form.error(name);
  const described = [hint && id + "-hint", error && id + "-error"].filter(Boolean).join(" ");
  return html`<div class="field ${error ? "wrong" : ""}">
    <label for=${id}>${label}${required ? nothing : html` <span class="quiet">${t("form.optional")}</span>`}</label>
    ${hint ? html`<p class="hint" id=${id + "-hint"}>${hint}</p>` : nothing}
    ${input ? input({id, name, described}) : html`<input id=${id} name=${name} type=${type} .value=${value ?? ""}
      aria-describedby=${described || nothing} aria-invalid=${error ? "true" : nothing}
      autocomplete=${attributes.autocomplete ?? "off"} inputmode=${attributes.inputmode ?? nothing}
      maxlength=${attributes.maxlength ?? nothing} min=${attributes.min ?? nothing} max=${attributes.max ?? nothing}
      step=${attributes.step ?? nothing} spellcheck=${type === "text" ? nothing : "false"}
      aria-required=${required ? "true" : nothing} @input=${attributes.onInput ?? nothing}>`}
    ${error ? html`<p class="field-error" id=${id + "-error"}>${icon("circle-alert")} ${fieldErrorText(error)}</p>` : nothing}
  </div>`;
}

/** The filled-in values of a form; empty ones are left out. */
export function values(formElement) {
  return Object.fromEntries([...new FormData(formElement)].filter(([, value]) => value !== ""));
}

/** A button that sends: it stays focusable while its work goes on. */
export const submit = (form, label, busyLabel, {kind = "primary", disabled = false} = {}) => html`
  <button class=${kind} aria-disabled=${form.busy || disabled ? "true" : nothing}
    @click=${event => { if (form.busy || disabled) { event.preventDefault(); } }}>${
    form.checking ? t("form.checking") : form.busy ? busyLabel ?? t("form.sending") : label}</button>`;

/** A modal dialog. Pages render it only while it is open; closing changes their address. */
export const modal = (title, content, onClose) => html`
  <dialog aria-labelledby="dialog-title" @cancel=${event => { event.preventDefault(); onClose(); }}>
    <div class="dialog-head"><h2 id="dialog-title" tabindex="-1">${title}</h2>
      <button type="button" class="plain" aria-label=${t("action.close")} @click=${onClose}>${icon("x")}</button></div>
    ${content}
  </dialog>`;

/** Short messages that say what has happened; they take no focus and need no action. */
export const toasts = new (class extends EventTarget {
  items = [];
  #next = 1;

  show(text, kind = "info") {
    this.items = [...this.items, {id: this.#next++, text, kind}].slice(-2);
    const {id} = this.items.at(-1);
    this.#later(id);
    this.dispatchEvent(new Event("change"));
  }

  #later(id) {
    setTimeout(() => {
      if (document.querySelector(".toasts:hover, .toasts:focus-within")) {
        this.#later(id);
      } else {
        this.close(id);
      }
    }, 8000);
  }

  close(id) {
    this.items = this.items.filter(item => item.id !== id);
    this.dispatchEvent(new Event("change"));
  }
})();

/** Says something to screen readers, once. */
export function announce(text) {
  const region = document.querySelector("#announcer");
  if (region) {
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50);
  }
}

/** A text that a user wrote. */
export const userText = text => html`<bdi>${text}</bdi>`;

/** The status of a meeting as a word: its time rail shows the same by its form. */
export function meetingStatus(meeting) {
  const key = "status." + meeting.status;
  return html`<span class="chip ${meeting.status}">${t(key)}</span>`;
}

export const isFull = meeting => meeting.seatsTaken >= meeting.capacity;

export function seats(meeting) {
  const left = meeting.capacity - meeting.seatsTaken;
  return left <= 0 ? t("class.full") : t("class.seatsLeft", {count: left, capacity: meeting.capacity});
}

export const endsAt = meeting =>
  new Date(+new Date(meeting.startsAt) + meeting.durationMinutes * 60_000).toISOString();

/** The date, time and zone of a class in full, as at every commitment. */
export const fullTime = (meeting, timeZone) => html`
  <span class="nowrap">${dayLong(meeting.startsAt, timeZone)},</span>
  <span class="nowrap">${timeRange(meeting, timeZone)}</span>
  <span>${zoneName(timeZone, meeting.startsAt)}</span>`;

export const price = meeting => meeting.price === 0 ? t("money.free") : money(meeting.price);

/** One class in a list. */
export const classRow = (meeting, {href = "/classes/" + meeting.id, note, mine = false, action = nothing, level = 3, showDay = false} = {}) => html`
  <li class="row rail ${meeting.status}">
    <div class="row-time"><time datetime=${meeting.startsAt}>${showDay ? html`<span class="row-day">${dayLong(meeting.startsAt)}</span>` : nothing}${timeRange(meeting)}</time></div>
    <div class="row-main">
      ${level === 2 ? html`<h2 class="row-title"><a href=${href}>${userText(meeting.title)}</a></h2>`
        : html`<h3 class="row-title"><a href=${href}>${userText(meeting.title)}</a></h3>`}
      <p class="quiet">${note ?? html`${userText(meeting.teacher.name)}`}</p>
    </div>
    <div class="row-side">${mine ? html`<span class="chip yours">${icon("check")} ${t("class.yours")}</span>` : action}</div>
  </li>`;

export {parts, t, number, fromNow, zoneShort};
