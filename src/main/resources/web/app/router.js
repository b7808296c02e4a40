// The client side router: known paths change the page without a new document.
import {boot} from "app/api.js";

const TABLE = boot.paths.map(row => ({
  ...row,
  regex: new RegExp("^" + row.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)") + "$"),
}));

/** The path of an address and its parameters; null if the application has no such path. */
export function match(pathname) {
  for (const path of TABLE) {
    const found = path.regex.exec(pathname);
    if (found) {
      return {path, params: {...found.groups}};
    }
  }
  return null;
}

export const router = new (class extends EventTarget {
  /** What to focus and where to scroll after the next page is shown. */
  arrival = {focus: "heading", scroll: 0};

  start() {
    history.scrollRestoration = "manual";
    addEventListener("popstate", ({state}) => {
      this.arrival = {focus: state?.link ?? "heading", scroll: state?.scroll ?? 0};
      this.dispatchEvent(new Event("change"));
    });
    document.addEventListener("click", event => this.#click(event));
  }

  #click(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey
        || event.altKey || link.target || link.hasAttribute("download")) {
      return;
    }
    const url = new URL(link.href);
    if (url.origin !== location.origin || !match(url.pathname)) {
      return;
    }
    if (url.pathname === location.pathname && url.search === location.search && url.hash) {
      return;
    }
    event.preventDefault();
    this.go(url.pathname + url.search, {link: link.getAttribute("href")});
  }

  /** Goes to an address of the application. */
  go(address, {replace = false, link, keepPlace = false} = {}) {
    if (replace) {
      history.replaceState(history.state, "", address);
    } else {
      history.replaceState({scroll: scrollY, link}, "");
      history.pushState({}, "", address);
    }
    this.arrival = keepPlace ? {focus: null, scroll: null} : {focus: "heading", scroll: 0};
    this.dispatchEvent(new Event("change"));
  }

  /** Changes parameters of the query; an empty value removes one. The focus stays. */
  query(changes, {replace = true} = {}) {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === undefined || value === "" || value === false) {
        url.searchParams.delete(name);
      } else {
        url.searchParams.set(name, value);
      }
    }
    this.go(url.pathname + url.search, {replace, keepPlace: true});
  }
})();

/** The address to go to after a login: a path of this application only. */
export function nextAddress(query) {
  const next = query.get("next") ?? "";
  if (!/^\/(?![/\\])/.test(next)) {
    return null;
  }
  const url = new URL(next, location.origin);
  return url.origin === location.origin && match(url.pathname) ? url.pathname + url.search : null;
}
