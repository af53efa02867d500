// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { CloudStatus } from "../backend/bindings";
import { CloudWatch, patience, pulse } from "./cloud.svelte";
import { ageText, chipOf, standing, troubleText } from "./cloudWords";

const now = Date.parse("2026-11-20T21:30:00Z");
const place = { zone: "UTC", locale: "en-GB", now };

const online: CloudStatus = {
  mode: "connected",
  online: true,
  since: "2026-11-20T18:00:00Z",
  waiting: 0,
  oldestSeconds: null,
  deadLetters: 0,
  conflicts: 0,
  clockOffsetMs: 0,
  trouble: null,
  words: null,
  environment: "prod",
  syncedAt: null,
  delivering: null,
  following: null,
  catchingUp: [],
};
const offline: CloudStatus = { ...online, online: false, since: "2026-11-20T21:04:00Z", waiting: 37, oldestSeconds: 1500, trouble: "unreachable" };

describe("the chip", () => {
  const says: readonly (readonly [string, Partial<CloudStatus>, string, string])[] = [
    ["online", {}, "go", "Online"],
    ["a message on its way is no news", { waiting: 1, oldestSeconds: 3 }, "go", "Online"],
    ["one that waits is", { waiting: 3, oldestSeconds: 134 }, "info", "3 waiting · oldest 2 mins"],
    ["one that waits long more so", { waiting: 1, oldestSeconds: 7300 }, "ask", "1 waiting · oldest 2 hrs"],
    ["stuck goes before conflicts", { deadLetters: 2, conflicts: 1 }, "stop", "2 messages stuck"],
    ["sales that cannot be sent", { delivering: "throttled", waiting: 2, oldestSeconds: 4, conflicts: 1 }, "ask", "Sending is held up · 2 waiting"],
    ["others who are not heard", { following: "slow", conflicts: 1 }, "ask", "Not hearing from others"],
    ["offline says all of it", { ...offline, delivering: "unreachable", following: "unreachable" }, "ask", "Offline since 21:04 · 37 waiting"],
    ["conflicts go before the clock", { conflicts: 1, clockOffsetMs: 600_000 }, "ask", "1 conflict"],
    ["two minutes are forgiven", { clockOffsetMs: -120_000 }, "go", "Online"],
    ["a fast clock", { clockOffsetMs: 613_000 }, "ask", "Clock 10 mins fast"],
    ["a slow clock", { clockOffsetMs: -180_000 }, "ask", "Clock 3 mins slow"],
    ["catching up", { catchingUp: ["Gala"] }, "info", "Catching up: Gala"],
    ["catching up with several", { catchingUp: ["Gala", "Match"] }, "info", "Catching up: 2 events"],
    ["offline", offline, "ask", "Offline since 21:04 · 37 waiting"],
    ["offline with nothing waiting", { ...offline, waiting: 0 }, "ask", "Offline since 21:04"],
    ["offline and stuck", { ...offline, deadLetters: 1 }, "ask", "Offline since 21:04 · 37 waiting · 1 message stuck"],
    ["offline from the start", { ...offline, since: null, waiting: 0 }, "ask", "Offline"],
    ["nothing heard yet", { online: false, since: null }, "info", "Asking the cloud"],
    ["barred from one thing", { trouble: "refused", waiting: 2 }, "ask", "Cloud sign-in needed · 2 waiting"],
    ["offline for its clock", { ...offline, trouble: "clock", clockOffsetMs: 613_000 }, "ask", "Clock 10 mins fast · 37 waiting"],
    ["offline for a clock nobody has measured", { ...offline, trouble: "clock", clockOffsetMs: null }, "ask", "Clock is wrong · 37 waiting"],
    ["signed out of the cloud", { ...offline, trouble: "refused" }, "ask", "Cloud sign-in needed · 37 waiting"],
    ["fenced", { trouble: "fenced" }, "stop", "Places taken back"],
    ["not let in goes before all that waits, sticks and collides", { trouble: "pending", waiting: 4, oldestSeconds: 900, deadLetters: 1, conflicts: 2 }, "ask", "Not let in yet"],
    ["not let in and offline", { ...offline, trouble: "pending" }, "ask", "Not let in yet"],
    ["shut out", { trouble: "shutOut", deadLetters: 1 }, "stop", "Shut out for good"],
    ["copied", { trouble: "copied", clockOffsetMs: 613_000 }, "stop", "Data copied or put back"],
  ];
  test.each(says)("%s", (_, status, kind, text) => {
    expect(chipOf({ ...online, ...status }, false, place)).toEqual({ kind, text });
  });

  test("names the day when it is not today's", () => {
    expect(chipOf({ ...offline, since: "2026-11-19T21:04:00Z" }, false, place)?.text).toMatch(/^Offline since 19 Nov.* 21:04 · 37 waiting$/);
  });

  test("is absent for a station that stands alone, and before the first answer", () => {
    expect(chipOf({ ...online, mode: "standalone" }, false, place)).toBeUndefined();
    expect(chipOf(undefined, false, place)).toBeUndefined();
  });

  test("says of a station that stands alone that its data was copied: its computer tells it", () => {
    expect(chipOf({ ...online, mode: "standalone", trouble: "copied" }, false, place)).toEqual({ kind: "stop", text: "Data copied or put back" });
  });

  test("never says online for a station that does not answer", () => {
    expect(chipOf(online, true, place)).toEqual({ kind: "stop", text: "Station does not answer" });
    expect(chipOf(undefined, true, place)?.kind).toBe("stop");
  });

  test("says at length what it says in short", () => {
    for (const [, status] of says) {
      const whole = { ...online, ...status };
      const chip = chipOf(whole, false, place);
      const long = standing(whole, false, place);
      expect(long.means).not.toBe("");
      expect(chip?.text.startsWith(long.title) === true || long.title === "Online").toBe(true);
    }
    expect(standing(online, true, place).kind).toBe("stop");
  });

  test("says what the office decided and what to do about it, online or not", () => {
    for (const trouble of ["pending", "shutOut", "copied"] as const) {
      const told = troubleText(trouble);
      const said = [standing({ ...online, trouble }, false, place), standing({ ...offline, trouble }, false, place)];
      expect(said.map(({ means, then }) => [means, then])).toEqual([[told.what, told.then], [told.what, told.then]]);
    }
  });

  test("calls nothing delivered that still waits beside what is stuck", () => {
    expect(standing({ ...online, deadLetters: 2 }, false, place).means).toMatch(/^Everything else is delivered\. /);
    expect(standing({ ...online, deadLetters: 2, waiting: 4, oldestSeconds: 12 }, false, place).means).toMatch(/^4 waiting, oldest .*\. What waits is sent by itself\. What is stuck /);
  });
});

