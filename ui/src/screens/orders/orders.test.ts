// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import type { OrderLine, OrderView } from "../../backend/bindings";
import { Finding, pause, type FindCommands } from "./find.svelte";
import { placesOf } from "./places";

const line = (code: string, printed = 1): OrderLine => ({
  orderId: `id-${code}`,
  code,
  event: "Gala",
  timeZone: "UTC",
  soldAt: "2026-11-20T19:00:00Z",
  holder: null,
  labels: ["A-1"],
  total: { minor: 100, currency: "USD" },
  printed,
  admitted: 0,
});

const view = (from: OrderLine): OrderView => ({ line: from }) as OrderView;

function station(answers: Record<string, OrderLine[]>) {
  const known = Object.values(answers).flat();
  const commands = {
    findOrders: vi.fn<FindCommands["findOrders"]>((text) => Promise.resolve(answers[text] ?? [])),
    order: vi.fn<FindCommands["order"]>((id) => {
      const found = known.find(({ orderId }) => orderId === id);
      return found === undefined ? Promise.reject(new WicketError("not_found", "There is no such order.")) : Promise.resolve(view(found));
    }),
  };
  return { commands, finding: new Finding(commands) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("typing asks once, after a pause, and opens the first order found", async () => {
  const { commands, finding } = station({ AB: [line("AB1"), line("AB2")] });
  finding.text = "A";
  await vi.advanceTimersByTimeAsync(pause - 1);
  finding.text = "AB";
  await vi.advanceTimersByTimeAsync(pause);
  expect(commands.findOrders.mock.calls).toEqual([["AB"]]);
  expect(finding.rows).toHaveLength(2);
  expect(finding.opened?.line.code).toBe("AB1");
});

test("an answer to an older question is dropped", async () => {
  let late: (rows: OrderLine[]) => void = () => undefined;
  const { commands, finding } = station({ new: [line("NEW")] });
  commands.findOrders.mockImplementationOnce(() => new Promise((resolve) => (late = resolve)));
  finding.text = "old";
  const first = finding.ask();
  finding.text = "new";
  await finding.ask();
  late([line("OLD")]);
  await first;
  expect(finding.rows?.map(({ code }) => code)).toEqual(["NEW"]);
  expect(finding.opened?.line.code).toBe("NEW");
});

test("the open order stays open while it is still found", async () => {
  const { finding } = station({ "": [line("ONE"), line("TWO")], T: [line("TWO")], none: [] });
  await finding.ask();
  await finding.open("id-TWO");
  finding.text = "T";
  await finding.ask();
  expect(finding.openId).toBe("id-TWO");
  finding.text = "none";
  await finding.ask();
  expect([finding.openId, finding.opened]).toEqual([undefined, undefined]);
});

test("opening again brings the list up to date", async () => {
  const { commands, finding } = station({ "": [line("ONE", 0)] });
  await finding.ask();
  commands.order.mockResolvedValueOnce(view(line("ONE", 1)));
  await finding.open("id-ONE");
  expect(finding.rows?.[0]?.printed).toBe(1);
});

test("a scanned ticket becomes its order's code", async () => {
  const { finding } = station({ "WK1:ABC": [line("K7QX2M")] });
  await finding.scanned("WK1:ABC");
  expect([finding.text, finding.asked, finding.opened?.line.code]).toEqual(["K7QX2M", "K7QX2M", "K7QX2M"]);
});

test("what the station says is kept until it answers again", async () => {
  const { commands, finding } = station({ "": [line("ONE")] });
  commands.findOrders.mockRejectedValueOnce(new WicketError("storage", "Another window is writing."));
  await finding.ask();
  expect(finding.trouble).toBe("Another window is writing.");
  await finding.ask();
  expect(finding.trouble).toBeUndefined();
  await finding.open("id-GONE");
  expect([finding.opened, finding.openTrouble]).toEqual([undefined, "There is no such order."]);
});

test.each([
  [["Front Stalls A-12", "Front Stalls A-13"], "Front Stalls A-12, A-13"],
  [["Box 3 2", "Stalls B-1"], "Box 3 2 · Stalls B-1"],
  [["Floor", "Floor", "Floor"], "3 × Floor"],
  [["Stalls A-10", "Stalls A-9"], "Stalls A-9, A-10"],
  [["Floor"], "Floor"],
  [["A-1", "A-2"], "A-1, A-2"],
  [["Standing Front", "Standing Front", "Wings C-4"], "2 × Standing Front · Wings C-4"],
  [[], ""],
])("%j is written %s", (labels, text) => {
  expect(placesOf(labels)).toBe(text);
});
