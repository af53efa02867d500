/**
 * The cloud of the pretended station. Wishes: `cloud` online, offline, waiting, old, dead, conflicts, clock, catching, silent
 * or a trouble (without it the station stands alone); `publish` slow, stops; `queue` none; `pair` slow, nowhere, foreign, newer; `account` new, refused, unkept;
 * those of the venue's stations stand in `stations.ts`.
 */

import type { CloudEvent, CloudStatus, ConflictLine, EventSummary, OutboxLine, PublishProgress, StaffMember, Trouble } from "../../backend/bindings";
import { pretendStations } from "./stations";

const zone = "America/Los_Angeles";
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const troubles: readonly Trouble[] = ["unreachable", "slow", "throttled", "broken", "refused", "clock", "notThere", "unreadable", "rejected", "fenced"];
export const pretendCode = "WKP2:K3J8VQ2M1X.EXECUTE-API.US-WEST-2.AMAZONAWS.COM/HARBOR";

function statusOf(wish: string | null): CloudStatus {
  const online: CloudStatus = {
    mode: "connected", online: true, since: ago(9000), waiting: 0, oldestSeconds: null, deadLetters: 0, conflicts: 0, clockOffsetMs: 120, trouble: null, words: null,
    environment: "harbor-prod", syncedAt: ago(20), delivering: null, following: null, catchingUp: [],
  };
  const offline = (trouble: Trouble): CloudStatus => ({ ...online, online: false, since: ago(1560), waiting: 37, oldestSeconds: 1555, trouble, words: "dispatch failure: io error: connection refused (os error 111)", syncedAt: ago(1562) });
  switch (wish) {
    case null:
      return { ...online, mode: "standalone", online: false, since: null, clockOffsetMs: null, environment: null, syncedAt: null };
    case "offline":
      return offline("unreachable");
    case "waiting":
      return { ...online, waiting: 3, oldestSeconds: 134 };
    case "old":
      return { ...online, waiting: 212, oldestSeconds: 2400 };
    case "dead":
      return { ...online, deadLetters: 2, waiting: 4, oldestSeconds: 12 };
    case "conflicts":
      return { ...online, conflicts: 5 };
    case "clock":
      return { ...online, clockOffsetMs: 613_000 };
    case "held":
      return { ...online, waiting: 3, oldestSeconds: 14, trouble: "throttled", delivering: "throttled", words: "SQS asks to go slower" };
    case "unheard":
      return { ...online, trouble: "slow", following: "slow", words: "DynamoDB gave no answer within 20 s" };
    case "catching":
      return { ...online, catchingUp: ["Summer Music Festival"] };
    default: {
      const trouble = troubles.find((one) => one === wish);
      return trouble === undefined ? online : { ...offline(trouble), clockOffsetMs: trouble === "clock" ? 613_000 : 120 };
    }
  }
}

function outbox(wish: string | null): OutboxLine[] {
  const line = (sequence: number, state: OutboxLine["state"], seconds: number, more: Partial<OutboxLine> = {}): OutboxLine => ({
    sequence, messageId: `m${sequence}`, kind: sequence % 5 === 0 ? "reprint" : sequence % 3 === 0 ? "admission" : "purchase", occurredAt: ago(seconds), state, attempts: 0, words: null, ...more,
  });
  const dead = wish === "dead" ? [line(1201, "dead", 5400, { kind: "purchase", attempts: 5, words: "InvalidParameterValue: Message body holds a field 'holder' longer than 120 characters (request 7f3c2a90)" }), line(1204, "dead", 5200, { kind: "admission", attempts: 5 })] : [];
  const waiting = statusOf(wish).waiting;
  const words = statusOf(wish).words;
  return [
    ...dead,
    ...Array.from({ length: Math.min(waiting, 40) }, (_, at) => line(1290 + at, "waiting", 1500 - at * 30, at < 2 && words !== null ? { attempts: 14 - at, words } : {})),
    ...Array.from({ length: 25 }, (_, at) => line(1289 - at, "sent", 1600 + at * 45)),
  ];
}

