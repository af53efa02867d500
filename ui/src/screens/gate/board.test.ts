// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { WicketError } from "../../backend";
import type { GateCount, HandRequest, ScanLine, ScanRequest, Verdict } from "../../backend/bindings";
import { Board, type BoardPorts, type Gate } from "./board.svelte";
import { graceTime, mostSeen, readingTime, stoppingTime, type Shown } from "./pile.svelte";
import { admitted, answer, crank, lineOf, refused, ticketB14 } from "./testing";

const count: GateCount = { admitted: 3, sold: 10, lastMinute: 2 };

let clock: ReturnType<typeof crank>;
let sounds: string[];
let gate: Gate;
let requests: ScanRequest[];
let chosen: HandRequest[];
let lines: ScanLine[];
let commands: { -readonly [Name in keyof BoardPorts["commands"]]: BoardPorts["commands"][Name] };
let board: Board;
let late: string[];

beforeEach(() => {
  clock = crank();
  sounds = [];
  requests = [];
  lines = [];
  chosen = [];
  gate = { name: "North gate", eventId: "e1" };
  commands = {
    admit: (request) => {
      requests.push(request);
      return Promise.resolve(admitted());
    },
    admitByHand: (request) => {
      chosen.push(request);
      return Promise.resolve(admitted(request.ticketId));
    },
    letIn: (scanId) => Promise.resolve(admitted(`${scanId} all the same`)),
    undoAdmission: (scanId) => Promise.resolve({ outcome: "undone", scanId, at: "2026-08-22T21:00:00Z", ticket: ticketB14 }),
    recentScans: () => Promise.resolve(lines),
    gateCount: () => Promise.resolve(count),
  };
  late = [];
  board = new Board("e1", () => gate, { commands, now: clock.now, later: clock.later, play: (sound) => sounds.push(sound), late: (shown) => late.push(nameOf(shown)) });
});

const settled = (): Promise<void> => new Promise((go) => setTimeout(go, 0));
const nameOf = (shown: Shown): string => (shown.kind === "verdict" ? shown.scan.scanId : shown.code);
/** What stands, in the order it is read. */
const stands = (): string[] => board.standing.map(nameOf);
const used = (scanId: string): Verdict => refused("already_admitted", { scanId, ticket: { ...ticketB14, ticketId: scanId } });

test("an admission sounds, is shown for its reading time and goes by itself", () => {
  board.judged(admitted("a"));
  expect(sounds).toEqual(["go"]);
  clock.move(readingTime - 1);
  expect(stands()).toEqual(["a"]);
  clock.move(1);
  expect(stands()).toEqual([]);
});

test("a verdict that comes when the gate is no longer on screen is heard and told elsewhere, once, and shown nowhere", async () => {
  const scan = board.scan("WK1:X");
  board.leave();
  await scan;
  commands.admit = () => Promise.reject(new WicketError("storage", "The disk is full."));
  await board.scan("WK1:Y");
  expect([late, stands(), sounds]).toEqual([["s1", "storage"], [], ["go", "ask"]]);
});

test("what nobody has read when the gate leaves the screen is told elsewhere", () => {
  board.judged(used("read"));
  clock.move(stoppingTime);
  board.judged(used("r"));
  board.judged(admitted("a"));
  board.leave();
  expect(late).toEqual(["r", "a"]);
});

test("a refusal stays until somebody says so", () => {
  board.judged(refused("unpaid", { scanId: "r" }));
  expect(sounds).toEqual(["stop"]);
  clock.move(3_600_000);
  expect(stands()).toEqual(["r"]);
  board.acknowledge();
  expect(stands()).toEqual([]);
});

test.each([
  ["r", "a"],
  ["a", "r"],
])("%s and %s at once stand together, the refusal first, and each has its own time", (first, second) => {
  for (const id of [first, second]) {
    board.judged(id === "a" ? admitted("a") : used("r"));
  }
  expect(stands()).toEqual(["r", "a"]);
  expect(sounds.toSorted()).toEqual(["go", "stop"]);
  clock.move(stoppingTime);
  expect(stands(), "the admission's time begins when the refusal was read").toEqual(["r", "a"]);
  clock.move(readingTime - 1);
  expect(stands()).toEqual(["r", "a"]);
  clock.move(1);
  expect(stands()).toEqual(["r"]);
});

test("a refusal that comes while an admission is read goes before it and hides it not", () => {
  board.judged(admitted("a"));
  clock.move(readingTime - 200);
  board.judged(used("r"));
  clock.move(stoppingTime);
  clock.move(199);
  expect(stands()).toEqual(["r", "a"]);
  clock.move(1);
  expect(stands()).toEqual(["r"]);
});

