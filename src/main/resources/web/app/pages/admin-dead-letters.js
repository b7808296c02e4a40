import {command} from "app/api.js";
import {Paged, head, table} from "app/admin.js";
import {dayTime, number} from "app/text.js";
import {Form, Page, html, nothing, t, toasts} from "app/ui.js";

/** Messages and deliveries that were given up, and replaying them. */
class AdminDeadLettersPage extends Page {
  #list = new Paged(this, "/admin/dead-letters");
  #form = new Form(this);

  addressChanged() {
    this.#list.load();
  }

  async #replay(letter) {
    if (await this.#form.send(options => command(`/admin/dead-letters/${letter.id}/replay`, {}, options))) {
      toasts.show(t("admin.dead.replayed"), "ok");
      this.#list.load();
      this.querySelector("h1")?.focus();
    }
  }

  render() {
    return html`${head("/admin/dead-letters", t("admin.nav.deadLetters"))}
      <p class="quiet">${t("admin.dead.hint")}</p>
      ${this.#form.summary()}
      ${this.#list.show(items => table(t("admin.nav.deadLetters"), [
        ["admin.dead.parked", letter => html`<span class="nowrap">${dayTime(letter.parkedAt)}</span>`],
        ["admin.dead.address", letter => html`${letter.address}<br><span class="quiet small">${t("admin.dead.source." + letter.source)}</span>`],
        ["admin.dead.attempts", letter => number(letter.attempts), "amount"],
        ["admin.dead.error", letter => html`<span class="small">${letter.lastError ?? ""}</span>`],
        ["", letter => html`<button type="button" aria-disabled=${this.#form.busy ? "true" : nothing}
          aria-label=${t("admin.dead.replayNamed", {address: letter.address})}
          @click=${() => this.#replay(letter)}>${t("admin.dead.replay")}</button>`],
      ], items), t("admin.dead.none"))}`;
  }
}

customElements.define("cb-page-admin-dead-letters", AdminDeadLettersPage);
export default "cb-page-admin-dead-letters";
