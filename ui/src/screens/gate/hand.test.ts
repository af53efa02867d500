// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { WicketError } from "../../backend";
import type { GateOrder, GateTicket } from "../../backend/bindings";
import { language } from "../../i18n/index.svelte";
import { readTyped } from "./hand";
import { Hand, pause } from "./hand.svelte";
import { ticketStateText } from "./refusals";
import { answer, crank, ticketB14 } from "./testing";

test.each(["", "   "])("%j is nothing", (text) => {
  expect(readTyped(text)).toEqual({ kind: "nothing" });
});

test.each(["F7KQ2MX", " f7kq2mx ", "Okafor", "Zoë O’Brien", "F7KQ2M0", "4006381333931"])("%j is looked up", (text) => {
  expect(readTyped(text)).toEqual({ kind: "search", text: text.trim() });
});

test.each(["wk1:abc d%", " WK1:F7KQ2MX ", "]Q1WK1:ABC", "WK1ÖV50300", "ZK&MV(", "https://example.org/tickets/1234567890123456789012345678901234567890"])("%j goes to be judged", (text) => {
  expect(readTyped(text)).toEqual({ kind: "code", text: text.trim() });
});

let clock: ReturnType<typeof crank>;
let asked: string[];
let judged: string[];
let found: GateOrder[];
let find: (query: string) => Promise<GateOrder[]>;
let hand: Hand;

const ticket = (id: string, reason: GateTicket["reason"] = null): GateTicket => ({
  ticket: { ...ticketB14, ticketId: id, label: `Stalls ${id}` },
  seatId: null,
  reason,
  firstAdmission: reason === "already_admitted" ? { at: "2026-08-22T20:35:00Z", gate: "South gate", station: "Window 1" } : null,
  validFrom: null,
  validUntil: null,
  gates: [],
});
const order = (...tickets: GateTicket[]): GateOrder => ({
  code: "F7KQ2MX", holder: "Ada Okafor", eventId: "e1", event: "Gala", startsAt: "2026-08-22T21:00:00Z", timeZone: "UTC", tickets,
});

beforeEach(() => {
  language.choose("en");
  clock = crank();
  asked = [];
  judged = [];
  found = [order(ticket("A-1", "already_admitted"), ticket("A-2"), ticket("A-3"))];
  find = () => Promise.resolve(found);
  hand = new Hand({
    commands: {
      ordersAtGate: (query, gate, eventId) => {
        asked.push(`${query}/${gate ?? "-"}/${eventId ?? "-"}`);
        return find(query);
      },
    },
    gate: () => ({ name: "", eventId: "e1" }),
    later: clock.later,
    code: (text) => judged.push(`code ${text}`),
    admit: (ticketId) => {
      judged.push(ticketId);
      return Promise.resolve();
    },
  });
});

const settled = (): Promise<void> => new Promise((go) => setTimeout(go, 0));

async function type(text: string): Promise<void> {
  hand.text = text;
  clock.move(pause);
  await settled();
}

test("typing asks once, after a pause, and the first good ticket is chosen", async () => {
  hand.text = "f7k";
  clock.move(pause - 1);
  await type("f7kq2mx");
  expect(asked).toEqual(["f7kq2mx/-/e1"]);
  expect(hand.chosen?.ticket.ticketId).toBe("A-2");
});

test("one character alone is not looked up", async () => {
  await type("f");
  expect([asked, hand.orders]).toEqual([[], undefined]);
});

test("arrows choose, ending at either end, and Enter admits the chosen one", async () => {
  await type("okafor");
  hand.move(1);
  hand.move(1);
  expect(hand.chosen?.ticket.ticketId).toBe("A-3");
  hand.move(-5);
  expect(hand.chosen?.ticket.ticketId).toBe("A-1");
  hand.choose("A-3");
  hand.go();
  await settled();
  expect(judged).toEqual(["A-3"]);
});

test("after one ticket of an order the others are listed anew; after the last one the field is empty", async () => {
  await type("f7kq2mx");
  found = [order(ticket("A-1", "already_admitted"), ticket("A-2", "already_admitted"), ticket("A-3"))];
  hand.go();
  await settled();
  expect([hand.text, hand.chosen?.ticket.ticketId]).toEqual(["f7kq2mx", "A-3"]);
  hand.go();
  await settled();
  expect([judged, hand.text, hand.orders]).toEqual([["A-2", "A-3"], "", undefined]);
});

test("of several orders nobody is chosen until a person chooses: Enter only looks up again", async () => {
  const other: GateOrder = { ...order(ticket("B-1"), ticket("B-2")), code: "H3PW9TD" };
  found = [order(ticket("A-1"), ticket("A-2")), other];
  await type("mueller");
  expect(hand.chosen).toBeUndefined();
  hand.go();
  await settled();
  expect([judged, asked.length, hand.chosen]).toEqual([[], 2, undefined]);
  hand.choose("B-1");
  found = [order(ticket("A-1"), ticket("A-2")), { ...other, tickets: [ticket("B-1", "already_admitted"), ticket("B-2")] }];
  hand.go();
  await settled();
  expect([judged, hand.chosen?.ticket.ticketId], "the next one of the same order").toEqual([["B-1"], "B-2"]);
  await type("müller");
  expect(hand.chosen, "another search begins without a choice").toBeUndefined();
  hand.move(1);
  expect(hand.chosen?.ticket.ticketId).toBe("A-1");
});

test("a press before the answer looks up and admits nobody; nor does a second press while one is judged", async () => {
  hand.text = "f7kq2mx";
  hand.go();
  expect(judged).toEqual([]);
  await settled();
  hand.go();
  hand.go();
  await settled();
  expect([judged, asked.length]).toEqual([["A-2"], 2]);
});

test("an answer to what is no longer typed is dropped", async () => {
  const slow = answer<GateOrder[]>();
  find = () => slow.promise;
  hand.text = "okafor";
  clock.move(pause);
  hand.text = "okafors";
  slow.give(found);
  await settled();
  expect([hand.orders, hand.chosen]).toEqual([undefined, undefined]);
});

test("nothing found is an answer; what goes wrong is said in words", async () => {
  found = [];
  await type("nobody");
  expect([hand.orders, hand.trouble]).toEqual([[], undefined]);
  hand.go();
  await settled();
  expect(judged).toEqual([]);
  find = () => Promise.reject(new WicketError("storage", "The disk is full."));
  await type("nobody else");
  expect([hand.orders, hand.trouble]).toEqual([undefined, "The disk is full."]);
  await type("");
  expect(hand.trouble).toBeUndefined();
});

test("a whole ticket code is judged, and leaves the field", () => {
  hand.text = "WK1:ABC";
  hand.go();
  expect([judged, hand.text, asked]).toEqual([["code WK1:ABC"], "", []]);
});

test("how a ticket stands is said with its time or gate", () => {
  const now = Date.parse("2026-08-22T21:00:00Z");
  const said = (one: GateTicket): string => ticketStateText(one, now, { zone: "UTC", station: "UTC", locale: "en-GB" });
  expect(said(ticket("1"))).toBe("Good");
  expect(said(ticket("1", "already_admitted"))).toBe("Admitted 20:35, South gate, station Window 1");
  expect(said({ ...ticket("1", "not_yet_valid"), validFrom: "2026-08-22T22:00:00Z" })).toBe("This ticket admits from 22:00.");
  expect(said({ ...ticket("1", "wrong_gate"), gates: ["West gate"] })).toBe("This ticket admits at West gate.");
  expect(said(ticket("1", "refunded"))).toBe("Refunded");
});
