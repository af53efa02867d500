/**
 * The pages of the screens. The window begins with the page that it shows first; the others are code of their own, which
 * is read once that page stands, so that nobody waits for it before the PIN pad is there.
 */

import type { Component } from "svelte";
import type { Screen } from "./navigation.svelte";

export type Pages = Partial<Record<Screen, Component>>;

export class Book {
  readonly #rest: () => Promise<{ readonly pages: Pages }>;
  #pages = $state.raw<Pages>({});
  #reading: Promise<void> | undefined;
  #failed = $state(false);

  constructor(first: Pages, rest: () => Promise<{ readonly pages: Pages }>) {
    this.#pages = first;
    this.#rest = rest;
  }

  /** Absent until it has been read. */
  page(screen: Screen): Component | undefined {
    return this.#pages[screen];
  }
  /** The other pages could not be read; {@link read} tries again. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Reads the other pages, once. */
  read(): Promise<void> {
    this.#reading ??= this.#rest().then(
      ({ pages }) => {
        this.#pages = { ...this.#pages, ...pages };
        this.#failed = false;
      },
      () => {
        this.#reading = undefined;
        this.#failed = true;
      },
    );
    return this.#reading;
  }
}
