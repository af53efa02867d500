/** Where the window looks: moves, zooms, glides and throws, always kept inside the hall. Pure: times are passed in. */
import {
  between, centreOn, clamp, fitView, keepInside, resized, reveal, toPlan, zoomAbout,
  type Point, type Rect, type ScaleLimits, type Size, type View,
} from "./viewport";

const PADDING = 20;
/** The largest a seat of usual size gets, CSS pixels. */
const WIDEST_SEAT = 72;
const WIDEST_SEAT_AT_FIT = 44;
const GLIDE = 140;
/** A throw loses all but a third of its speed in this many milliseconds. */
const FRICTION = 110;
const SLOWEST = 0.03;

interface Glide {
  from: View;
  to: View;
  /** Null until its first frame. */
  since: number | null;
}

export class Camera {
  readonly #bounds: Rect;
  readonly #radius: number;
  #size: Size;
  #view: View;
  #fit: View;
  #glide: Glide | null = null;
  #throw: { vx: number; vy: number; at: number | null } | null = null;
  /** When set, nothing glides: every move arrives at once. */
  calm = false;

  constructor(bounds: Rect, radius: number, size: Size) {
    this.#bounds = bounds;
    this.#radius = radius;
    this.#size = size;
    this.#fit = this.#view = this.#fitted();
  }

  get view(): View {
    return this.#view;
  }

  get size(): Size {
    return this.#size;
  }

  get fit(): View {
    return this.#fit;
  }

  get moving(): boolean {
    return this.#glide !== null || this.#throw !== null;
  }

  get limits(): ScaleLimits {
    return { min: this.#fit.scale, max: Math.max(WIDEST_SEAT / (2 * this.#radius), this.#fit.scale) };
  }

  #fitted(): View {
    const fit = fitView(this.#bounds, this.#size, PADDING);
    const scale = Math.min(fit.scale, WIDEST_SEAT_AT_FIT / (2 * this.#radius));
    return keepInside({ ...fit, scale }, this.#bounds, this.#size, 0);
  }

  #set(view: View): void {
    this.#view = this.#kept(view);
  }

  #kept(view: View): View {
    return keepInside(view, this.#bounds, this.#size, Math.min(this.#size.width, this.#size.height) / 4);
  }

  resize(size: Size): void {
    const whole = Math.abs(this.#view.scale / this.#fit.scale - 1) < 1e-6;
    const view = resized(this.#view, this.#size, size);
    this.#size = size;
    this.#fit = this.#fitted();
    this.stop();
    if (whole) this.#view = this.#fit;
    else this.#set({ ...view, scale: Math.max(view.scale, this.#fit.scale) });
  }

  stop(): void {
    this.#glide = this.#throw = null;
  }

  pan(dx: number, dy: number): void {
    this.stop();
    this.#set({ ...this.#view, x: this.#view.x + dx, y: this.#view.y + dy });
  }

  zoom(factor: number, at: Point): void {
    this.stop();
    this.#set(zoomAbout(this.#view, factor, at, this.limits));
  }

  /** Glides on after a drag; speeds in CSS pixels per millisecond. */
  throw(vx: number, vy: number): void {
    if (this.calm || Math.hypot(vx, vy) < 0.15) return;
    this.#throw = { vx, vy, at: null };
  }

  #goTo(view: View): void {
    const to = this.#kept(view);
    this.stop();
    if (this.calm) this.#view = to;
    else this.#glide = { from: this.#view, to, since: null };
  }

  showAll(): void {
    this.#goTo(this.#fit);
  }

  /** Zooms by a step about a place in the window, on top of a glide that is under way. */
  step(factor: number, at: Point): void {
    this.#goTo(zoomAbout(this.#glide?.to ?? this.#view, factor, at, this.limits));
  }

  /** Comes so close that the seats at `at` (CSS pixels) are `width` wide. */
  approach(at: Point, width: number): void {
    const scale = clamp(width / (2 * this.#radius), this.limits.min, this.limits.max);
    this.#goTo(centreOn(toPlan(this.#view, at), Math.max(scale, this.#view.scale), this.#size));
  }

  /** Brings a plan point well inside the window. */
  reveal(point: Point, margin: number): void {
    this.#goTo(reveal(this.#glide?.to ?? this.#view, point, this.#size, margin));
  }

  /** Brings a plan point inside the window with seats at least `width` wide (CSS pixels), at once. */
  jump(point: Point, width: number, margin: number): void {
    this.stop();
    const scale = clamp(width / (2 * this.#radius), this.limits.min, this.limits.max);
    if (this.#view.scale >= scale) this.#set(reveal(this.#view, point, this.#size, margin));
    else this.#set(centreOn(point, scale, this.#size));
  }

  centre(point: Point): void {
    this.stop();
    this.#set(centreOn(point, this.#view.scale, this.#size));
  }

  /** Goes on to `time` (milliseconds). Returns whether the view moved. */
  advance(time: number): boolean {
    if (this.#glide !== null) {
      const glide = this.#glide;
      glide.since ??= time;
      const t = clamp((time - glide.since) / GLIDE, 0, 1);
      this.#view = between(glide.from, glide.to, 1 - (1 - t) ** 3, this.#size);
      if (t >= 1) this.#glide = null;
      return true;
    }
    return this.#throw !== null && this.#advanceThrow(this.#throw, time);
  }

  #advanceThrow(thrown: { vx: number; vy: number; at: number | null }, time: number): boolean {
    const elapsed = clamp(time - (thrown.at ?? time), 0, 64);
    thrown.at = time;
    const before = this.#view;
    this.#set({ ...before, x: before.x + thrown.vx * elapsed, y: before.y + thrown.vy * elapsed });
    const left = Math.exp(-elapsed / FRICTION);
    thrown.vx *= left;
    thrown.vy *= left;
    const stuck = elapsed > 0 && this.#view.x === before.x && this.#view.y === before.y;
    if (stuck || Math.hypot(thrown.vx, thrown.vy) < SLOWEST) this.#throw = null;
    return true;
  }
}
