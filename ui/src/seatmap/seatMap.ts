/**
 * The seat map on a canvas: what hands and keys mean, and what the owner hears of it. Changes no seat's state:
 * picking only calls back. Knows no framework and no words.
 */
import type { Camera } from "./camera";
import { nextSeat, type Direction } from "./direction";
import type { Hall } from "./hall";
import { inside, miniToPlan } from "./minimap";
import { PointerGestures, type PointerSample } from "./pointers";
import { Screen } from "./screen";
import { COMFORTABLE, seatUnder, seatWidth, tapTarget } from "./targets";
import type { HallPlan, SeatStates } from "./types";
import { toPlan, toScreen, type Point, type View } from "./viewport";

export interface SeatMapEvents {
  /** A seat was meant by tap, Enter or Space; it is free or mine. */
  pick(seat: number): void;
  /** The pointer is over a seat (any state) or no longer over one. Client pixels. */
  hover(seat: number | null, clientX: number, clientY: number): void;
  /** A standing area was meant. */
  area(area: number): void;
  /** The keyboard's seat changed. */
  focus(seat: number | null): void;
}

/** The canvas as tests find it. */
export type SeatMapCanvas = HTMLCanvasElement & { seatMap?: SeatMap };

const KEY_STEPS: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const ZOOM_STEP = 1.6;
/** How far inside the window the keyboard's seat is kept (CSS pixels). */
const REVEAL_MARGIN = 72;
/** The keyboard's seat is at least this wide (CSS pixels). */
const READABLE = 12;
/** How much a wheel's step, in CSS pixels, zooms; a pinch on a touchpad comes as a wheel with Ctrl. */
const WHEEL_SPEED = 0.002;
const PINCH_SPEED = 0.01;
const WHEEL_MOST = 240;

export class SeatMap {
  readonly #canvas: SeatMapCanvas;
  readonly #screen: Screen;
  readonly #events: SeatMapEvents;
  readonly #gestures: PointerGestures;
  readonly #stops: (() => void)[] = [];
  #disabled = false;
  #onMinimap = false;

