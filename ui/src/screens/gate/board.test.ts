// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { WicketError } from "../../backend";
import type { GateCount, ScanLine, ScanRequest, Verdict } from "../../backend/bindings";
import { Board, readingTime, type BoardPorts, type Gate } from "./board.svelte";
import { admitted, answer, crank, lineOf, refused } from "./testing";

const count: GateCount = { admitted: 3, sold: 10, lastMinute: 2 };

let clock: ReturnType<typeof crank>;
let sounds: string[];
let gate: Gate;
let requests: ScanRequest[];
let lines: ScanLine[];
let commands: { -readonly [Name in keyof BoardPorts["commands"]]: BoardPorts["commands"][Name] };
let board: Board;

beforeEach(() => {
  clock = crank();
  sounds = [];
  requests = [];
  lines = [];
  gate = { name: "North gate", eventId: "e1" };
  commands = {
    admit: (request) => {
      requests.push(request);
      return Promise.resolve(admitted());
    },
    recentScans: () => Promise.resolve(lines),
    gateCount: () => Promise.resolve(count),
  };
  board = new Board("e1", () => gate, { commands, later: clock.later, play: (sound) => sounds.push(sound) });
});

const settled = (): Promise<void> => new Promise((go) => setTimeout(go, 0));
const shownId = (): string | undefined => (board.shown?.kind === "verdict" ? board.shown.scan.scanId : undefined);

test("an admission sounds, is shown for its reading time and goes by itself", () => {
  board.judged(admitted("a"));
  expect(sounds).toEqual(["go"]);
  clock.move(readingTime - 1);
  expect(shownId()).toBe("a");
  clock.move(1);
  expect(board.shown).toBeUndefined();
});

test("a verdict that comes when the gate is no longer on screen is told elsewhere, once, and shown nowhere", async () => {
  const late: string[] = [];
  const left = new Board("e1", () => gate, { commands, later: clock.later, play: (sound) => sounds.push(sound), late: (verdict) => late.push(verdict.scanId) });
  const scan = left.scan("WK1:X");
  left.leave();
  await scan;
  expect([late, left.shown, sounds]).toEqual([["s1"], undefined, []]);
});

test("a refusal stays until somebody says so", () => {
  board.judged(refused("unpaid", { scanId: "r" }));
  expect(sounds).toEqual(["stop"]);
  clock.move(3_600_000);
  expect(shownId()).toBe("r");
  board.acknowledge();
  expect(board.shown).toBeUndefined();
});

test("the next scan replaces whatever is shown, and the time of the one before does not end it", () => {
  board.judged(admitted("a"));
  clock.move(readingTime - 100);
  board.judged(admitted("b"));
  clock.move(200);
  expect(shownId()).toBe("b");
  board.judged(refused("unpaid", { scanId: "r" }));
  clock.move(readingTime * 2);
  expect(shownId()).toBe("r");
  expect(board.turn).toBe(3);
});

test("a fault is neither in nor out: it stays, has a sound of its own, and is no scan", async () => {
  commands.admit = () => Promise.reject(new WicketError("storage", "The disk is full."));
  await board.scan("WK1:X");
  expect(board.shown).toEqual({ kind: "fault", code: "storage", message: "The disk is full." });
  expect(sounds).toEqual(["ask"]);
  expect(board.scans).toEqual([]);
  clock.move(3_600_000);
  expect(board.shown?.kind).toBe("fault");
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
