// How refund rules and splits are told.
import {html} from "lit";
import {clock} from "app/api.js";
import {credits, dayTime, t} from "app/text.js";

const UNITS = {D: 86_400, H: 3600, M: 60, S: 1};

/** The length of an ISO 8601 duration of days, hours, minutes and seconds, in milliseconds. */
export function durationMs(text) {
  return [...text.matchAll(/(\d+(?:\.\d+)?)([DHMS])/g)]
    .reduce((sum, [, value, unit]) => sum + Number(value) * UNITS[unit], 0) * 1000;
}

/** The periods of a cancellation policy for a class: until when which share is refunded. */
export function tiersOf(policy, meeting) {
  const start = +new Date(meeting.startsAt);
  return policy.tiers.map(tier => ({until: start - durationMs(tier.before), percent: tier.studentPercent}));
}

/** The refund rule of a class, as periods. */
export function policyList(policy, meeting) {
  const tiers = tiersOf(policy, meeting);
  const current = tiers.find(tier => clock.now() <= tier.until);
  return html`<ul class="tiers">${tiers.map(tier => html`<li class=${tier === current ? "now" : clock.now() > tier.until ? "past" : ""}>
    <b>${t("refund.percent", {percent: tier.percent})}</b> <span>${t("refund.until", {time: dayTime(tier.until)})}</span></li>`)}
    <li class=${current ? "" : "now"}><b>${t("refund.none")}</b> <span>${t("refund.afterStart")}</span></li></ul>`;
}

/** What happens to the price of a cancelled booking. */
export const splitList = split => html`<dl class="split">
  <div class="total"><dt>${t("refund.paid")}</dt><dd>${credits(split.price)}</dd></div>
  <div class="mine"><dt>${t("refund.you")}</dt><dd>${credits(split.refund)}</dd></div>
  <div><dt>${t("refund.teacher")}</dt><dd>${credits(split.teacher)}</dd></div>
  <div><dt>${t("refund.fee")}</dt><dd>${credits(split.fee)}</dd></div>
</dl>`;