  constructor(canvas: HTMLCanvasElement, events: SeatMapEvents) {
    this.#canvas = canvas;
    this.#events = events;
    this.#screen = new Screen(canvas);
    this.#gestures = new PointerGestures({
      pan: (dx, dy) => this.#screen.move((camera) => camera.pan(dx, dy)),
      zoom: (factor, at) => this.#screen.move((camera) => camera.zoom(factor, at)),
      tap: (at, touch) => this.#tap(at, touch),
      release: (vx, vy) => this.#screen.move((camera) => camera.throw(vx, vy)),
    });
    this.#listen();
    this.#canvas.seatMap = this;
  }

  destroy(): void {
    for (const stop of this.#stops) stop();
    this.#screen.destroy();
    delete this.#canvas.seatMap;
  }

  // --- what the owner sets ---

  setPlan(plan: HallPlan, states: SeatStates): void {
    this.#hover(null, 0, 0);
    this.#focus(null);
    this.#screen.mine = [];
    this.#screen.hoveredArea = null;
    this.#screen.show(plan, states);
  }

  /** Takes new states over; only the tiles that show a changed seat are painted again. */
  setStates(states: SeatStates): void {
    this.#screen.update(states);
  }

  /** The seats of this cart, in order. */
  setMine(seats: readonly number[]): void {
    this.#screen.mine = seats.filter((seat) => seat >= 0 && seat < (this.#screen.hall?.seatCount ?? 0));
    this.#screen.draw();
  }

  /** Looking stays possible, picking does not. */
  setDisabled(disabled: boolean): void {
    this.#disabled = disabled;
  }

  /** Sets what is written under a standing area's name. Call again when the notes change. */
  setAreaNote(note: (area: number) => string | null): void {
    this.#screen.setAreaNote(note);
  }

  zoomIn(): void {
    this.#zoomStep(ZOOM_STEP);
  }

  zoomOut(): void {
    this.#zoomStep(1 / ZOOM_STEP);
  }

  showAll(): void {
    this.#screen.move((camera) => camera.showAll());
  }

  // --- what the owner may ask ---

  get view(): View | null {
    return this.#screen.camera?.view ?? null;
  }

  get focused(): number | null {
    return this.#screen.focused;
  }

  /** What is drawn, for tests: each seat's state as a digit, and the cart's own seats. */
  get drawn(): { states: string; mine: number[] } {
    const { hall, mine } = this.#screen;
    const states = Array.from({ length: hall?.seatCount ?? 0 }, (_, seat) => hall?.state(seat));
    return { states: states.join(""), mine: [...mine] };
  }

  /** Where a seat's centre is now, in client pixels; it may lie outside the window. */
  seatToClient(seat: number): Point {
    const rect = this.#canvas.getBoundingClientRect();
    const { hall, camera } = this.#screen;
    if (hall === null || camera === null) return { x: rect.x, y: rect.y };
    const at = toScreen(camera.view, hall.at(seat));
    return { x: rect.x + at.x, y: rect.y + at.y };
  }

  /** Gives the keyboard's focus to a seat and shows it, large enough to be picked, at once. */
  focusSeat(seat: number): void {
    const { hall } = this.#screen;
    if (hall === null || seat < 0 || seat >= hall.seatCount) return;
    this.#screen.move((camera) => camera.jump(hall.at(seat), COMFORTABLE, REVEAL_MARGIN));
    this.#focus(seat);
  }

  /** Resolves when the present view is drawn sharp and nothing is left to paint. */
  settled(): Promise<void> {
    return this.#screen.settled();
  }

  // --- input ---

  #listen(): void {
    const canvas = this.#canvas;
    const on = <K extends keyof HTMLElementEventMap>(kind: K, act: (event: HTMLElementEventMap[K]) => void): void => {
      canvas.addEventListener(kind, act, { passive: false });
      this.#stops.push(() => canvas.removeEventListener(kind, act));
    };
    on("pointerdown", (event) => this.#pointerDown(event));
    on("pointermove", (event) => this.#pointerMove(event));
    on("pointerup", (event) => this.#pointerUp(event));
    on("pointercancel", (event) => this.#gestures.cancel(event.pointerId));
    on("pointerleave", (event) => this.#leave(event));
    on("wheel", (event) => this.#wheel(event));
    on("dblclick", (event) => this.#doubleClick(event));
    on("keydown", (event) => this.#key(event));
  }

  #place(event: MouseEvent): Point {
    const rect = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - rect.x, y: event.clientY - rect.y };
  }

  #sample(event: PointerEvent): PointerSample {
    return { id: event.pointerId, ...this.#place(event), time: event.timeStamp, touch: event.pointerType !== "mouse" };
  }

  #pointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    // The ring is for the keyboard; a press has just shown where it is.
    this.#canvas.focus({ preventScroll: true, focusVisible: false } as FocusOptions);
    if (event.isTrusted) this.#canvas.setPointerCapture(event.pointerId);
    this.#onMinimap = !this.#gestures.active && this.#lookFromMinimap(this.#place(event), true);
    if (this.#onMinimap) return;
    this.#screen.camera?.stop();
    this.#gestures.down(this.#sample(event));
  }

  #pointerMove(event: PointerEvent): void {
    if (this.#onMinimap) {
      this.#lookFromMinimap(this.#place(event), false);
      return;
    }
    this.#gestures.move(this.#sample(event));
    if (this.#gestures.dragging) this.#leave(event);
    else if (event.pointerType === "mouse") this.#hoverAt(this.#place(event), event);
  }

  #pointerUp(event: PointerEvent): void {
    if (this.#onMinimap) this.#onMinimap = false;
    else this.#gestures.up(this.#sample(event));
  }

  /** Centres on what a point of the minimap stands for. `start`: only when the point lies on it. */
  #lookFromMinimap(at: Point, start: boolean): boolean {
    const { hall, mini } = this.#screen;
    if (hall === null || mini === null || (start && !inside(mini, at))) return false;
    this.#screen.move((camera) => camera.centre(miniToPlan(mini, hall.bounds, at)));
    return true;
  }

  #tap(at: Point, touch: boolean): void {
    const { hall, camera } = this.#screen;
    if (hall === null || camera === null) return;
    const target = tapTarget(hall, camera.view, at, touch);
    if (target.kind === "closer") this.#screen.move(() => camera.approach(at, COMFORTABLE));
    if (target.kind === "area" && !this.#disabled) this.#events.area(target.area);
    if (target.kind !== "seat") return;
    this.#focus(null);
    this.#pick(hall, target.seat);
  }

  #pick(hall: Hall, seat: number): void {
    if (!this.#disabled && hall.pickable(seat)) this.#events.pick(seat);
  }

  #hoverAt(at: Point, event: PointerEvent): void {
    const { hall, camera, mini } = this.#screen;
    if (hall === null || camera === null) return;
    const target = mini !== null && inside(mini, at) ? null : tapTarget(hall, camera.view, at, false);
    const area = target?.kind === "area" ? target.area : null;
    const seat = target?.kind === "seat" ? seatUnder(hall, camera.view, at, false) : null;
    if (area !== this.#screen.hoveredArea) this.#screen.draw();
    this.#screen.hoveredArea = area;
    this.#canvas.style.cursor = area !== null || (seat !== null && hall.pickable(seat)) ? "pointer" : "default";
    this.#hover(seat, event.clientX, event.clientY);
  }

  #leave(event: PointerEvent): void {
    if (this.#screen.hoveredArea !== null) this.#screen.draw();
    this.#screen.hoveredArea = null;
    this.#hover(null, event.clientX, event.clientY);
  }

  #hover(seat: number | null, clientX: number, clientY: number): void {
    const before = this.#screen.hovered;
    if (seat === null && before === null) return;
    if (seat !== before) this.#screen.draw();
    this.#screen.hovered = seat;
    this.#events.hover(seat, clientX, clientY);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
    const turned = Math.max(-WHEEL_MOST, Math.min(WHEEL_MOST, event.deltaY * lines));
    const factor = Math.exp(-turned * (event.ctrlKey ? PINCH_SPEED : WHEEL_SPEED));
    const at = this.#place(event);
    this.#hover(null, event.clientX, event.clientY);
    this.#screen.move((camera) => camera.zoom(factor, at));
  }

  /** Zooms where a double click cannot have picked anything. */
  #doubleClick(event: MouseEvent): void {
    const { hall, camera } = this.#screen;
    const at = this.#place(event);
    if (hall === null || camera === null || tapTarget(hall, camera.view, at, false).kind !== "nothing") return;
    this.#screen.move(() => camera.step(ZOOM_STEP * ZOOM_STEP, at));
  }

  #zoomStep(factor: number): void {
    const { hall, focused } = this.#screen;
    this.#screen.move((camera) => {
      const middle = { x: camera.size.width / 2, y: camera.size.height / 2 };
      camera.step(factor, hall === null || focused === null ? middle : toScreen(camera.view, hall.at(focused)));
    });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#handleKey(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Returns whether the key meant something here. */
  #handleKey(key: string): boolean {
    const { hall, camera, focused } = this.#screen;
    if (hall === null || camera === null) return false;
    const direction = KEY_STEPS[key];
    if (direction !== undefined) this.#step(hall, camera, direction);
    else if (key === "+" || key === "=") this.zoomIn();
    else if (key === "-") this.zoomOut();
    else if (key === "0") this.showAll();
    else if (key === "Escape" && focused !== null) this.#focus(null);
    else if ((key === "Enter" || key === " ") && focused !== null) this.#pick(hall, focused);
    else return false;
    return true;
  }

  #step(hall: Hall, camera: Camera, direction: Direction): void {
    const { focused } = this.#screen;
    const next = focused === null ? nearestToMiddle(hall, camera) : nextSeat(hall.grid, hall.plan.seats, focused, direction);
    if (next === null) return;
    const at = hall.at(next);
    if (seatWidth(hall, camera.view) < READABLE) this.#screen.move(() => camera.jump(at, COMFORTABLE, REVEAL_MARGIN));
    else this.#screen.move(() => camera.reveal(at, REVEAL_MARGIN));
    this.#focus(next);
  }

  #focus(seat: number | null): void {
    if (seat === this.#screen.focused) return;
    this.#screen.focused = seat;
    this.#events.focus(seat);
    this.#screen.draw();
  }
}

/** Where the keyboard begins: the free seat nearest to the window's middle, or any seat when none is free. */
function nearestToMiddle(hall: Hall, { size, view }: Camera): number | null {
  const middle = toPlan(view, { x: size.width / 2, y: size.height / 2 });
  const { grid } = hall;
  return grid.nearest(middle, grid.span, (seat) => hall.pickable(seat)) ?? grid.nearest(middle, grid.span, () => true);
}