test.each(["unreachable", "slow", "throttled", "broken", "refused", "clock", "notThere", "unreadable", "rejected", "fenced", "pending", "shutOut", "copied"] as const)("%s is said in words, with a next step", (trouble) => {
  const { what, then } = troubleText(trouble);
  expect([what.endsWith("."), then.endsWith(".")]).toEqual([true, true]);
});

test.each([
  [0, "0 sec"],
  [59, "59 sec"],
  [60, "1 min"],
  [3599, "59 min"],
  [3600, "1 hr"],
])("%d seconds are %s", (seconds, text) => {
  expect(ageText(seconds, "en")).toBe(text);
});

describe("watching", () => {
  let timers: { at: number; run: () => void; off: boolean }[];
  let visible: boolean;

  function watching(ask: () => Promise<CloudStatus>): CloudWatch {
    const later = (at: number, run: () => void): (() => void) => {
      const timer = { at, run, off: false };
      timers.push(timer);
      return () => {
        timer.off = true;
      };
    };
    return new CloudWatch({ ask, later, visible: () => visible });
  }
  const pending = (): number[] => timers.filter((timer) => !timer.off).map((timer) => timer.at);
  async function fire(): Promise<void> {
    const timer = timers.find((one) => !one.off);
    if (timer !== undefined) {
      timer.off = true;
      timer.run();
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  beforeEach(() => {
    timers = [];
    visible = true;
  });

  test("asks over and over, until it is stopped", async () => {
    const ask = vi.fn(() => Promise.resolve(online));
    const watch = watching(ask);
    const stop = watch.start();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect([watch.status, pending()]).toEqual([online, [pulse]]);
    await fire();
    expect(ask).toHaveBeenCalledTimes(2);
    stop();
    expect(pending()).toEqual([]);
  });

  test("asks nobody while nobody looks", async () => {
    const ask = vi.fn(() => Promise.resolve(online));
    visible = false;
    watching(ask).start();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect([ask.mock.calls.length, pending()]).toEqual([0, [pulse]]);
  });

  test("a station that refuses or keeps silent is not taken for online, and is asked again", async () => {
    const ask = vi.fn(() => Promise.resolve(online));
    const watch = watching(ask);
    watch.start();
    await new Promise((resolve) => setTimeout(resolve, 0));
    ask.mockRejectedValueOnce(new Error("gone"));
    await fire();
    expect([watch.silent, pending()]).toEqual([true, [pulse]]);
    await fire();
    expect(watch.silent).toBe(false);
    let answer: (status: CloudStatus) => void = () => undefined;
    ask.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    await fire();
    expect(pending()).toEqual([patience]);
    await fire();
    expect([watch.silent, pending()]).toEqual([true, [pulse]]);
    answer(offline);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect([watch.silent, watch.status, pending()]).toEqual([false, offline, [pulse]]);
  });

  test("before the first answer a station may be connected: money waits for it", async () => {
    const watch = watching(() => Promise.resolve({ ...online, mode: "standalone" }));
    expect([watch.mayBeConnected, watch.connected]).toEqual([true, false]);
    await watch.look();
    expect(watch.mayBeConnected).toBe(false);
  });
});
