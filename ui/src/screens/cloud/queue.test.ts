// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import type { OutboxLine, OutboxView } from "../../backend/bindings";
import { Queue } from "./queue.svelte";

const line = (sequence: number, state: OutboxLine["state"]): OutboxLine => ({
  sequence,
  messageId: `m${sequence}`,
  kind: "purchase",
  occurredAt: "2026-11-20T20:00:00Z",
  state,
  attempts: 0,
  words: null,
});

function queueOf(...views: OutboxView[]) {
  const outboxView = vi.fn(() => Promise.resolve(views[Math.min(outboxView.mock.calls.length - 1, views.length - 1)] as OutboxView));
  const commands = { outboxView, retryMessage: vi.fn(() => Promise.resolve()), exportMessage: vi.fn(() => Promise.resolve({ path: "/out/7.json" })), syncNow: vi.fn(() => Promise.resolve({} as never)) };
  return { commands, queue: new Queue(commands) };
}

const stuck: OutboxView = { waiting: 1, dead: 1, lines: [line(7, "dead"), line(9, "waiting")] };

test("the first message is open until another one is chosen, and stays open while others come and go", async () => {
  const { queue } = queueOf(stuck, { waiting: 1, dead: 0, lines: [line(9, "waiting"), line(7, "sent")] }, { waiting: 0, dead: 0, lines: [] });
  await queue.load();
  expect(queue.opened?.sequence).toBe(7);
  queue.open(9);
  await queue.load();
  expect(queue.opened?.sequence).toBe(9);
  await queue.load();
  expect(queue.opened).toBeUndefined();
});

test("a stuck message that waits again stays in sight where it went", async () => {
  const { queue, commands } = queueOf(stuck, { waiting: 2, dead: 0, lines: [line(9, "waiting"), line(7, "waiting")] });
  await queue.load();
  await queue.retry(line(7, "dead"));
  expect(commands.retryMessage.mock.calls).toEqual([[7]]);
  expect([queue.opened?.sequence, queue.opened?.state, queue.done]).toEqual([7, "waiting", { kind: "waitsAgain" }]);
});

test("an exported message says where it is, until another one is opened", async () => {
  const { queue } = queueOf(stuck);
  await queue.load();
  await queue.export(line(7, "dead"));
  expect(queue.done).toEqual({ kind: "saved", path: "/out/7.json" });
  queue.open(9);
  expect(queue.done).toBeUndefined();
});

test("what the station could not do is told in its words", async () => {
  const { queue, commands } = queueOf(stuck);
  commands.exportMessage.mockRejectedValueOnce(new WicketError("storage", "The disk is full. Make room."));
  await queue.load();
  await queue.export(line(7, "dead"));
  expect([queue.done, queue.busy]).toEqual([{ kind: "notDone", message: "The disk is full. Make room." }, undefined]);
});

test("sending now happens once at a time, and its trouble is the status's to tell", async () => {
  const { queue, commands } = queueOf(stuck);
  commands.syncNow.mockRejectedValueOnce(new Error("no network"));
  await Promise.all([queue.sendNow(), queue.sendNow()]);
  expect([commands.syncNow.mock.calls.length, queue.busy, queue.trouble]).toEqual([1, undefined, undefined]);
});

test("a list that cannot be read says so and keeps what was read before", async () => {
  const { queue, commands } = queueOf(stuck);
  await queue.load();
  commands.outboxView.mockRejectedValueOnce(new WicketError("storage", "Another program has the file."));
  await queue.load();
  expect([queue.trouble, queue.view]).toEqual(["Another program has the file.", stuck]);
});
