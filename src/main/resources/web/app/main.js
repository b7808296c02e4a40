// Starts the application.
import {network, session} from "app/api.js";
import {loadTexts} from "app/text.js";
import {live} from "app/live.js";
import {router} from "app/router.js";
import "app/frame.js";

// Links of mails carry a token: it leaves the address bar before anything else happens.
const secret = new URLSearchParams(location.search).get("token");
if (secret !== null && /^\/(reset|verify)$/.test(location.pathname)) {
  globalThis.classbellToken = secret;
  history.replaceState(history.state, "", location.pathname);
}

await Promise.all([loadTexts(), session.start()]);
addEventListener("offline", () => network.set(false));
addEventListener("online", () => network.set(true));
router.start();
document.querySelector("#app").replaceChildren(document.createElement("cb-frame"));
live.start();
