// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { WicketError } from "../../backend";
import type { GateEvent } from "../../backend/bindings";
import { afterglow, Lens } from "./lens.svelte";
import { admitted, answer, crank } from "./testing";

let clock: ReturnType<typeof crank>;
let log: string[];
let hears: ((event: GateEvent) => void)[];
let lens: Lens;
let opened: () => Promise<void>;

const north = { name: "North gate", eventId: "e1" };
const corners: [[number, number], [number, number], [number, number], [number, number]] = [[1, 1], [9, 1], [9, 9], [1, 9]];
const looked = (...outlines: (typeof corners)[]): GateEvent => ({ kind: "looked", width: 1280, height: 720, outlines });
const streaming: GateEvent = { kind: "camera", camera: { state: "streaming", camera: "Cam", width: 1280, height: 720 } };

beforeEach(() => {
  clock = crank();
  log = [];
  hears = [];
  opened = () => Promise.resolve();
  lens = new Lens({
    commands: {
      cameras: () => Promise.resolve([{ id: "0", name: "Cam" }]),
      openCamera: (cameraId, gate, eventId, hear) => {
        log.push(`open ${String(cameraId)} ${String(gate)} ${String(eventId)}`);
        hears.push(hear);
        return opened();
      },
      closeCamera: () => {
        log.push("close");
        return Promise.resolve();
      },
    },
    later: clock.later,
    judged: (verdict) => log.push(`judged ${verdict.scanId}`),
    faulted: (fault) => log.push(`faulted ${fault.code}`),
  });
});

test("follows the camera's state, and passes on what was judged", async () => {
  await lens.open(null, north);
  expect(log).toEqual(["open null North gate e1"]);
  hears[0]?.(streaming);
  expect(lens.state).toMatchObject({ state: "streaming", width: 1280 });
  hears[0]?.({ kind: "judged", verdict: admitted("a") });
  hears[0]?.({ kind: "faulted", fault: { code: "storage", message: "" } });
  expect(log.slice(1)).toEqual(["judged a", "faulted storage"]);
});

test("an outline stays a moment after the code went, then fades", async () => {
  await lens.open(null, north);
  hears[0]?.(looked(corners));
  expect([lens.inSight, lens.outline?.corners]).toEqual([true, [corners]]);
  clock.move(afterglow - 1);
  hears[0]?.(looked());
  expect(lens.inSight).toBe(true);
  clock.move(1);
  expect(lens.inSight).toBe(false);
  expect(lens.outline, "kept while it fades").toBeDefined();
});

test("a lost camera outlines nothing", async () => {
  await lens.open(null, north);
  hears[0]?.(looked(corners));
  hears[0]?.({ kind: "camera", camera: { state: "lost", camera: "Cam", reason: "unplugged" } });
  expect([lens.state.state, lens.inSight]).toEqual(["lost", false]);
});

test("cameras open one after the other, and only the last one asked for", async () => {
  const first = answer<undefined>();
  opened = () => first.promise;
  const one = lens.open("1", north);
  await Promise.resolve();
  void lens.open("2", north);
  const three = lens.open("3", { name: "", eventId: null });
  opened = () => Promise.resolve();
  first.give(undefined);
  await Promise.all([one, three]);
  expect(log).toEqual(["open 1 North gate e1", "open 3 null null"]);
});

test("what the camera before says counts no more, but a verdict on record is still told", async () => {
  await lens.open("1", north);
  await lens.open("2", north);
  hears[0]?.(streaming);
  expect(lens.state.state).toBe("opening");
  hears[0]?.({ kind: "judged", verdict: admitted("late") });
  expect(log).toContain("judged late");
});

test("a camera that cannot be started says so, and can be tried again", async () => {
  opened = () => Promise.reject(new WicketError("camera", "No."));
  await lens.open(null, north);
  expect(lens.state).toEqual({ state: "refused", message: "No." });
  opened = () => Promise.resolve();
  await lens.open(null, north);
  expect(lens.state.state).toBe("opening");
});

test("a verdict or a fault that comes after closing is told, and nothing else is", async () => {
  await lens.open(null, north);
  await lens.close();
  hears[0]?.({ kind: "judged", verdict: admitted("late") });
  hears[0]?.({ kind: "faulted", fault: { code: "storage", message: "" } });
  hears[0]?.(streaming);
  expect(log.slice(1)).toEqual(["close", "judged late", "faulted storage"]);
  expect(lens.state.state).toBe("closed");
});

test("closing waits for the one being opened", async () => {
  void lens.open(null, north);
  await lens.close();
  expect(log).toEqual(["close"]);
  expect(lens.state.state).toBe("closed");
  hears[0]?.({ kind: "judged", verdict: admitted("late") });
  expect(log).toEqual(["close"]);
});

test("cameras to choose from; none when they cannot be listed", async () => {
  await lens.look();
  expect(lens.choices).toEqual([{ id: "0", name: "Cam" }]);
});