const conflictLines = (events: readonly EventSummary[]): ConflictLine[] => {
  const base = { eventId: "e", event: events[1]?.name ?? "Summer Music Festival", timeZone: zone, seat: null, orderId: null, ticketId: null, settledAt: null, settledBy: null };
  return [
    { ...base, conflictId: "c1", kind: "seat_sold_twice", at: ago(600), seat: "Front Stalls B-14", first: { station: "Window 1", orderCode: "7KQ2FM", orderId: "o1", at: ago(1500) }, second: { station: "Window 2", orderCode: "P9RX4T", orderId: "o2", at: ago(1300), reason: "Window 2 was shut out at 20:41 and came back" } },
    { ...base, conflictId: "c2", kind: "ticket_admitted_twice", at: ago(400), seat: "Balcony North F-103", first: { station: "Gate laptop 1", gate: "North gate", at: ago(900), holder: "Maria Lindqvist" }, second: { station: "Gate laptop 3", gate: "South gate", at: ago(520), holder: "Maria Lindqvist" } },
    { ...base, conflictId: "c3", kind: "message_rejected", at: ago(7200), first: { orderId: "01980000-0000-7000-8000-0000000000aa", at: ago(7300) }, second: { orderId: "01980000-0000-7000-8000-0000000000aa", orderCode: "K2L3M4", station: "Window 2", channel: "box_office", at: ago(7250) } },
    { ...base, conflictId: "c4", kind: "unknown_fan_club_member", at: ago(3000), first: { fanClubId: "FC-99121" }, second: { station: "st", orderCode: "A1B2C3", orderId: "o3", channel: "box_office", at: ago(3100) } },
    { ...base, conflictId: "c5", kind: "discount_not_allowed", at: ago(2000), first: { allowed: "29.90", tier: "silver", fanClubId: "FC-10042" }, second: { station: "01980000-0000-7000-8000-00000000beef", orderCode: "M4N5P6", orderId: "o4", channel: "box_office", at: ago(2100), given: "74.75" } },
    { ...base, conflictId: "c7", kind: "paid_too_late", at: ago(1700), first: { seat: "Stalls D-7", payUntil: ago(5400), givenBackAt: ago(5360), station: "Window 1" }, second: { paid: "EUR 20.00", orderId: "o7", channel: "web", at: ago(1710) } },
    { ...base, conflictId: "c6", kind: "ticket_admitted_twice", at: ago(90_000), seat: "Stalls C-2", first: { gate: "North gate", at: ago(91_000), station: "Gate laptop 1" }, second: { gate: "North gate", at: ago(90_100), station: "Gate laptop 2" }, settledAt: ago(80_000), settledBy: "Ada Okafor" },
  ];
};

/** What the station says when it cannot join. */
const refusals: Readonly<Record<string, { code: string; message: string }>> = {
  nowhere: { code: "no_answer", message: "k3j8vq2m1x.execute-api.us-west-2.amazonaws.com cannot be reached. See to the network, and compare the address in the pairing code. Then try again. (The API cannot be reached: failed to lookup address information)" },
  foreign: { code: "no_wicket", message: "What answers at the pairing code's address is no Wicket cloud. Check the code, or ask for a new one." },
  newer: { code: "other_version", message: "This cloud is newer than this Wicket. Update Wicket, then try again." },
};

/** As a QR code of that size looks; nobody can read it. */
function modules(): string[] {
  const side = 29;
  return Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (__, x) => {
      const finder = [[0, 0], [side - 7, 0], [0, side - 7]].find(([fx = 0, fy = 0]) => x >= fx - 1 && x <= fx + 7 && y >= fy - 1 && y <= fy + 7);
      if (finder !== undefined) {
        const ring = Math.max(Math.abs(x - (finder[0] ?? 0) - 3), Math.abs(y - (finder[1] ?? 0) - 3));
        return ring === 2 || ring > 3 ? "0" : "1";
      }
      return (x * 7919 + y * 104_729 + x * y * 31) % 7 < 3 ? "1" : "0";
    }).join(""),
  );
}

