/** Shows the camera's newest picture over and over: one is asked for when the one before is drawn, so none ever queues. */

import type { preview, PreviewPicture } from "../../backend/commands";

/** Milliseconds until the next question where there was no picture; the backend has waited a moment itself by then. */
export const pause = 60;

export interface FilmPorts {
  readonly preview: typeof preview;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly draw: (picture: PreviewPicture) => void;
  /** Comes back when what was drawn is on the screen: keys and verdicts go before the next picture. */
  readonly painted: () => Promise<void>;
  readonly running: () => boolean;
}

/** Goes on for as long as `running` says so. */
export async function runFilm({ preview, wait, draw, painted, running }: FilmPorts): Promise<void> {
  let seen: number | null = null;
  while (running()) {
    let got: Awaited<ReturnType<typeof preview>> = null;
    try {
      got = await preview(seen);
    } catch {
      // The camera may just be closing; its state is told elsewhere.
    }
    if (!running()) {
      return;
    }
    if (got === null || got.number === seen) {
      await wait(pause);
    } else {
      seen = got.number;
      draw(got.picture);
      await painted();
    }
  }
}

/** Brightness as the canvas takes it: red, green, blue and opacity of each pixel, in the machine's byte order. */
export function greyPixels(luma: Uint8ClampedArray, into: Uint32Array): void {
  const length = Math.min(luma.length, into.length);
  for (let at = 0; at < length; at += 1) {
    // Every machine this runs on is little-endian: opacity is the highest byte.
    into[at] = 0xff000000 | ((luma[at] ?? 0) * 0x010101);
  }
}
