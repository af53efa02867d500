// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import type { CloudEvent, PublishProgress } from "../../backend/bindings";
import { Programme } from "./programme.svelte";

const event = (eventId: string, more: Partial<CloudEvent> = {}): CloudEvent => ({
  eventId,
  name: eventId,
  startsAt: "2026-11-20T20:00:00Z",
  timeZone: "UTC",
  published: false,
  owned: 0,
  allotted: 0,
  granted: 0,
  caughtUp: true,
  ...more,
});

function programmeOf() {
  const commands = {
    cloudEvents: vi.fn(() => Promise.resolve([event("gala"), event("match", { published: true })])),
    publishEvent: vi.fn<(eventId: string, hear: (progress: PublishProgress) => void) => Promise<void>>(() => Promise.resolve()),
    allot: vi.fn(() => Promise.resolve(40)),
    giveBack: vi.fn(() => Promise.resolve(12)),
  };
  return { commands, programme: new Programme(commands) };
}

test("publishing tells how far it is, one event at a time, and that it is done", async () => {
  const { commands, programme } = programmeOf();
  let hear: (progress: PublishProgress) => void = () => undefined;
  let finish: () => void = () => undefined;
  commands.publishEvent.mockImplementation((_, hearing) => {
    hear = hearing;
    return new Promise((resolve) => (finish = resolve));
  });
  const running = programme.publish("gala");
  expect(programme.publishing).toEqual({ eventId: "gala", progress: undefined });
  hear({ done: 100, total: 1291 });
  expect(programme.publishing?.progress).toEqual({ done: 100, total: 1291 });
  await programme.publish("match");
  expect(commands.publishEvent).toHaveBeenCalledTimes(1);
  finish();
  await running;
  expect([programme.publishing, programme.endedOf("gala"), programme.endedOf("match")]).toEqual([undefined, { kind: "published" }, undefined]);
  // What comes late moves nothing any more.
  hear({ done: 1291, total: 1291 });
  expect(programme.publishing).toBeUndefined();
});

test("an event that did not get there says why, and may be sent again", async () => {
  const { commands, programme } = programmeOf();
  commands.publishEvent.mockRejectedValueOnce(new WicketError("cloud", "The network went away after 400 seats. Publish again: it goes on from there."));
  await programme.publish("gala");
  expect(programme.endedOf("gala")).toMatchObject({ kind: "notDone", what: "publish", message: expect.stringContaining("400 seats") as string });
  await programme.publish("gala");
  expect(programme.endedOf("gala")?.kind).toBe("published");
});

test("keeping says how many could be had", async () => {
  const { commands, programme } = programmeOf();
  await programme.keep("match", 50);
  expect(commands.allot.mock.calls).toEqual([["match", 50]]);
  expect(programme.endedOf("match")).toEqual({ kind: "kept", wanted: 50, taken: 40 });
  await programme.giveBack("match");
  expect(programme.endedOf("match")).toEqual({ kind: "givenBack", places: 12 });
  programme.open("gala");
  expect(programme.endedOf("match")).toBeUndefined();
});

test("the first event is open until one is chosen", async () => {
  const { programme } = programmeOf();
  await programme.load();
  expect(programme.opened?.eventId).toBe("gala");
  programme.open("match");
  await programme.load();
  expect(programme.opened?.eventId).toBe("match");
});
