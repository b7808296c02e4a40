import {all, api, session} from "app/api.js";
import {byDay, takeSeats, utcDays} from "app/classes.js";
import {live} from "app/live.js";
import {dayLong} from "app/text.js";
import {router} from "app/router.js";
import {Page, Resource, classRow, emptyBox, html, icon, nothing, price, seats, state, t} from "app/ui.js";

class HomePage extends Page {
  #slots = new Resource(this, signal => api("/slots", {query: {limit: 6}, signal}));
  #mine = new Resource(this, async () => {
    if (session.user.role === "teacher") {
      const items = await all("/teachers/me/slots", {}, 100);
      return items.filter(m => m.status === "open" || m.status === "scheduled").slice(0, 3);
    }
    const bookings = await all("/bookings", {status: "confirmed"}, 200);
    return bookings.map(b => b.meeting).filter(m => m.status === "open" || m.status === "scheduled")
      .sort((a, b) => a.startsAt.localeCompare(b.startsAt)).slice(0, 3);
  });

  addressChanged() {
    this.#slots.run().then(() => live.watchDays(this, utcDays(this.#slots.value?.items ?? [])));
    if (session.user && session.user.role !== "admin") {
      this.#mine.run();
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    live.unwatchDays(this);
  }

  onLive(type, detail) {
    if (type === "slots") {
      if (takeSeats(this.#slots.value?.items, detail)) {
        this.requestUpdate();
      }
    } else {
      this.addressChanged();
    }
  }

  #search(event) {
    event.preventDefault();
    const q = new FormData(event.target).get("q").trim();
    router.go("/classes" + (q ? "?q=" + encodeURIComponent(q) : ""));
  }

  render() {
    const {user} = session;
    return html`
      <section class="hero">
        <h1 tabindex="-1">${user ? t("home.hello", {name: user.name}) : t("home.title")}</h1>
        ${user ? nothing : html`<p class="lead">${t("home.lead")}</p>`}
        ${user?.role === "teacher" ? html`<p class="actions start"><a class="button primary" href="/teach/new">${icon("plus")} ${t("teach.newSlot")}</a>
          <a class="button" href="/teach/calendar">${t("nav.calendar")}</a></p>` : html`
        <form class="search" role="search" @submit=${this.#search}>
          <label class="visually-hidden" for="home-q">${t("classes.search")}</label>
          <input id="home-q" name="q" type="search" maxlength="60" placeholder=${t("classes.searchHint")} autocomplete="off">
          <button class="primary">${icon("search")} ${t("action.search")}</button>
        </form>`}
      </section>
      ${user && user.role !== "admin" ? html`<section aria-labelledby="mine"><h2 id="mine">${t(user.role === "teacher" ? "home.nextTaught" : "home.next")}</h2>
        ${state(this.#mine, mine => mine.length === 0
          ? emptyBox(t(user.role === "teacher" ? "home.noneTaught" : "home.noneBooked"))
          : html`<ul class="rows">${mine.map(m => classRow(m, {
            showDay: true,
            href: (user.role === "teacher" ? "/teach/classes/" : "/classes/") + m.id,
            note: user.role === "teacher" ? t("teach.seats", {taken: m.seatsTaken, capacity: m.capacity}) : undefined,
            action: m.status === "open" ? html`<a class="button brass" href=${"/go/" + m.id}>${icon("video")} ${t("action.join")}</a>` : nothing,
          }))}</ul>`, {lines: 2})}</section>` : nothing}
      <section aria-labelledby="soon"><h2 id="soon">${t("home.soon")}</h2>
        ${state(this.#slots, page => page.items.length === 0 ? emptyBox(t("classes.none"))
          : html`${byDay(page.items).map(([, meetings]) => html`<h3 class="day">${dayLong(meetings[0].startsAt)}</h3>
            <ul class="rows">${meetings.map(m => classRow(m, {
              mine: Boolean(m.viewer?.bookingId),
              note: html`<bdi>${m.teacher.name}</bdi> · ${seats(m)}`,
              action: html`<span class="price">${price(m)}</span>`,
            }))}</ul>`)}
            <p><a href="/classes">${t("home.all")}</a></p>`, {lines: 5})}
      </section>
      ${user ? nothing : html`<section class="steps" aria-labelledby="how"><h2 id="how">${t("home.how")}</h2>
        <ol>
          <li>${icon("search")}<h3>${t("home.how1")}</h3><p>${t("home.how1Text")}</p></li>
          <li>${icon("video")}<h3>${t("home.how2")}</h3><p>${t("home.how2Text")}</p></li>
          <li>${icon("wallet")}<h3>${t("home.how3")}</h3><p>${t("home.how3Text")}</p></li>
        </ol></section>`}`;
  }
}

customElements.define("cb-page-home", HomePage);
export default "cb-page-home";
