/** The one place of the interface that reads the clock; it moves at full minutes, when what the bar shows changes. */

import { untrack } from "svelte";

let now = $state(Date.now());
let second = $state(Date.now());
let watchers = 0;
let ticker: ReturnType<typeof setInterval> | undefined;

export const clock = {
  /** Milliseconds since 1970, never more than a minute old. */
  get now(): number {
    return now;
  },
  /** Milliseconds since 1970, never more than half a second old while somebody watches them. */
  get second(): number {
    return second;
  },
  /** For what counts seconds down. Returns what ends the watching. */
  watchSeconds(): () => void {
    watchers += 1;
    const tick = (): void => {
      second = Date.now();
    };
    untrack(tick);
    ticker ??= setInterval(tick, 500);
    return () => {
      watchers -= 1;
      if (watchers === 0) {
        clearInterval(ticker);
        ticker = undefined;
      }
    };
  },
  /** Call once for the window. Returns what stops it. */
  start(): () => void {
    let timer: ReturnType<typeof setTimeout>;
    function tick(): void {
      now = Date.now();
      timer = setTimeout(tick, 60_000 - (now % 60_000) + 20);
    }
    tick();
    return () => {
      clearTimeout(timer);
    };
  },
};
