/**
 * The seat map on a canvas: wires input to the camera, the camera to the picture, and tells the owner what was
 * meant. Changes no seat's state: picking only calls back. Knows no framework and no words.
 */
import { Camera } from "./camera";
import { nextSeat, type Direction } from "./direction";
import { Hall } from "./hall";
import { inside, Minimap, miniPlace, miniToPlan } from "./minimap";
import { drawOverlay } from "./overlay";
import { IN_MEMORY, Picture } from "./picture";
import { PointerGestures, type PointerSample } from "./pointers";
import { COMFORTABLE, seatUnder, seatWidth, tapTarget } from "./targets";
import { readTheme, watchTheme, type MapTheme } from "./theme";
import type { HallPlan, SeatStates } from "./types";
import { standingAreaAt } from "./areas";
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

const KEY_STEPS: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const ZOOM_STEP = 1.6;
/** A gesture rests when nothing moved for so long (milliseconds). */
const REST = 90;
/** The longest that painting keeps the page from its input: at rest, and while a gesture moves the picture. */
const SLICE = 6;
const SLICE_MOVING = 2;
const REVEAL_MARGIN = 72;
/** The keyboard's seat is at least this wide (CSS pixels). */
const READABLE = 12;

/** The canvas as tests find it. */
export type SeatMapCanvas = HTMLCanvasElement & { seatMap?: SeatMap };

export class SeatMap {
  readonly #canvas: SeatMapCanvas;
  readonly #pen: CanvasRenderingContext2D;
  readonly #events: SeatMapEvents;
  readonly #gestures: PointerGestures;
  readonly #minimap = new Minimap();
  readonly #stops: (() => void)[] = [];
  #theme: MapTheme;
  #ratio = 1;
  #hall: Hall | null = null;
  #camera: Camera | null = null;
  #picture: Picture | null = null;
  #mine: readonly number[] = [];
  #disabled = false;
  #areaNote: (area: number) => string | null = () => null;
  #hovered: number | null = null;
  #hoveredArea: number | null = null;
  #focused: number | null = null;
  #onMinimap = false;
  #frame = 0;
  #working = 0;
  #resting = 0;
  #lastMove = -Infinity;
  #settled: (() => void)[] = [];

