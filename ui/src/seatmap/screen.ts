/**
 * What is on the canvas, and when it is drawn: frames while something moves, painting in short slices while
 * nothing does. Knows no input and tells nobody anything.
 */
import { Camera } from "./camera";
import { Hall } from "./hall";
import { Minimap, miniPlace, type MiniPlace } from "./minimap";
import { drawOverlay } from "./overlay";
import { IN_MEMORY, Picture } from "./picture";
import { drawPinned, pinnedNames } from "./pinned";
import { readTheme, watchTheme, type MapTheme } from "./theme";
import type { HallPlan, SeatStates } from "./types";

/** A gesture rests when nothing moved for so long (milliseconds). */
const REST = 90;
/** The longest that painting keeps the page from its input: at rest, and while a gesture moves the picture. */
const SLICE = 6;
const SLICE_MOVING = 2;

export class Screen {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #stops: (() => void)[] = [];
  #theme: MapTheme;
  #ratio = 1;
  #hall: Hall | null = null;
  #camera: Camera | null = null;
  #picture: Picture | null = null;
  #minimap = new Minimap();
  #areaNote: (area: number) => string | null = () => null;
  #frame = 0;
  #working = 0;
  #resting = 0;
  #lastMove = -Infinity;
  #settled: (() => void)[] = [];

  mine: readonly number[] = [];
  hovered: number | null = null;
  hoveredArea: number | null = null;
  focused: number | null = null;

  constructor(canvas: HTMLCanvasElement) {
    const pen = canvas.getContext("2d", { ...IN_MEMORY, alpha: false });
    if (pen === null) throw new Error("This window cannot draw on a canvas.");
    this.#canvas = canvas;
    this.#pen = pen;
    this.#theme = readTheme(canvas);
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(canvas);
    const fonts = () => this.#begin();
    document.fonts.addEventListener("loadingdone", fonts);
    this.#stops.push(
      () => observer.disconnect(),
      () => document.fonts.removeEventListener("loadingdone", fonts),
      watchTheme(() => this.#themeChanged()),
    );
    // A canvas alone does not make every engine load a font; until it is there the next one is drawn.
    document.fonts.load(`650 16px ${this.#theme.font}`).catch(() => []);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#working);
    clearTimeout(this.#resting);
    for (const stop of this.#stops) stop();
  }

  get hall(): Hall | null {
    return this.#hall;
  }

  get camera(): Camera | null {
    return this.#camera;
  }

  /** Where the minimap lies now, when it is shown. */
  get mini(): MiniPlace | null {
    if (this.#hall === null || this.#camera === null) return null;
    return miniPlace(this.#hall.bounds, this.#camera.view, this.#camera.size, this.#camera.fit.scale);
  }

  /** Shows another hall, whole. The first paint has happened when this returns. */
  show(plan: HallPlan, states: SeatStates): void {
    this.#hall = new Hall(plan, states);
    this.#camera = null;
    this.#fitWindow();
  }

  /** Takes new states over; only the tiles that show a changed seat are painted again. */
  update(states: SeatStates): void {
    const changed = this.#hall?.update(states) ?? [];
    if (changed.length === 0) return;
    this.#picture?.invalidate(changed);
    this.#minimap.invalidate();
    this.draw();
    this.#work();
  }

  setAreaNote(note: (area: number) => string | null): void {
    this.#areaNote = note;
    this.#picture?.invalidateAll();
    this.#work();
  }

  /** Changes where the window looks. */
  move(change: (camera: Camera) => void): void {
    if (this.#camera === null) return;
    change(this.#camera);
    this.#lastMove = performance.now();
    this.draw();
    this.#restLater();
  }

  /** Draws a frame soon. */
  draw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((time) => this.#onFrame(time));
  }

  /** Resolves when the present view is drawn sharp and nothing is left to paint. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#settled.push(resolve);
      this.draw();
      this.#restLater();
    });
  }

  #resized(): void {
    const { width, height } = this.#camera?.size ?? { width: 0, height: 0 };
    const same = this.#canvas.clientWidth === width && this.#canvas.clientHeight === height;
    if (!same || this.#ratio !== (devicePixelRatio || 1)) this.#fitWindow();
  }

  #fitWindow(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (this.#hall === null || width === 0 || height === 0) return;
    this.#ratio = devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * this.#ratio);
    this.#canvas.height = Math.round(height * this.#ratio);
    if (this.#camera === null) {
      this.#camera = new Camera(this.#hall.bounds, this.#hall.radius, { width, height });
      this.#camera.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    } else {
      this.#camera.resize({ width, height });
    }
    this.#begin();
  }

  #themeChanged(): void {
    const theme = readTheme(this.#canvas);
    if (JSON.stringify(theme) === JSON.stringify(this.#theme)) return;
    this.#theme = theme;
    this.#begin();
  }

  /** Begins the picture anew: first paint, other colours, another window. */
  #begin(): void {
    if (this.#hall === null || this.#camera === null) return;
    this.#picture = new Picture(this.#hall, this.#theme, (area) => this.#areaNote(area));
    this.#picture.begin(this.#camera.fit, this.#camera.size, this.#ratio);
    this.#minimap = new Minimap();
    cancelAnimationFrame(this.#frame);
    this.#onFrame(performance.now());
    // What follows may wait until this frame is on the glass.
    requestAnimationFrame(() => requestAnimationFrame(() => this.#rest()));
  }

  #onFrame(time: number): void {
    this.#frame = 0;
    if (this.#hall === null || this.#camera === null || this.#picture === null) return;
    if (this.#camera.moving) {
      this.#camera.advance(time);
      this.#lastMove = performance.now();
      this.draw();
      this.#restLater();
    }
    const { view, size } = this.#camera;
    const [hall, theme, ratio, mini] = [this.#hall, this.#theme, this.#ratio, this.mini];
    this.#picture.draw(this.#pen, view, size, ratio);
    drawOverlay(this.#pen, {
      hall, theme, view, ratio, mine: this.mine, hovered: this.hovered, hoveredArea: this.hoveredArea, focused: this.focused,
    });
    drawPinned(this.#pen, theme, pinnedNames(hall, view, size, this.#picture.zoneNames()), hall.radius * 2 * view.scale, ratio);
    if (mini !== null) this.#minimap.draw(this.#pen, theme, mini, hall, this.mine, view, size, ratio);
    if (performance.now() - this.#lastMove < REST) this.#paintSlice(SLICE_MOVING, false);
  }

  /** Returns whether work is left. */
  #paintSlice(milliseconds: number, all: boolean): boolean {
    if (this.#hall === null || this.#camera === null || this.#picture === null) return false;
    const end = performance.now() + milliseconds;
    const late = () => performance.now() >= end;
    const tiles = this.#picture.paint(this.#camera.view, this.#camera.size, this.#ratio, late);
    if (tiles.fresh) this.draw();
    if (tiles.more || !all) return tiles.more;
    const mini = this.#minimap.paint(this.#hall, this.#theme, this.#ratio, late);
    if (mini.fresh) this.draw();
    return mini.more;
  }

  /** Paints between events until nothing is left. */
  #work(): void {
    if (this.#working !== 0) return;
    this.#working = window.setTimeout(() => {
      this.#working = 0;
      if (performance.now() - this.#lastMove < REST) return;
      if (this.#paintSlice(SLICE, true)) this.#work();
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
}
