/** The one place of the interface that reads the clock; it moves at full minutes, when what the bar shows changes. */

let now = $state(Date.now());

export const clock = {
  /** Milliseconds since 1970, never more than a minute old. */
  get now(): number {
    return now;
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
