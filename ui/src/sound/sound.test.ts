import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

interface Sounded {
  silent: boolean;
  hertz: number;
  start: number;
  stop: number;
  peak: number;
}

/** An AudioContext that writes down what it was asked to play. */
function recorder(): { sounded: Sounded[]; wait: (seconds: number) => void } {
  const sounded: Sounded[] = [];
  let clock = 10;
  const node = (): { connect: (next: unknown) => unknown } => ({ connect: (next) => next });
  class Recorder {
    state = "suspended";
    get currentTime(): number {
      return clock;
    }
    destination = node();
    peak = 0;
    tone: Sounded = { hertz: 0, start: 0, stop: 0, peak: 0, silent: false };
    resume = (): Promise<void> => Promise.reject(new Error("no gesture yet"));
    createGain(): unknown {
      const set = (value: number): void => {
        this.peak = Math.max(this.peak, value);
      };
      const tone = this.tone;
      const disconnect = (): void => {
        sounded.filter((one) => one.start === tone.start && one.hertz === tone.hertz).forEach((one) => (one.silent = true));
      };
      return { ...node(), disconnect, gain: { setValueAtTime: set, linearRampToValueAtTime: set } };
    }
    createOscillator(): unknown {
      const frequency = { value: 0 };
      const tone: Sounded = { hertz: 0, start: 0, stop: 0, peak: 0, silent: false };
      this.tone = tone;
      this.peak = 0;
      return {
        ...node(),
        frequency,
        start: (at: number) => (tone.start = at),
        stop: (at: number) => {
          Object.assign(tone, { hertz: frequency.value, stop: at, peak: this.peak });
          sounded.push(tone);
        },
      };
    }
  }
  vi.stubGlobal("AudioContext", Recorder);
  return { sounded, wait: (seconds) => (clock += seconds) };
}

const low = (tone: Sounded): boolean => tone.hertz < 200;

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

test("a refusal is heard though an admission comes at once, whichever is first", async () => {
  for (const order of [["go", "stop"], ["stop", "go"], ["go", "go", "stop", "go"]] as const) {
    vi.resetModules();
    const { sounded } = recorder();
    const { play } = await import(".");
    order.forEach((sound) => play(sound, 1));
    const heard = sounded.filter((tone) => !tone.silent).sort((one, other) => one.start - other.start);
    expect(heard.slice(0, 2).every(low), order.join()).toBe(true);
    expect(heard.filter((tone) => !low(tone))).toHaveLength(2 * (order.length - 1));
    heard.slice(1).forEach((tone, index) => {
      expect(tone.start).toBeGreaterThanOrEqual(heard[index]?.stop ?? 0);
    });
  }
});

test("a sound that would come too late for what is seen is left out, and the next one is not", async () => {
  const { wait } = recorder();
  const { play } = await import(".");
  expect(Array.from({ length: 20 }, () => play("go", 1)).filter(Boolean).length).toBeLessThan(12);
  wait(10);
  expect(play("go", 1)).toBe(true);
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