  constructor(canvas: HTMLCanvasElement, events: SeatMapEvents) {
    this.#canvas = canvas;
    const pen = canvas.getContext("2d", { ...IN_MEMORY, alpha: false });
    if (pen === null) throw new Error("This window cannot draw on a canvas.");
    this.#pen = pen;
    this.#events = events;
    this.#theme = readTheme(canvas);
    this.#gestures = new PointerGestures({
      pan: (dx, dy) => this.#move((camera) => camera.pan(dx, dy)),
      zoom: (factor, at) => this.#move((camera) => camera.zoom(factor, at)),
      tap: (at, touch) => this.#tap(at, touch),
      release: (vx, vy) => this.#move((camera) => camera.throw(vx, vy)),
    });
    this.#listen();
    this.#canvas.seatMap = this;
  }

  // --- what the owner sets ---

  setPlan(plan: HallPlan, states: SeatStates): void {
    this.#hall = new Hall(plan, states);
    this.#camera = null;
    this.#hover(null, 0, 0);
    this.#focus(null);
    this.#resize();
  }

  /** Takes new states over; only the tiles that show a changed seat are painted again. */
  setStates(states: SeatStates): void {
    const changed = this.#hall?.update(states) ?? [];
    if (changed.length === 0) return;
    this.#picture?.invalidate(changed);
    this.#draw();
    this.#work();
  }

  /** The seats of this cart, in order. */
  setMine(seats: readonly number[]): void {
    this.#mine = seats.filter((seat) => seat >= 0 && seat < (this.#hall?.seatCount ?? 0));
    this.#draw();
  }

  setDisabled(disabled: boolean): void {
    this.#disabled = disabled;
  }

  /** Sets what is written under a standing area's name. Call again when the notes change. */
  setAreaNote(note: (area: number) => string | null): void {
    this.#areaNote = note;
    this.#picture?.invalidateAll();
    this.#work();
  }

  setCalm(calm: boolean): void {
    if (this.#camera !== null) this.#camera.calm = calm;
  }

  zoomIn(): void {
    this.#zoomStep(ZOOM_STEP);
  }

  zoomOut(): void {
    this.#zoomStep(1 / ZOOM_STEP);
  }

  showAll(): void {
    this.#move((camera) => camera.showAll());
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#working);
    clearTimeout(this.#resting);
    for (const stop of this.#stops) stop();
    delete this.#canvas.seatMap;
  }

  // --- what the owner may ask ---

  get view(): View | null {
    return this.#camera?.view ?? null;
  }

  get focused(): number | null {
    return this.#focused;
  }

  /** Where a seat's centre is now, in client pixels; it may lie outside the window. */
  seatToClient(seat: number): Point {
    const rect = this.#canvas.getBoundingClientRect();
    if (this.#hall === null || this.#camera === null) return { x: rect.x, y: rect.y };
    const at = toScreen(this.#camera.view, this.#hall.at(seat));
    return { x: rect.x + at.x, y: rect.y + at.y };
  }

  /** Gives the keyboard's focus to a seat and shows it, large enough to be picked, at once. */
  focusSeat(seat: number): void {
    const hall = this.#hall;
    if (hall === null || seat < 0 || seat >= hall.seatCount) return;
    this.#move((camera) => camera.jump(hall.at(seat), COMFORTABLE, REVEAL_MARGIN));
    this.#focus(seat);
  }

  /** Resolves when the present view is drawn sharp and nothing is left to paint. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#settled.push(resolve);
      this.#draw();
      this.#rest();
    });
  }

  // --- frames and painting ---

  #resize(): void {
    const hall = this.#hall;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (hall === null || width === 0 || height === 0) return;
    this.#ratio = devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * this.#ratio);
    this.#canvas.height = Math.round(height * this.#ratio);
    if (this.#camera === null) {
      this.#camera = new Camera(hall.bounds, hall.radius, { width, height });
      this.#camera.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    } else {
      this.#camera.resize({ width, height });
    }
    this.#repaint();
  }

  /** Begins the picture anew: first paint, other colours, another window. */
  #repaint(): void {
    if (this.#hall === null || this.#camera === null) return;
    this.#picture = new Picture(this.#hall, this.#theme, (area) => this.#areaNote(area));
    this.#picture.begin(this.#camera.fit.scale * this.#ratio, this.#ratio);
    this.#minimap.reset();
    cancelAnimationFrame(this.#frame);
    this.#onFrame(performance.now());
    this.#rest();
  }

  #draw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((time) => this.#onFrame(time));
  }

  #onFrame(time: number): void {
    this.#frame = 0;
    const { size, moving } = this.#camera ?? { moving: false };
    if (this.#hall === null || this.#camera === null || this.#picture === null || size === undefined) return;
    if (moving) {
      this.#camera.advance(time);
      this.#lastMove = performance.now();
      this.#draw();
      this.#restLater();
    }
    const { view } = this.#camera;
    this.#picture.draw(this.#pen, view, size, this.#ratio);
    drawOverlay(this.#pen, {
      hall: this.#hall, theme: this.#theme, view, ratio: this.#ratio, mine: this.#mine,
      hovered: this.#hovered, hoveredArea: this.#hoveredArea, focused: this.#focused,
    });
    const mini = miniPlace(this.#hall.bounds, view, size, this.#camera.fit.scale);
    if (mini !== null) this.#minimap.draw(this.#pen, this.#picture, this.#theme, mini, this.#hall.bounds, view, size, this.#ratio);
    if (performance.now() - this.#lastMove < REST) this.#paintSlice(SLICE_MOVING);
  }

  #paintSlice(milliseconds: number): boolean {
    if (this.#camera === null || this.#picture === null) return false;
    const end = performance.now() + milliseconds;
    const { more, fresh } = this.#picture.paint(this.#camera.view, this.#camera.size, this.#ratio, () => performance.now() >= end);
    if (fresh) this.#draw();
    return more;
  }

  /** Paints between events until nothing is left. */
  #work(): void {
    if (this.#working !== 0) return;
    this.#working = window.setTimeout(() => {
      this.#working = 0;
      if (performance.now() - this.#lastMove < REST) return;
      if (this.#paintSlice(SLICE)) this.#work();
      else for (const resolve of this.#settled.splice(0)) requestAnimationFrame(() => resolve());
    });
  }

  #restLater(): void {
    clearTimeout(this.#resting);
    this.#resting = window.setTimeout(() => this.#rest(), REST + 10);
  }

  #rest(): void {
    if (this.#camera === null || this.#picture === null) return;
    if (this.#camera.moving) return this.#restLater();
    this.#picture.rest(this.#camera.view, this.#camera.size, this.#ratio);
    this.#work();
  }

  #move(change: (camera: Camera) => void): void {
    if (this.#camera === null) return;
    change(this.#camera);
    this.#lastMove = performance.now();
    this.#draw();
    this.#restLater();
  }

  #zoomStep(factor: number): void {
    const at = this.#focused === null ? null : this.#hall?.at(this.#focused);
    this.#move((camera) => {
      const middle = { x: camera.size.width / 2, y: camera.size.height / 2 };
      camera.step(factor, at === null || at === undefined ? middle : toScreen(camera.view, at));
    });
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
    on("pointerleave", (event) => this.#hover(null, event.clientX, event.clientY));
    on("wheel", (event) => this.#wheel(event));
    on("dblclick", (event) => this.#doubleClick(event));
    on("keydown", (event) => this.#key(event));
    on("blur", () => this.#draw());
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(canvas);
    this.#stops.push(() => observer.disconnect(), watchTheme(() => this.#themeChanged()));
    const fonts = () => this.#repaint();
    document.fonts.addEventListener("loadingdone", fonts);
    this.#stops.push(() => document.fonts.removeEventListener("loadingdone", fonts));
    // A canvas alone does not make every engine load a font; until it is there the next one is drawn.
    document.fonts.load(`650 16px ${this.#theme.font}`).catch(() => []);
  }

  #resized(): void {
    const { width, height } = this.#camera?.size ?? { width: 0, height: 0 };
    const same = this.#canvas.clientWidth === width && this.#canvas.clientHeight === height;
    if (!same || this.#ratio !== (devicePixelRatio || 1)) this.#resize();
  }

  #themeChanged(): void {
    const theme = readTheme(this.#canvas);
    if (JSON.stringify(theme) === JSON.stringify(this.#theme)) return;
    this.#theme = theme;
    this.#repaint();
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
    this.#canvas.focus({ preventScroll: true });
    if (event.isTrusted) this.#canvas.setPointerCapture(event.pointerId);
    this.#onMinimap = !this.#gestures.active && this.#lookFromMinimap(this.#place(event), true);
    if (this.#onMinimap) return;
    this.#camera?.stop();
    this.#gestures.down(this.#sample(event));
  }

  #pointerMove(event: PointerEvent): void {
    if (this.#onMinimap) {
      this.#lookFromMinimap(this.#place(event), false);
      return;
    }
    this.#gestures.move(this.#sample(event));
    if (this.#gestures.dragging) this.#hover(null, event.clientX, event.clientY);
    else if (event.pointerType === "mouse") this.#hoverAt(this.#place(event), event);
  }

  #pointerUp(event: PointerEvent): void {
    if (this.#onMinimap) this.#onMinimap = false;
    else this.#gestures.up(this.#sample(event));
  }

  /** Centres on what a point of the minimap stands for. `start`: only when the point lies on it. */
  #lookFromMinimap(at: Point, start: boolean): boolean {
    if (this.#hall === null || this.#camera === null) return false;
    const { bounds } = this.#hall;
    const mini = miniPlace(bounds, this.#camera.view, this.#camera.size, this.#camera.fit.scale);
    if (mini === null || (start && !inside(mini, at))) return false;
    this.#move((camera) => camera.centre(miniToPlan(mini, bounds, at)));
    return true;
  }

  #tap(at: Point, touch: boolean): void {
    if (this.#hall === null || this.#camera === null) return;
    const target = tapTarget(this.#hall, this.#camera.view, at, touch);
    if (target.kind === "closer") this.#move((camera) => camera.approach(at, COMFORTABLE));
    if (target.kind === "area" && !this.#disabled) this.#events.area(target.area);
    if (target.kind !== "seat") return;
    this.#focus(null);
    if (!this.#disabled && this.#hall.pickable(target.seat)) this.#events.pick(target.seat);
  }

  #hoverAt(at: Point, event: PointerEvent): void {
    if (this.#hall === null || this.#camera === null) return;
    const mini = miniPlace(this.#hall.bounds, this.#camera.view, this.#camera.size, this.#camera.fit.scale);
    const target = mini !== null && inside(mini, at) ? { kind: "nothing" } : tapTarget(this.#hall, this.#camera.view, at, false);
    const area = target.kind === "area" ? standingAreaAt(this.#hall.plan.areas, toPlan(this.#camera.view, at)) : null;
    if (area !== this.#hoveredArea) {
      this.#hoveredArea = area;
      this.#draw();
    }
    const seat = target.kind === "seat" ? seatUnder(this.#hall, this.#camera.view, at, false) : null;
    this.#canvas.style.cursor = area !== null || (seat !== null && this.#hall.pickable(seat)) ? "pointer" : "default";
    this.#hover(seat, event.clientX, event.clientY);
  }

  #hover(seat: number | null, clientX: number, clientY: number): void {
    if (seat === null && this.#hovered === null) return;
    if (seat !== this.#hovered) this.#draw();
    this.#hovered = seat;
    this.#events.hover(seat, clientX, clientY);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.002;
    const factor = Math.exp(-Math.max(-240, Math.min(240, event.deltaY * lines)) * speed);
    const at = this.#place(event);
    this.#hover(null, event.clientX, event.clientY);
    this.#move((camera) => camera.zoom(factor, at));
  }

  /** Zooms where a double click cannot have picked anything. */
  #doubleClick(event: MouseEvent): void {
    if (this.#hall === null || this.#camera === null) return;
    const at = this.#place(event);
    if (tapTarget(this.#hall, this.#camera.view, at, false).kind !== "nothing") return;
    this.#move((camera) => camera.step(ZOOM_STEP * ZOOM_STEP, at));
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#handleKey(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #handleKey(key: string): boolean {
    const direction = KEY_STEPS[key];
    if (direction !== undefined) return this.#step(direction);
    if (key === "+" || key === "=") this.zoomIn();
    else if (key === "-") this.zoomOut();
    else if (key === "0") this.showAll();
    else if (key === "Escape" && this.#focused !== null) this.#focus(null);
    else if ((key === "Enter" || key === " ") && this.#focused !== null) {
      if (!this.#disabled && this.#hall?.pickable(this.#focused) === true) this.#events.pick(this.#focused);
    } else return false;
    return true;
  }

  #step(direction: Direction): boolean {
    if (this.#hall === null || this.#camera === null) return false;
    const hall = this.#hall;
    const next = this.#focused === null ? this.#nearestToMiddle() : nextSeat(hall.grid, hall.plan.seats, this.#focused, direction);
    if (next === null) return true;
    const small = seatWidth(hall, this.#camera.view) < READABLE;
    if (small) this.#move((camera) => camera.jump(hall.at(next), COMFORTABLE, REVEAL_MARGIN));
    else this.#move((camera) => camera.reveal(hall.at(next), REVEAL_MARGIN));
    this.#focus(next);
    return true;
  }

  #nearestToMiddle(): number | null {
    if (this.#hall === null || this.#camera === null) return null;
    const { size, view } = this.#camera;
    const { grid } = this.#hall;
    const middle = toPlan(view, { x: size.width / 2, y: size.height / 2 });
    return grid.nearest(middle, grid.span, (seat) => this.#hall?.pickable(seat) === true) ?? grid.nearest(middle, grid.span, () => true);
  }

  #focus(seat: number | null): void {
    if (seat === this.#focused) return;
    this.#focused = seat;
    this.#events.focus(seat);
    this.#draw();
  }
}
