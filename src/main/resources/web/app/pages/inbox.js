import {api, command, session} from "app/api.js";
import {live} from "app/live.js";
import {dayTime, fromNow} from "app/text.js";
import {Page, Resource, announce, emptyBox, html, icon, nothing, problemText, state, t, toasts, userText} from "app/ui.js";

/** The page of what a notice is about. */
function causeOf({kind, data}) {
  const {role} = session.user;
  if (role === "admin") {
    return kind.startsWith("review_") && data.meetingId ? "/admin/reviews/" + data.meetingId : null;
  }
  if (kind === "credits_received" || kind.startsWith("withdrawal_")) {
    return role === "teacher" ? "/teach/earnings" : "/wallet";
  }
  if (role === "teacher") {
    return data.meetingId ? "/teach/classes/" + data.meetingId : null;
  }
  return data.bookingId ? "/my/classes/" + data.bookingId : data.meetingId ? "/classes/" + data.meetingId : null;
}

class InboxPage extends Page {
  #waiting = 0;
  #more = false;
  #list = new Resource(this, async signal => {
    const page = await api("/notifications", {query: {limit: 25}, signal});
    this.#waiting = 0;
    return page;
  });

  addressChanged() {
    this.#list.run();
  }

  /** New notices wait behind a button, so that nothing moves under a finger. */
  onLive(type) {
    if (type === "notification") {
      if (this.#list.value?.items.length === 0) {
        this.#list.run();
        return;
      }
      this.#waiting++;
      this.requestUpdate();
    } else if (type === "gap") {
      this.#list.run();
    }
  }

  async #loadMore() {
    this.#more = true;
    this.requestUpdate();
    try {
      const page = await api("/notifications", {query: {limit: 25, cursor: this.#list.value.nextCursor}});
      this.#list.set({...page, items: [...this.#list.value.items, ...page.items]});
    } catch (problem) {
      this.#list.problem = problem;
    } finally {
      this.#more = false;
      this.requestUpdate();
    }
  }

  async #read(notice) {
    if (notice.readAt) {
      return;
    }
    notice.readAt = new Date().toISOString();
    live.setUnread(Math.max(0, live.unread - 1));
    this.requestUpdate();
    try {
      await command(`/notifications/${notice.id}/read`, {});
    } catch (problem) {
      notice.readAt = undefined;
      live.setUnread(live.unread + 1);
      this.requestUpdate();
      toasts.show(problemText(problem), "danger");
    }
  }

  async #readAll() {
    try {
      const {unread} = await command("/notifications/read-all",
        this.#list.value?.items.length ? {upToSeq: this.#list.value.items[0].seq} : {});
      live.setUnread(unread);
      announce(t("inbox.allRead"));
      this.#list.run();
    } catch (problem) {
      toasts.show(problemText(problem), "danger");
    }
  }

  render() {
    return html`<div class="middle">
      <div class="head"><h1 tabindex="-1">${t("inbox.title")}</h1>
        ${live.unread > 0 ? html`<button type="button" @click=${() => this.#readAll()}>${icon("check")} ${t("inbox.readAll")}</button>` : nothing}</div>
      ${this.#waiting > 0 ? html`<p class="center"><button type="button" class="brass" @click=${() => this.#list.run()}>${
        t("inbox.new", {count: this.#waiting})}</button></p>` : nothing}
      ${state(this.#list, page => page.items.length === 0 ? emptyBox(t("inbox.none")) : html`
        <ul class="rows notices">${page.items.map(notice => this.#notice(notice))}</ul>
        ${page.nextCursor ? html`<p class="center"><button type="button" aria-disabled=${this.#more ? "true" : nothing}
          @click=${() => this.#loadMore()}>${this.#more ? t("state.loading") : t("action.more")}</button></p>` : nothing}`, {lines: 6})}
      <p><a href="/settings/notices">${t("inbox.settings")}</a></p></div>`;
  }

  #notice(notice) {
    const href = causeOf(notice);
    return html`<li class="row notice-row ${notice.readAt ? "" : "unread"}">
      <div class="row-main"><h2 class="row-title">${href
          ? html`<a href=${href} @click=${() => this.#read(notice)}>${userText(notice.title)}</a>` : userText(notice.title)}
          ${notice.readAt ? nothing : html`<span class="chip due">${t("inbox.unread")}</span>`}</h2>
        <p class="text" dir="auto">${notice.text}</p>
        <p class="quiet small"><time datetime=${notice.createdAt} title=${dayTime(notice.createdAt)}>${fromNow(notice.createdAt)}</time></p></div>
      <div class="row-side">${notice.readAt || href ? nothing : html`<button type="button" @click=${() => this.#read(notice)}>${t("inbox.read")}</button>`}</div>
    </li>`;
  }
}

customElements.define("cb-page-inbox", InboxPage);
export default "cb-page-inbox";
