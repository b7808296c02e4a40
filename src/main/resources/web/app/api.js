// The session, the platform's clock, and requests to the API.

export const boot = JSON.parse(document.querySelector("#boot").textContent);

const PREFIX = "/api/v1";
const SIGNED_IN = "classbell.session";
const RENEW_BEFORE_MS = 30_000;
const SIBLING_WAIT_MS = 80;

/** An answer of the server that is not a success. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail ?? String(status));
    this.status = status;
    this.code = body.code ?? "internal_error";
    this.traceId = body.traceId;
    this.errors = body.errors ?? [];
    this.params = body.params ?? {};
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

/** The server could not be reached. */
export class Offline extends Error {}

/** The platform's time, which the test clock moves. */
export const clock = {
  samples: [],
  offset: 0,
  now() {
    return Date.now() + this.offset;
  },
  /** Takes the time of an answer and the local times around it. */
  sample(text, before, after) {
    const server = Date.parse(text);
    if (Number.isNaN(server)) {
      return;
    }
    const offset = server - (before + after) / 2;
    if (this.samples.length > 0 && Math.abs(offset - this.offset) > 20_000) {
      this.samples = [];
      this.offset = offset;
      queueMicrotask(() => network.dispatchEvent(new Event("clock")));
    }
    this.samples = [...this.samples, offset].slice(-5);
    this.offset = [...this.samples].sort((a, b) => a - b)[this.samples.length >> 1];
  },
};

/** Whether requests reach the server; dispatches "change", and "clock" when the clock jumps. */
export const network = new (class extends EventTarget {
  online = true;

  set(online) {
    if (this.online !== online) {
      this.online = online;
      this.dispatchEvent(new Event("change"));
    }
  }
})();

/** A random id; LAN addresses without TLS have no crypto.randomUUID. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
}

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("classbell.session") : null;

/**
 * The session of this tab. Access tokens stay in memory and are shared with the browser's other tabs;
 * the refresh token is a cookie that scripts cannot read. Dispatches "change" when the user changes.
 */
export const session = new (class extends EventTarget {
  user = null;
  token = null;
  expiresAt = 0;
  expiresIn = 0;
  #renewing = null;
  #login = null;

  /** Called with no arguments when a request needs a login; resolves when there is one. */
  onLoginNeeded = async () => { throw new Problem(401, {code: "unauthorized"}); };

  async start() {
    if (channel) {
      channel.onmessage = ({data}) => this.#heard(data);
    }
    navigator.locks?.request("classbell.tab." + randomId(), {mode: "shared"}, () => new Promise(() => {}));
    if (localStorage.getItem(SIGNED_IN)) {
      await this.renew().catch(() => {});
    }
  }

  #heard(message) {
    if (message.type === "ask" && this.token && this.expiresAt - Date.now() > RENEW_BEFORE_MS) {
      channel.postMessage({type: "session", session: this.#shared()});
    } else if (message.type === "session") {
      this.#accept(message.session);
    } else if (message.type === "logout" && this.user) {
      this.#clear();
    }
  }

  #shared() {
    return {accessToken: this.token, expiresAt: this.expiresAt, expiresIn: this.expiresIn, user: this.user};
  }

  #accept({accessToken, expiresIn, expiresAt, user}) {
    const changed = this.user?.id !== user.id;
    this.token = accessToken;
    this.expiresIn = expiresIn;
    this.expiresAt = expiresAt ?? Date.now() + expiresIn * 1000;
    this.user = user;
    localStorage.setItem(SIGNED_IN, "1");
    this.dispatchEvent(new Event("renewed"));
    if (changed) {
      this.dispatchEvent(new Event("change"));
    }
  }

  #clear() {
    const was = this.user;
    this.token = null;
    this.user = null;
    localStorage.removeItem(SIGNED_IN);
    if (was) {
      this.dispatchEvent(new Event("change"));
    }
  }

  /** Takes the session of a login and shares it with the other tabs. */
  begin(answer) {
    this.#accept(answer);
    channel?.postMessage({type: "session", session: this.#shared()});
  }

  /** Takes a changed profile. */
  changeUser(user) {
    this.user = user;
    channel?.postMessage({type: "session", session: this.#shared()});
    this.dispatchEvent(new Event("change"));
  }

  /** Gets a newer token. One tab at a time: two refreshes with one cookie could end the session. */
  renew() {
    this.#renewing ??= this.#locked().finally(() => { this.#renewing = null; });
    return this.#renewing;
  }

  #locked() {
    const before = this.token;
    return navigator.locks
      ? navigator.locks.request("classbell.refresh", () => this.#refresh(before))
      : this.#refresh(before);
  }

  async #refresh(before) {
    if (this.token !== before && this.expiresAt - Date.now() > RENEW_BEFORE_MS) {
      return;
    }
    if (!before && await this.#siblingAnswers()) {
      return;
    }
    try {
      this.begin(await request("/auth/refresh", {method: "POST"}));
    } catch (problem) {
      if (problem.status === 401) {
        this.#clear();
      }
      throw problem;
    }
  }

  async #siblingAnswers() {
    if (!channel || !navigator.locks) {
      return false;
    }
    const {held} = await navigator.locks.query();
    if (held.filter(lock => lock.name.startsWith("classbell.tab.")).length < 2) {
      return false;
    }
    return new Promise(resolve => {
      const done = () => resolve(this.token !== null);
      this.addEventListener("renewed", done, {once: true});
      setTimeout(done, SIBLING_WAIT_MS);
      channel.postMessage({type: "ask"});
    });
  }

  /** The token to send, or null without a session. */
  async bearer() {
    if (this.user && this.expiresAt - Date.now() < RENEW_BEFORE_MS) {
      await this.renew().catch(problem => {
        if (problem instanceof Offline) {
          throw problem;
        }
      });
    }
    return this.token;
  }

  /** Lets the user log in over the page as it is. */
  login() {
    this.#login ??= this.onLoginNeeded().finally(() => { this.#login = null; });
    return this.#login;
  }

  async logout() {
    await request("/auth/logout", {method: "POST", body: {}, token: this.token}).catch(() => {});
    channel?.postMessage({type: "logout"});
    this.#clear();
  }
})();