test("an admission in quick succession waits its turn beside the one before", () => {
  board.judged(admitted("a"));
  clock.move(readingTime - 100);
  board.judged(admitted("b"));
  expect(stands()).toEqual(["a", "b"]);
  clock.move(100);
  expect(stands()).toEqual(["b"]);
  clock.move(readingTime - 1);
  expect(stands()).toEqual(["b"]);
  clock.move(1);
  expect(stands()).toEqual([]);
});

test("a refusal that was read makes room for the next scan; one that was not does not", () => {
  board.judged(used("r"));
  clock.move(stoppingTime - 1);
  board.judged(admitted("a"));
  expect(stands()).toEqual(["r", "a"]);
  clock.move(1);
  clock.move(readingTime);
  board.judged(admitted("b"));
  expect(stands()).toEqual(["b"]);
});

test("a fault and a verdict stand together: refusals, then faults, then admissions", () => {
  board.judged(admitted("a"));
  board.faulted({ code: "storage", message: "" });
  board.judged(used("r"));
  board.judged(admitted("b"));
  expect(stands()).toEqual(["r", "storage", "a", "b"]);
  expect(board.turn).toBe(4);
});

test("four codes on one sheet are each read to the end", () => {
  ["a", "b", "c", "d"].forEach((id) => {
    board.judged(admitted(id));
  });
  const seen: string[][] = [];
  for (let gone = 0; gone < 4; gone += 1) {
    seen.push(stands());
    clock.move(readingTime);
  }
  expect(seen).toEqual([["a", "b", "c", "d"], ["b", "c", "d"], ["c", "d"], ["d"]]);
  expect(stands()).toEqual([]);
});

test("more than can be seen wait for a place, and get one though nobody says that the others were read", () => {
  const ids = Array.from({ length: mostSeen + 2 }, (_, index) => String(index));
  ids.forEach((id) => {
    board.judged(used(id));
  });
  const seen = new Set<string>();
  for (const _ of ids) {
    stands().slice(0, mostSeen).forEach((id) => seen.add(id));
    clock.move(stoppingTime);
  }
  expect([...seen]).toEqual(ids);
  expect(stands()).toEqual(ids.slice(-mostSeen));
});

test("the same ticket refused again takes its own place, and counts as new", () => {
  board.judged(refused("already_admitted", { scanId: "one" }));
  board.judged(refused("already_admitted", { scanId: "two" }));
  expect([stands(), board.turn]).toEqual([["two"], 2]);
  board.judged(refused("not_a_ticket", { scanId: "three", ticket: null }));
  board.judged(refused("not_a_ticket", { scanId: "four", ticket: null }));
  expect(stands(), "codes without a ticket may be of two people").toEqual(["two", "three", "four"]);
});

test("time that nobody could see does not count", () => {
  board.judged(admitted("a"));
  clock.move(readingTime / 2);
  board.seen(false);
  clock.move(60_000);
  board.judged(admitted("b"));
  clock.move(60_000);
  expect(stands()).toEqual(["a", "b"]);
  board.seen(true);
  clock.move(readingTime / 2);
  expect(stands()).toEqual(["b"]);
});

test("a press that was meant for what stood first before takes nothing away", () => {
  board.judged(admitted("a"));
  board.judged(used("r"));
  board.acknowledge();
  expect(stands()).toEqual(["r", "a"]);
  clock.move(graceTime);
  board.acknowledge();
  board.acknowledge();
  expect(stands()).toEqual([]);
});

test("a press that was meant for what has just gone by itself takes nothing away", () => {
  board.judged(admitted("a"));
  board.judged(admitted("b"));
  clock.move(readingTime);
  board.acknowledge();
  expect(stands()).toEqual(["b"]);
  const ids = Array.from({ length: mostSeen + 1 }, (_, index) => String(index));
  ids.forEach((id) => {
    board.judged(used(id));
  });
  clock.move(stoppingTime);
  expect(stands()).toEqual([...ids.slice(1), "b"]);
  board.acknowledge();
  expect(stands()).toEqual([...ids.slice(1), "b"]);
  clock.move(graceTime);
  board.acknowledge();
  expect(stands()).toEqual([...ids.slice(2), "b"]);
});

test("two faults of one kind may be of two people: both stand", () => {
  board.faulted({ code: "storage", message: "" });
  board.faulted({ code: "storage", message: "" });
  expect(stands()).toEqual(["storage", "storage"]);
});

