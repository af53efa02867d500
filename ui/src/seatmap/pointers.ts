/**
 * Turns pointers that go down, move and lift into taps, pans and pinches. Pure: times come with the events,
 * nothing here knows the document.
 */
import type { Point } from "./viewport";

export interface PointerSample extends Point {
  id: number;
  /** Milliseconds, from any start. */
  time: number;
  /** A finger is wider than a mouse. */
  touch: boolean;
}

export interface GestureTarget {
  pan(dx: number, dy: number): void;
  zoom(factor: number, at: Point): void;
  tap(at: Point, touch: boolean): void;
  /** A drag ended at this speed, CSS pixels per millisecond. */
  release(vx: number, vy: number): void;
}

/** A pointer that stays within this many CSS pixels taps. */
const STILL_MOUSE = 5;
const STILL_TOUCH = 10;
/** The speed of a release is that of the last so many milliseconds. */
const RECENT = 80;

export class PointerGestures {
  readonly #target: GestureTarget;
  readonly #down = new Map<number, PointerSample>();
  #begin: PointerSample | null = null;
  #dragging = false;
  #trail: PointerSample[] = [];

  constructor(target: GestureTarget) {
    this.#target = target;
  }

  get active(): boolean {
    return this.#down.size > 0;
  }

  get dragging(): boolean {
    return this.#dragging;
  }

  down(sample: PointerSample): void {
    this.#down.set(sample.id, sample);
    if (this.#down.size === 1) {
      this.#begin = sample;
      this.#dragging = false;
      this.#trail = [sample];
    } else {
      this.#dragging = true;
      this.#trail = [];
    }
  }

  move(sample: PointerSample): void {
    const before = this.#down.get(sample.id);
    if (before === undefined) return;
    if (this.#down.size >= 2) this.#pinch(before, sample);
    else this.#drag(before, sample);
    if (this.#dragging) this.#down.set(sample.id, sample);
  }

  #drag(before: PointerSample, sample: PointerSample): void {
    const begin = this.#begin ?? before;
    const still = sample.touch ? STILL_TOUCH : STILL_MOUSE;
    if (!this.#dragging && Math.hypot(sample.x - begin.x, sample.y - begin.y) <= still) return;
    this.#dragging = true;
    this.#trail = [...this.#trail.filter((old) => sample.time - old.time <= RECENT), sample];
    this.#target.pan(sample.x - before.x, sample.y - before.y);
  }

  #pinch(before: PointerSample, sample: PointerSample): void {
    const other = [...this.#down.values()].find((pointer) => pointer.id !== sample.id);
    if (other === undefined) return;
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(sample.x - other.x, sample.y - other.y);
    const middle = { x: (sample.x + other.x) / 2, y: (sample.y + other.y) / 2 };
    this.#target.pan((sample.x - before.x) / 2, (sample.y - before.y) / 2);
    if (was > 1 && is > 1) this.#target.zoom(is / was, middle);
  }

  up(sample: PointerSample): void {
    if (!this.#down.delete(sample.id)) return;
    if (this.#down.size > 0) {
      this.#trail = [];
      return;
    }
    if (!this.#dragging) this.#target.tap({ x: sample.x, y: sample.y }, sample.touch);
    else this.#release(sample);
    this.#dragging = false;
  }

  #release(sample: PointerSample): void {
    const trail = this.#trail.filter((old) => sample.time - old.time <= RECENT);
    const first = trail[0];
    const elapsed = first === undefined ? 0 : sample.time - first.time;
    if (first === undefined || elapsed < 1) this.#target.release(0, 0);
    else this.#target.release((sample.x - first.x) / elapsed, (sample.y - first.y) / elapsed);
  }

  /** The system took the pointer away: no tap, no throw. */
  cancel(id: number): void {
    this.#down.delete(id);
    this.#trail = [];
    this.#dragging = this.#down.size > 0;
  }
}
