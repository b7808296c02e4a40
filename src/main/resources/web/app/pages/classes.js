import {api, clock} from "app/api.js";
import {byDay, monthDays, searchSlots, takeSeats, utcDays} from "app/classes.js";
import {live} from "app/live.js";
import {addDays, dayLong, instantOf, isoDay, monthName, firstWeekday, weekdayName, zone, zoneName} from "app/text.js";
import {router} from "app/router.js";
import {Page, Resource, announce, classRow, emptyBox, html, icon, isFull, nothing, price, seats, state, t} from "app/ui.js";

class ClassesPage extends Page {
  #search = "";
  #more = false;
  #list = new Resource(this, async signal => searchSlots(this.query, undefined, 25, signal));
  #days = new Resource(this, async signal => monthDays(this.#month, this.query, signal));
  #teacher = new Resource(this, (id, signal) => api("/teachers/" + id, {signal}));
  #focusDay = null;

  get #isDays() {
    return this.query.get("view") === "days";
  }

  get #day() {
    const from = this.query.get("from") ?? "";
    return /^\d{4}-\d{2}-\d{2}$/.test(from) ? from : isoDay(clock.now());
  }

  get #month() {
    return this.#day.slice(0, 7);
  }

  async addressChanged() {
    if (this.#isDays && !this.query.get("from")) {
      this.query.set("from", this.#day);
    }
    const search = this.query.toString();
    const isNew = search !== this.#search;
    const wasLoaded = this.#list.value !== null;
    this.#search = search;
    if (this.query.get("teacher")) {
      this.#teacher.run(this.query.get("teacher"));
    } else {
      this.#teacher.reset();
    }
    if (this.#isDays) {
      this.#days.run();
    }
    await this.#list.run();
    const items = this.#list.value?.items ?? [];
    live.watchDays(this, utcDays(items));
    if (isNew && wasLoaded) {
      announce(t("classes.found", {count: items.length}));
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    live.unwatchDays(this);
  }

  onLive(type, detail) {
    if (type === "slots") {
      if (takeSeats(this.#list.value?.items, detail)) {
        this.requestUpdate();
      }
    } else if (type === "gap") {
      this.addressChanged();
    }
  }

  async #loadMore() {
    this.#more = true;
    this.requestUpdate();
    try {
      const page = await searchSlots(this.query, this.#list.value.nextCursor, 25);
      const first = this.#list.value.items.length;
      this.#list.set({items: [...this.#list.value.items, ...page.items], nextCursor: page.nextCursor});
      live.watchDays(this, utcDays(this.#list.value.items));
      await this.updateComplete;
      this.querySelectorAll(".rows .row-title a")[first]?.focus();
    } catch (problem) {
      this.#list.problem = problem;
    } finally {
      this.#more = false;
      this.requestUpdate();
    }
  }

  #filter(event) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    router.query({q: data.get("q")?.trim(), max: data.get("max")?.replace(/\D/g, ""), free: data.get("free") ? "1" : null,
      from: this.#isDays ? this.query.get("from") : data.get("from")}, {replace: false});
  }

  render() {
    const {query} = this;
    const filters = ["q", "max", "free", "teacher"].filter(name => query.get(name)).length;
    return html`
      <div class="head"><h1 tabindex="-1">${this.#teacher.value
        ? t("classes.ofTeacher", {name: this.#teacher.value.name}) : t("classes.title")}</h1>
        <div class="segments" role="group" aria-label=${t("classes.view")}>
          ${this.#segment("list", t("classes.list"), "list", !this.#isDays)}
          ${this.#segment("days", t("classes.days"), "calendar-days", this.#isDays)}
        </div></div>
      <p class="quiet">${icon("globe")} ${t("time.shownIn", {zone: zoneName()})}</p>
      <div class="with-side">
        <div class="side">
          ${this.#isDays ? this.#calendar() : nothing}
          <details class="filters" ?open=${filters > 0 || matchMedia("(min-width: 900px)").matches}>
            <summary>${icon("search")} ${filters > 0 ? t("classes.filtersSet", {count: filters}) : t("classes.filters")}</summary>
            <form role="search" @submit=${this.#filter}>
              <div class="field"><label for="q">${t("classes.search")}</label>
                <input id="q" name="q" type="search" maxlength="60" .value=${query.get("q") ?? ""} autocomplete="off"></div>
              ${this.#isDays ? nothing : html`<div class="field"><label for="from">${t("classes.from")}</label>
                <input id="from" name="from" type="date" .value=${query.get("from") ?? ""}></div>`}
              <div class="field"><label for="max">${t("classes.maxPrice")}</label>
                <input id="max" name="max" inputmode="numeric" maxlength="6" .value=${query.get("max") ?? ""}></div>
              <label class="check"><input type="checkbox" name="free" .checked=${Boolean(query.get("free"))}> ${t("classes.onlyFree")}</label>
              <div class="actions start"><button class="primary">${t("classes.apply")}</button>
                ${filters > 0 ? html`<button type="button" @click=${() => router.query({q: null, max: null, free: null, teacher: null})}>${t("classes.clear")}</button>` : nothing}</div>
            </form>
          </details>
        </div>
        <div class="main">${state(this.#list, page => this.#results(page), {lines: 6})}</div>
      </div>`;
  }

  #segment(value, text, image, isOn) {
    return html`<button type="button" aria-pressed=${isOn ? "true" : "false"}
      @click=${() => router.query({view: value === "list" ? null : value, from: value === "list" ? null : this.#day})}>${icon(image)} ${text}</button>`;
  }

  #results(page) {
    if (page.items.length === 0) {
      return emptyBox(this.#isDays ? t("classes.noneOnDay", {day: dayLong(instantOf(this.#day + "T12:00"))}) : t("classes.noneFound"),
        html`<p><a class="button" href="/classes">${t("classes.showAll")}</a></p>`);
    }
    return html`${byDay(page.items).map(([date, meetings]) => html`
      <h2 class="day" id=${"day-" + date} tabindex="-1">${dayLong(meetings[0].startsAt)}</h2>
      <ul class="rows">${meetings.map(m => classRow(m, {
        mine: Boolean(m.viewer?.bookingId),
        note: html`<bdi>${m.teacher.name}</bdi> · <span class=${isFull(m) ? "full" : ""}>${seats(m)}</span>${
          m.viewer?.overlaps ? html` · ${t("class.overlaps")}` : nothing}`,
        action: html`<span class="price">${price(m)}</span>`,
      }))}</ul>`)}
      ${page.nextCursor ? html`<p class="center"><button type="button" aria-disabled=${this.#more ? "true" : nothing}
        @click=${() => this.#loadMore()}>${this.#more ? t("state.loading") : t("action.more")}</button></p>` : nothing}`;
  }

  /** A month as a table of buttons: arrows move between days, Page Up and Page Down between months. */
  #calendar() {
    const first = this.#month + "-01";
    const weekday = new Date(first + "T00:00:00Z").getUTCDay() || 7;
    const start = addDays(first, -((weekday - firstWeekday() + 7) % 7));
    const weeks = Array.from({length: 6}, (_, w) => Array.from({length: 7}, (_, d) => addDays(start, w * 7 + d)))
      .filter(week => week.some(day => day.startsWith(this.#month)));
    const today = isoDay(clock.now());
    const noon = day => day + "T12:00:00Z";
    return html`<div class="month" @keydown=${this.#calendarKey}>
      <div class="month-head">
        <button type="button" class="plain" aria-label=${t("calendar.previousMonth")} @click=${() => this.#toMonth(-1)}>${icon("chevron-left")}</button>
        <b aria-live="polite">${monthName(noon(first), "UTC")}</b>
        <button type="button" class="plain" aria-label=${t("calendar.nextMonth")} @click=${() => this.#toMonth(1)}>${icon("chevron-right")}</button>
      </div>
      <table><thead><tr>${weeks[0].map(day => html`<th scope="col"><abbr title=${weekdayName(noon(day), "UTC", "long")}>${weekdayName(noon(day), "UTC")}</abbr></th>`)}</tr></thead>
      <tbody>${weeks.map(week => html`<tr>${week.map(day => {
        if (!day.startsWith(this.#month)) {
          return html`<td></td>`;
        }
        const count = this.#days.value?.get(day)?.total ?? 0;
        const name = dayLong(noon(day), "UTC");
        return html`<td><button type="button" data-day=${day} tabindex=${day === this.#day ? 0 : -1} class=${count > 0 ? "some" : ""}
          aria-pressed=${day === this.#day ? "true" : "false"} aria-current=${day === today ? "date" : nothing}
          aria-label=${this.#days.value ? t("calendar.day", {day: name, count}) : name}
          @click=${() => this.#choose(day)}>${Number(day.slice(8))}${count > 0 ? html`<span class="dot" aria-hidden="true">${count}</span>` : nothing}</button></td>`;
      })}</tr>`)}</tbody></table>
    </div>`;
  }

  #calendarKey(event) {
    const day = event.target.dataset?.day;
    const weekday = (new Date((day ?? "2000-01-01") + "T00:00:00Z").getUTCDay() - firstWeekday() + 7) % 7;
    const steps = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -weekday, End: 6 - weekday, PageUp: -28, PageDown: 28};
    if (!day || !(event.key in steps)) {
      return;
    }
    event.preventDefault();
    this.#focusDay = addDays(day, steps[event.key]);
    router.query({from: this.#focusDay});
  }

  updated() {
    super.updated();
    if (this.#focusDay) {
      const button = this.querySelector(`[data-day="${this.#focusDay}"]`);
      if (button) {
        this.#focusDay = null;
        button.focus();
      }
    }
  }

  #toMonth(step) {
    const middle = addDays(this.#month + "-15", step * 30);
    router.query({from: middle.slice(0, 7) + "-01"});
  }

  async #choose(day) {
    router.query({from: day});
    await this.#list.run();
    await this.updateComplete;
    this.querySelector(".main .day")?.focus();
  }
}

customElements.define("cb-page-classes", ClassesPage);
export default "cb-page-classes";