test("a fault is neither in nor out: it stays, has a sound of its own, and is no scan", async () => {
  commands.admit = () => Promise.reject(new WicketError("storage", "The disk is full."));
  await board.scan("WK1:X");
  expect(board.standing).toEqual([{ kind: "fault", code: "storage", message: "The disk is full.", turn: 1 }]);
  expect(sounds).toEqual(["ask"]);
  expect(board.scans).toEqual([]);
  clock.move(3_600_000);
  expect(stands()).toEqual(["storage"]);
});

test("a scan carries the gate's name and event as they are now", async () => {
  await board.scan("WK1:X");
  gate = { name: "", eventId: null };
  await board.scan("WK1:Y");
  expect(requests).toEqual([
    { text: "WK1:X", gate: "North gate", eventId: "e1" },
    { text: "WK1:Y", gate: null, eventId: null },
  ]);
});

test("the last five are listed at once, before the file is read", () => {
  for (const id of ["1", "2", "3", "4", "5", "6"]) {
    board.judged(admitted(id));
  }
  expect(board.scans.map((scan) => scan.scanId)).toEqual(["6", "5", "4", "3", "2"]);
});

test("an answer that a newer scan has overtaken changes nothing", async () => {
  const slow = answer<ScanLine[]>();
  commands.recentScans = () => slow.promise;
  void board.refresh();
  lines = [lineOf(admitted("new"))];
  commands.recentScans = () => Promise.resolve(lines);
  board.judged(admitted("new"));
  await settled();
  slow.give([]);
  await settled();
  expect(board.scans.map((scan) => scan.scanId)).toEqual(["new"]);
});

test("what a verdict knew stays when the file's line takes its place", async () => {
  const wrong: Verdict = refused("wrong_gate", { gates: ["South gate"] });
  lines = [lineOf(wrong)];
  board.judged(wrong);
  await settled();
  expect(board.scans[0]?.gates).toEqual(["South gate"]);
});

test("a count that cannot be read stands still and says so until it goes on", async () => {
  await board.refresh();
  commands.gateCount = () => Promise.reject(new WicketError("storage", ""));
  await board.refresh();
  expect([board.count, board.stale, board.loaded]).toEqual([count, true, true]);
  commands.gateCount = () => Promise.resolve({ ...count, admitted: 4 });
  await board.refresh();
  expect([board.count?.admitted, board.stale]).toEqual([4, false]);
});

test("after leaving nothing is shown or counted any more", async () => {
  board.judged(admitted("a"));
  const slow = answer<GateCount>();
  commands.gateCount = () => slow.promise;
  const under = board.refresh();
  board.leave();
  slow.give({ admitted: 9, sold: 9, lastMinute: 9 });
  await under;
  expect(board.count?.admitted).not.toBe(9);
});

test("a ticket chosen from its order is judged at this gate, and its verdict stands", async () => {
  await board.admit("t7");
  expect(chosen).toEqual([{ ticketId: "t7", gate: "North gate", eventId: "e1" }]);
  expect([stands(), sounds]).toEqual([["t7"], ["go"]]);
});

test("somebody let in all the same: the refusal goes, the admission stands", async () => {
  board.judged(refused("not_yet_valid", { scanId: "early" }));
  await board.letIn("early");
  expect(stands()).toEqual(["early all the same"]);
});

test("while somebody decides, nothing takes the first one's place, however long it takes", () => {
  board.judged(refused("not_yet_valid", { scanId: "early" }));
  clock.move(stoppingTime);
  board.hold(true);
  board.judged(used("r"));
  clock.move(60_000);
  board.judged(admitted("a"));
  expect(stands()).toEqual(["early", "r", "a"]);
  board.hold(false);
  clock.move(stoppingTime);
  board.judged(admitted("b"));
  expect(stands()).toEqual(["a", "b"]);
});

test("what keeps somebody from being let in is told, and the refusal stays", async () => {
  commands.letIn = () => Promise.reject(new WicketError("not_allowed", "Only a supervisor."));
  board.judged(refused("not_yet_valid", { scanId: "early" }));
  board.hold(true);
  await board.letIn("early");
  expect(stands()).toEqual(["early", "not_allowed"]);
});

test("an admission that was undone is read anew", async () => {
  board.judged(admitted("a"));
  lines = [{ ...lineOf(admitted("a")), undoUntil: null, undoneAt: "2026-08-22T21:00:05Z" }];
  expect(await board.undo("a")).toMatchObject({ outcome: "undone" });
  expect(board.scans[0]?.undoneAt).toBe("2026-08-22T21:00:05Z");
});
