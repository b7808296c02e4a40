// Live messages: notifications of the user, and seats of the days that a page shows.
import {api, boot, clock, network, session} from "app/api.js";

const HIDDEN_CLOSE_MS = 60_000;
const SAY_AFTER_MS = 3_000;

const trusted = globalThis.trustedTypes?.createPolicy("classbell", {
  createScriptURL(url) {
    if (!/^\/assets\/[\w./-]+$/.test(url)) {
      throw new TypeError("Not an asset.");
    }
    return url;
  },
});

/**
 * The connection to the event-bus bridge. Dispatches "notification" (detail: the notification), "slots"
 * (detail: the seats of a class), "gap" after a reconnect, "unread" and "status".
 */
export const live = new (class extends EventTarget {
  /** "off" without a session, "live", or "connecting" for longer than a moment. */
  status = "off";
  unread = 0;
  fresh = [];
  #last = null;
  #held = new Map();
  #worker = null;
  #sayTimer = 0;
  #renewTimer = 0;
  #hiddenTimer = 0;
  #days = new Map();
  #filling = null;
  #user = null;

  start() {
    session.addEventListener("change", () => this.#follow());
    session.addEventListener("renewed", () => this.#send({type: "token", token: session.token}));
    session.addEventListener("renewed", () => this.#planRenewal());
    addEventListener("online", () => this.#send({type: "wake"}));
    document.addEventListener("visibilitychange", () => this.#visibility());
    network.addEventListener("change", () => {
      if (network.online) {
        this.#send({type: "wake"});
      }
    });
    this.#follow();
  }

  /** Receives the seats of the classes of some days (yyyy-mm-dd, UTC) until the next call. */
  watchDays(owner, days) {
    this.#days.set(owner, new Set(days.slice(0, 8)));
    this.#sendDays();
  }

  unwatchDays(owner) {
    if (this.#days.delete(owner)) {
      this.#sendDays();
    }
  }

  #sendDays() {
    const all = new Set([...this.#days.values()].flatMap(days => [...days]));
    if (all.size > 0) {
      this.#open();
    }
    this.#send({type: "days", addresses: [...all].slice(0, 8).map(day => "slots.day." + day)});
  }

  #follow() {
    if (this.#user === (session.user?.id ?? null)) {
      return;
    }
    this.#user = session.user?.id ?? null;
    this.#last = null;
    this.#held.clear();
    this.fresh = [];
    this.#setUnread(0);
    if (this.#user) {
      this.#open();
      this.#send({type: "user", address: "notifications." + this.#user, token: session.token});
      this.#planRenewal();
      this.#first(this.#user);
    } else {
      this.#send({type: "user", address: null, token: null});
      clearTimeout(this.#renewTimer);
      if (this.#days.size === 0) {
        this.#setStatus("off");
      }
    }
  }

  /** The number of unread notices and the last one, before live messages go on from there. */
  async #first(user) {
    const page = await api("/notifications", {query: {limit: 1}}).catch(() => null);
    if (page && user === this.#user) {
      this.#setUnread(page.unread);
      this.#last = Math.max(this.#last ?? 0, page.items[0]?.seq ?? 0);
      this.#applyHeld();
    }
  }

  #open() {
    if (this.#worker) {
      return;
    }
    const url = trusted ? trusted.createScriptURL(boot.worker) : boot.worker;
    this.#worker = new Worker(url);
    this.#worker.onmessage = ({data}) => this.#heard(data);
    const socket = new URL("/eventbus/websocket", location.href);
    socket.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.#send({type: "open", url: socket.href});
    this.#connecting();
  }

  #send(message) {
    this.#worker?.postMessage(message);
  }

  #planRenewal() {
    clearTimeout(this.#renewTimer);
    if (session.user) {
      const left = session.expiresAt - Date.now();
      this.#renewTimer = setTimeout(() => session.renew().catch(() => {}),
        Math.max(5_000, left - session.expiresIn * 1000 / 3));
    }
  }

  async #visibility() {
    clearTimeout(this.#hiddenTimer);
    if (document.visibilityState === "visible") {
      this.#send({type: "wake"});
      return;
    }
    this.#hiddenTimer = setTimeout(async () => {
      const held = (await navigator.locks?.query())?.held ?? [];
      if (held.filter(lock => lock.name.startsWith("classbell.tab.")).length > 1) {
        this.#send({type: "sleep"});
      }
    }, HIDDEN_CLOSE_MS);
  }

  #connecting() {
    clearTimeout(this.#sayTimer);
    this.#sayTimer = setTimeout(() => this.#setStatus("connecting"), SAY_AFTER_MS);
  }

  #heard(message) {
    if (message.type === "open") {
      clearTimeout(this.#sayTimer);
      this.#setStatus("live");
      if (message.again) {
        this.#fillGap();
        this.dispatchEvent(new Event("gap"));
      }
    } else if (message.type === "closed") {
      this.#connecting();
    } else if (message.type === "message") {
      this.#receive(message.body, message.address);
    }
  }

  #receive(body, address) {
    if (address.startsWith("slots.day.")) {
      for (const slot of Array.isArray(body) ? body : body.items ?? [body]) {
        this.dispatchEvent(new CustomEvent("slots", {detail: slot}));
      }
    } else if (body.event === "notification:new") {
      this.#setUnread(body.unread);
      this.#apply(body.notification);
    } else if (body.event === "notification:unread") {
      this.#setUnread(body.unread);
    } else if (body.event === "clock:moved") {
      clock.sample(body.now, Date.now(), Date.now());
    }
  }

  /** Applies notices in the order of their numbers, without gaps. */
  #apply(notification) {
    if (this.#last === null) {
      this.#held.set(notification.seq, notification);
    } else if (notification.seq === this.#last + 1) {
      this.#show(notification);
      this.#applyHeld();
    } else if (notification.seq > this.#last) {
      this.#held.set(notification.seq, notification);
      this.#fillGap();
    }
  }

  #show(notification) {
    this.#last = notification.seq;
    this.fresh = [notification, ...this.fresh].slice(0, 50);
    this.dispatchEvent(new CustomEvent("notification", {detail: notification}));
  }

  #applyHeld() {
    for (let next; (next = this.#held.get(this.#last + 1)) !== undefined;) {
      this.#held.delete(next.seq);
      this.#show(next);
    }
    for (const seq of this.#held.keys()) {
      if (seq <= this.#last) {
        this.#held.delete(seq);
      }
    }
  }

  #fillGap() {
    if (this.#last === null || !session.user) {
      return;
    }
    this.#filling ??= this.#fetchMissed().catch(() => {}).finally(() => { this.#filling = null; });
  }

  async #fetchMissed() {
    let page;
    do {
      page = await api("/notifications", {query: {after: this.#last, limit: 100}});
      this.#setUnread(page.unread);
      for (const notification of [...page.items].sort((a, b) => a.seq - b.seq)) {
        if (notification.seq > this.#last) {
          this.#show(notification);
        }
      }
    } while (page.nextCursor && page.items.length > 0);
    this.#applyHeld();
  }

  setUnread(unread) {
    this.#setUnread(unread);
  }

  #setUnread(unread) {
    if (this.unread !== unread) {
      this.unread = unread;
      this.dispatchEvent(new Event("unread"));
    }
  }

  #setStatus(status) {
    if (this.status !== status) {
      this.status = status;
      this.dispatchEvent(new Event("status"));
    }
  }
})();
