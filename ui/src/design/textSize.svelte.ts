/**
 * The text size the person has set for the whole system. The program takes it from the system and leaves it in
 * `window.wicketTextScale`, because the web engine's own answer (everything larger) would leave a small window no room.
 * Where the window is large, everything grows; the rest of the wish goes to the text alone.
 * Only this module sets `--zoom`, `--text-scale`, `data-narrow` and `data-low`.
 */

declare global {
  interface Window {
    /** 1.5 for text half as large again; absent in a browser. */
    wicketTextScale?: number;
  }
}

/** Pixels in which every screen stands at its ease: below it, nothing but text grows. */
const ease = { width: 1280, height: 760 };
/** Three times is what desktops offer at most. */
const most = 3;
/** Text heights of 16 pixels; a window with less lays its screens out closer. */
const enough = { width: 70 * 16, height: 44 * 16 };

export interface TextSize {
  /** How much larger everything is. */
  readonly zoom: number;
  /** How much larger text is besides. */
  readonly text: number;
  /** Little room across, measured in text. */
  readonly narrow: boolean;
  /** Little room in height, measured in text. */
  readonly low: boolean;
}

/** `width` and `height` of the window in pixels. */
export function textSizeFor(scale: number, width: number, height: number): TextSize {
  const wanted = Math.min(Math.max(Number.isFinite(scale) ? scale : 1, 1), most);
  const zoom = Math.min(Math.max(Math.min(width / ease.width, height / ease.height), 1), wanted);
  return { zoom, text: wanted / zoom, narrow: width / wanted < enough.width, low: height / wanted < enough.height };
}

let room = $state.raw({ narrow: false, low: false });

/** What the stylesheets know as `data-narrow` and `data-low`. */
export const textSize = {
  get narrow(): boolean {
    return room.narrow;
  },
  get low(): boolean {
    return room.low;
  },
};

function wear(): void {
  const root = document.documentElement;
  const { zoom, text, narrow, low } = textSizeFor(window.wicketTextScale ?? 1, window.innerWidth, window.innerHeight);
  room = { narrow, low };
  root.style.setProperty("--zoom", String(zoom));
  root.style.setProperty("--text-scale", String(text));
  root.toggleAttribute("data-narrow", narrow);
  root.toggleAttribute("data-low", low);
}

/** Call once before the first paint. The program sends `wicket-text-scale` when the system's setting changes. */
export function startTextSize(): void {
  wear();
  window.addEventListener("resize", wear);
  window.addEventListener("wicket-text-scale", wear);
}