async function request(path, {method = "GET", body, query, key, signal, token} = {}) {
  const url = new URL(PREFIX + path, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") {
      url.searchParams.set(name, value);
    }
  }
  const headers = {accept: "application/json"};
  if (token) {
    headers.authorization = "Bearer " + token;
  }
  if (body !== undefined) {
    headers["content-type"] = "application/json";
  }
  if (key) {
    headers["idempotency-key"] = key;
  }
  const before = Date.now();
  let response;
  let text;
  try {
    response = await fetch(url, {
      method, headers, signal, credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    clock.sample(response.headers.get("Classbell-Now"), before, Date.now());
    text = await response.text();
  } catch (failure) {
    if (failure.name === "AbortError") {
      throw failure;
    }
    network.set(false);
    throw new Offline();
  }
  network.set(true);
  let answer = {};
  if (text && /json/.test(response.headers.get("content-type") ?? "")) {
    answer = JSON.parse(text);
  } else if (text) {
    answer = {text};
  }
  if (!response.ok) {
    throw new Problem(response.status, answer, Number(response.headers.get("Retry-After")) || undefined);
  }
  Object.defineProperty(answer, "httpStatus", {value: response.status});
  return answer;
}

/**
 * Sends a request with the user's token. A token that is no longer valid is renewed; without a session
 * a dialog lets the user log in, and the request goes on.
 */
export async function api(path, options = {}) {
  for (let attempt = 0; ; attempt++) {
    const token = options.anonymous ? null : await session.bearer();
    try {
      return await request(path, {...options, token});
    } catch (problem) {
      if (problem.status !== 401 || problem.code !== "unauthorized" || options.anonymous || attempt > 2) {
        throw problem;
      }
      if (!token || attempt > 0) {
        await session.login();
      } else {
        await session.renew().catch(async failure => {
          if (failure.status !== 401) {
            throw failure;
          }
          await session.login();
        });
      }
    }
  }
}

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/**
 * Sends a command: a POST with one Idempotency-Key per intention. The key survives a reload, and is
 * replaced when the body changes or a definite answer has come. An unknown outcome is asked for again
 * with the same key.
 *
 * @param onChecking called when the outcome is not known yet
 */
export async function command(path, body, {onChecking = () => {}, anonymous} = {}) {
  const slot = `intent:${session.user?.id ?? ""}:${path}`;
  const content = JSON.stringify(body ?? null);
  let intent = JSON.parse(sessionStorage.getItem(slot) ?? "null");
  if (intent?.content !== content) {
    intent = {content, key: randomId()};
    sessionStorage.setItem(slot, JSON.stringify(intent));
  }
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await api(path, {method: "POST", body, key: intent.key, anonymous});
      sessionStorage.removeItem(slot);
      return answer;
    } catch (problem) {
      const unknown = problem instanceof Offline || problem.status === 503 || problem.status >= 502;
      if (!unknown) {
        if (problem.status !== 429 && problem.status !== 401) {
          sessionStorage.removeItem(slot);
        }
        throw problem;
      }
      if (attempt >= 3) {
        throw problem;
      }
      onChecking();
      await pause(Math.min((problem.retryAfter ?? 2 ** attempt) * 1000, 5000));
    }
  }
}

/** Polls until a check is satisfied: after 1, 2, 4 and 8 seconds. Returns the last answer. */
export async function poll(path, isDone) {
  let answer;
  for (const seconds of [1, 2, 4, 8]) {
    await pause(seconds * 1000);
    answer = await api(path);
    if (isDone(answer)) {
      break;
    }
  }
  return answer;
}

/** All items of a list, page by page, up to a limit. */
export async function all(path, query = {}, limit = 400) {
  const items = [];
  let cursor;
  do {
    const page = await api(path, {query: {...query, cursor, limit: 100}});
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor && items.length < limit);
  return items;
}
