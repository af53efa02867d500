/** Reads the sources that the tests in this folder hold to the house's rules. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Source {
  /** Below `ui/`, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const ui = fileURLToPath(new URL("..", import.meta.url));

/** Generated code and the gallery, which never ships, are left out. */
const passedOver = ["src/paraglide/", "src/backend/bindings/", "src/gallery/"];

export function sources(ending: RegExp): Source[] {
  return readdirSync(`${ui}/src`, { recursive: true, encoding: "utf8" })
    .map((below) => `src/${below.replaceAll("\\", "/")}`)
    .filter((path) => ending.test(path) && !passedOver.some((folder) => path.startsWith(folder)))
    .map((path) => ({ path, text: readFileSync(`${ui}/${path}`, "utf8") }));
}

/** One language's messages as they stand in the catalogue: a text, or a list of variants. */
export type Catalogue = ReadonlyMap<string, unknown>;

export function catalogue(language: string): Catalogue {
  const parsed = JSON.parse(readFileSync(`${ui}/messages/${language}.json`, "utf8")) as Record<string, unknown>;
  return new Map(Object.entries(parsed).filter(([key]) => key !== "$schema"));
}

export function languages(): string[] {
  return readdirSync(`${ui}/messages`).map((file) => file.replace(/\.json$/, ""));
}