export function pretendCloud(wished: URLSearchParams, events: () => readonly EventSummary[]): Record<string, (args: Record<string, unknown>) => unknown> {
  let wish = wished.get("cloud");
  const stations = pretendStations(wished);
  let settled: string[] = [];
  let kept = 60;
  let published = false;
  let retried: number[] = [];
  let giveUp = (): void => undefined;
  const account: StaffMember = { staffId: "s9", name: "Ada Okafor", role: "organizer" };

  const cloudEvents = (): CloudEvent[] =>
    events().slice(0, 6).map((event, at) => ({
      eventId: event.eventId, name: event.name, startsAt: event.startsAt, timeZone: zone, published: at > 0 || published,
      owned: at === 1 ? kept + 4 : 0, allotted: at === 1 ? kept : 0, granted: at === 1 ? 25 : 0, caughtUp: !(wish === "catching" && at === 1),
    }));

  /** A station that the register bars hears it from a cloud that answers. */
  const status = (): CloudStatus => {
    const trouble = wish === null ? undefined : stations.trouble();
    const decided = wish === "pending" || wish === "shutOut" || wish === "copied";
    return trouble === undefined ? statusOf(decided ? "online" : wish) : { ...statusOf("online"), trouble, waiting: 4, oldestSeconds: 700 };
  };

  return {
    ...stations.answers,
    cloud_status: () => (wish === "silent" ? Promise.reject(new Error("no answer")) : status()),
    pair: async () => {
      if (wished.get("pair") === "slow") {
        await new Promise<void>((resolve) => (giveUp = resolve));
        throw { code: "no_answer", message: "Nobody waits for the cloud any more. The station was not paired." };
      }
      const fault = refusals[wished.get("pair") ?? ""];
      if (fault !== undefined) {
        throw fault;
      }
      wish = "online";
    },
    cancel_pairing: () => {
      giveUp();
    },
    pairing_view: () => ({ environment: "harbor-prod", venue: "harbor", code: pretendCode, modules: modules() }),
    sync_now: () => new Promise((resolve) => setTimeout(() => { resolve(status()); }, 1200)),
    outbox_view: () => {
      const lines = wished.get("queue") === "none" ? [] : outbox(wish).map((line): OutboxLine => (retried.includes(line.sequence) ? { ...line, state: "waiting", attempts: 0 } : line));
      return { waiting: lines.filter((line) => line.state === "waiting").length, dead: lines.filter((line) => line.state === "dead").length, lines };
    },
    retry_message: (args) => {
      retried = [...retried, Number(args["sequence"])];
    },
    export_message: (args) => ({ path: `/home/till/Documents/Wicket messages/message-${String(args["sequence"])}.json` }),
    conflicts: () =>
      wish === "conflicts" ? conflictLines(events()).map((line) => (settled.includes(line.conflictId) ? { ...line, settledAt: ago(1), settledBy: "Ada Okafor" } : line)) : [],
    settle_conflict: (args) => {
      settled = [...settled, String(args["conflictId"])];
    },
    cloud_events: cloudEvents,
    publish_event: async (args) => {
      const hear = (args["channel"] as { onmessage: (progress: PublishProgress) => void }).onmessage;
      const total = 1291;
      for (let done = 0; done < total; done += 100) {
        hear({ done, total });
        await new Promise((resolve) => setTimeout(resolve, wished.get("publish") === "slow" ? 1000 : 60));
        if (wished.get("publish") === "stops" && done >= 400) {
          throw { code: "cloud", message: "The network went away after 400 seats. Publish again: it goes on from there." };
        }
      }
      published = true;
    },
    allot: (args) => {
      const taken = Math.min(Number(args["count"]), 40);
      kept += taken;
      return taken;
    },
    give_back: () => {
      const places = kept;
      kept = 0;
      return places;
    },
    cloud_sign_in: (args) => {
      if (wished.get("account") === "refused") {
        return { outcome: "refused", message: "User name or password are not right. Type them again." };
      }
      if (wished.get("account") === "new" && args["newPassword"] === null) {
        return { outcome: "newPassword" };
      }
      return { outcome: "signedIn", staff: account, hasPin: wished.get("account") === "pin", notKept: wished.get("account") === "unkept" ? "This computer has no keyring." : null };
    },
    set_pin: () => undefined,
  };
}
