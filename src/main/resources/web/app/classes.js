// Searching classes, for the pages that list them.
import {api, clock} from "app/api.js";
import {addDays, instantOf, isoDay, zone} from "app/text.js";

/** Groups meetings by their day in the viewer's zone, in their order. */
export function byDay(meetings) {
  const days = new Map();
  for (const meeting of meetings) {
    const day = isoDay(meeting.startsAt);
    days.set(day, [...days.get(day) ?? [], meeting]);
  }
  return [...days];
}

/** The days in UTC, as live addresses name them, that some meetings are on. */
export const utcDays = meetings => [...new Set(meetings.map(meeting => meeting.startsAt.slice(0, 10)))];

/** Takes newer seats into a list; returns whether something changed. */
export function takeSeats(meetings, seats) {
  const meeting = meetings?.find(m => m.id === seats.id);
  if (!meeting || meeting.version !== undefined && seats.version !== undefined && seats.version < meeting.version) {
    return false;
  }
  Object.assign(meeting, {
    seatsTaken: seats.seatsTaken, capacity: seats.capacity, status: seats.status, version: seats.version,
  });
  return true;
}

/** The parameters of a search for a page of slots, from those of an address. */
export function searchQuery(query, cursor, limit = 25) {
  const from = query.get("from");
  const day = /^\d{4}-\d{2}-\d{2}$/.test(from ?? "") ? from : null;
  const start = day ? instantOf(day + "T00:00") : null;
  const max = /^\d+$/.test(query.get("max") ?? "") ? Number(query.get("max")) * 100 : undefined;
  return {
    q: query.get("q")?.slice(0, 60),
    maxPrice: max,
    free: query.get("free") ? "true" : undefined,
    teacherId: query.get("teacher"),
    from: start && Date.parse(start) > clock.now() ? start : undefined,
    to: day && query.get("view") === "days" ? instantOf(addDays(day, 1) + "T00:00") : undefined,
    cursor,
    limit,
  };
}

export const searchSlots = (query, cursor, limit, signal) =>
  api("/slots", {query: searchQuery(query, cursor, limit), signal});

/** The numbers of classes on the days of a month, by day. */
export async function monthDays(month, query, signal) {
  const {q, teacherId, maxPrice} = searchQuery(query);
  const first = month + "-01";
  const next = addDays(first, 32).slice(0, 7) + "-01";
  const answer = await api("/slots/days",
    {query: {from: instantOf(first + "T00:00"), to: instantOf(next + "T00:00"), zone: zone(), q, teacherId, maxPrice}, signal});
  return new Map(answer.items.map(item => [item.date, item]));
}
