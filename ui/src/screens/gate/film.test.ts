import { expect, test } from "vitest";
import type { PreviewPicture } from "../../backend/commands";
import { greyPixels, pause, runFilm } from "./film";

const picture = (number: number): { picture: PreviewPicture; number: number } => ({ picture: { width: 1, height: 1, luma: new Uint8ClampedArray([number]) }, number });

test("asks for the picture after the one drawn, and waits where there is none", async () => {
  const answers = [picture(4), null, picture(4), new Error("closing"), picture(5)];
  const asked: (number | null)[] = [];
  const drawn: number[] = [];
  const waits: number[] = [];
  let paints = 0;
  await runFilm({
    preview: (seen) => {
      asked.push(seen);
      const next = answers.shift() ?? null;
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
    wait: (milliseconds) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
    draw: ({ luma }) => drawn.push(luma[0] ?? 0),
    painted: () => {
      paints += 1;
      return Promise.resolve();
    },
    running: () => answers.length > 0 || asked.length < 5,
  });
  expect(asked).toEqual([null, 4, 4, 4, 4]);
  expect(waits).toEqual([pause, pause, pause]);
  expect(drawn).toEqual([4]);
  expect(paints).toBe(1);
});

test("a picture that comes after the end is not drawn", async () => {
  let running = true;
  const drawn: PreviewPicture[] = [];
  await runFilm({
    preview: () => {
      running = false;
      return Promise.resolve(picture(1));
    },
    wait: () => Promise.resolve(),
    draw: (one) => drawn.push(one),
    painted: () => Promise.resolve(),
    running: () => running,
  });
  expect(drawn).toEqual([]);
});

test("brightness becomes opaque grey", () => {
  const pixels = new Uint32Array(3);
  greyPixels(new Uint8ClampedArray([0, 128, 255]), pixels);
  expect([...new Uint8Array(pixels.buffer)]).toEqual([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
});
