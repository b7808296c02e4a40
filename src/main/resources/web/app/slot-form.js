// The fields of a class that a teacher offers, for one slot and for a series.
import {parseMoney} from "app/text.js";
import {field, html, nothing, t} from "app/ui.js";

export const slotLabels = () => ({
  title: t("slot.title"), startsAt: t("slot.time"), firstStartsAt: t("slot.firstTime"), date: t("slot.date"), time: t("slot.time"),
  durationMinutes: t("slot.duration"), capacity: t("slot.capacity"), price: t("slot.price"), description: t("slot.description"),
  subject: t("slot.subject"), language: t("slot.language"), rrule: t("series.rule"), count: t("series.count"),
});

const LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "pl", "tr", "ru", "uk", "ar", "hi", "zh-CN", "ja", "ko", "la"];

/** The fields that a slot and a series share. */
export function slotFields(form, data, {onInput} = {}) {
  const names = new Intl.DisplayNames(document.documentElement.lang, {type: "language"});
  return html`
    ${field(form, "title", t("slot.title"), {value: data.title, maxlength: 120, onInput})}
    <div class="fields">
      ${field(form, "durationMinutes", t("slot.duration"), {value: data.durationMinutes ?? "60", inputmode: "numeric", maxlength: 4, onInput})}
      ${field(form, "capacity", t("slot.capacity"), {value: data.capacity ?? "10", inputmode: "numeric", maxlength: 5})}
      ${field(form, "price", t("slot.price"), {value: data.price ?? "", inputmode: "decimal", maxlength: 12, hint: t("slot.priceHint")})}
    </div>`;
}

export function detailFields(form, data) {
  const names = new Intl.DisplayNames(document.documentElement.lang, {type: "language"});
  return html`
    ${field(form, "description", t("slot.description"), {required: false, hint: t("slot.descriptionHint"), input: ({id, name, described}) => html`
      <textarea id=${id} name=${name} maxlength="2000" aria-describedby=${described || nothing} .value=${data.description ?? ""}></textarea>`})}
    <div class="fields">
      ${field(form, "subject", t("slot.subject"), {required: false, value: data.subject, maxlength: 60})}
      ${field(form, "language", t("slot.language"), {required: false, input: ({id, name}) => html`<select id=${id} name=${name}>
        <option value="">${t("slot.noLanguage")}</option>
        ${LANGUAGES.map(code => html`<option value=${code} ?selected=${data.language === code}>${names.of(code)}</option>`)}</select>`})}
    </div>`;
}

/** Checks what was typed; returns the fields for the API and the errors. */
export function readSlot(data) {
  const errors = [];
  const whole = name => {
    if (!data[name]) {
      errors.push({field: name, code: "required"});
    } else if (!/^\d{1,9}$/.test(data[name].trim())) {
      errors.push({field: name, code: "not_an_integer"});
    }
    return Number(data[name]);
  };
  const slot = {title: data.title, durationMinutes: whole("durationMinutes"), capacity: whole("capacity")};
  if (!data.title) {
    errors.unshift({field: "title", code: "required"});
  }
  const price = parseMoney(data.price ?? "0");
  if (price === null) {
    errors.push({field: "price", code: "wrong_format"});
  }
  for (const name of ["date", "time"]) {
    if (!data[name]) {
      errors.push({field: name, code: "required"});
    }
  }
  for (const name of ["description", "subject", "language"]) {
    if (data[name]) {
      slot[name] = data[name];
    }
  }
  return {slot: {...slot, price}, errors};
}
