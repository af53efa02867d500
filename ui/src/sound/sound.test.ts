import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

interface Sounded {
  hertz: number;
  start: number;
  stop: number;
  peak: number;
}

/** An AudioContext that writes down what it was asked to play. */
function recorder(): { sounded: Sounded[] } {
  const sounded: Sounded[] = [];
  const node = (): { connect: (next: unknown) => unknown } => ({ connect: (next) => next });
  class Recorder {
    state = "suspended";
    currentTime = 10;
    destination = node();
    peak = 0;
    resume = (): Promise<void> => Promise.reject(new Error("no gesture yet"));
    createGain(): unknown {
      const set = (value: number): void => {
        this.peak = Math.max(this.peak, value);
      };
      return { ...node(), gain: { setValueAtTime: set, linearRampToValueAtTime: set } };
    }
    createOscillator(): unknown {
      const frequency = { value: 0 };
      const tone: Sounded = { hertz: 0, start: 0, stop: 0, peak: 0 };
      this.peak = 0;
      return {
        ...node(),
        frequency,
        start: (at: number) => (tone.start = at),
        stop: (at: number) => sounded.push({ ...tone, hertz: frequency.value, stop: at, peak: this.peak }),
      };
    }
  }
  vi.stubGlobal("AudioContext", Recorder);
  return { sounded };
}

test("go rises", async () => {
  const { sounded } = recorder();
  const { play } = await import(".");
  expect(play("go", 0.5)).toBe(true);
  expect(sounded).toHaveLength(2);
  expect(sounded[1]?.hertz).toBeGreaterThan(sounded[0]?.hertz ?? 0);
});

test("stop is low and sounds twice with a gap", async () => {
  const { sounded } = recorder();
  const { play } = await import(".");
  play("stop", 1);
  expect(sounded.map((tone) => tone.hertz < 200)).toEqual([true, true]);
  expect(sounded[1]?.start).toBeGreaterThan(sounded[0]?.stop ?? 0);
});

test("volume scales, and never over full", async () => {
  const { sounded } = recorder();
  const { play } = await import(".");
  play("info", 0.5);
  play("info", 7);
  expect(sounded.map((tone) => tone.peak)).toEqual([0.4, 0.8]);
  expect(play("info", 0)).toBe(false);
  expect(play("info", Number.NaN)).toBe(false);
});

test("no audio, or audio that refuses, throws nothing", async () => {
  const { play } = await import(".");
  expect(play("go", 1)).toBe(false);
  vi.resetModules();
  vi.stubGlobal(
    "AudioContext",
    class {
      constructor() {
        throw new Error("no device");
      }
    },
  );
  const refused = await import(".");
  expect(refused.play("stop", 1)).toBe(false);
});
