/** Counts seconds down and then acts once. Whoever owns it calls {@link Countdown.tick} every second; it has no timer. */
export class Countdown {
  readonly #done: () => void;
  #left = $state<number>();
  #stopped = false;

  constructor(done: () => void) {
    this.#done = done;
  }

  /** Whole seconds left; absent while it does not run. */
  get left(): number | undefined {
    return this.#left;
  }

  /** Begins, unless it was stopped before: somebody who stopped it once wants to stay. */
  start(seconds: number): void {
    if (!this.#stopped) {
      this.#left = seconds;
    }
  }

  tick(): void {
    if (this.#left === undefined) {
      return;
    }
    this.#left -= 1;
    if (this.#left <= 0) {
      this.#left = undefined;
      this.#done();
    }
  }

  /** For good: a key was pressed, the screen was touched. Gives whether it was running. */
  stop(): boolean {
    const ran = this.#left !== undefined;
    this.#left = undefined;
    this.#stopped ||= ran;
    return ran;
  }

  /** Not now, but perhaps again: what it waited for went wrong. */
  hold(): void {
    this.#left = undefined;
  }
}
