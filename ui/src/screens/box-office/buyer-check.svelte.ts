/**
 * What the station says of something typed about the buyer, while it is typed. The rules are the station's and its
 * cloud's alone; here it is only asked, after a short pause, and answers to older texts are passed over.
 */

import type { BuyerCheck } from "../../backend/bindings";

/** Milliseconds without a key: whoever is still typing an address is not told that it is none. */
const pause = 500;

const nothing: BuyerCheck = { wrong: [], contact: null, unprintable: [] };

export class Checked {
  readonly #ask: () => Promise<BuyerCheck>;
  #said = $state.raw<BuyerCheck>(nothing);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(ask: () => Promise<BuyerCheck>) {
    this.#ask = ask;
  }

  get said(): BuyerCheck {
    return this.#said;
  }

  /** Something was typed. */
  typed(): void {
    this.stop();
    this.#timer = setTimeout(() => void this.now(), pause);
  }

  /** Asks at once; true when nothing is wrong. A station that does not answer is asked again with the sale. */
  async now(): Promise<boolean> {
    this.stop();
    this.#asked += 1;
    const asked = this.#asked;
    const said = await this.#ask().catch(() => nothing);
    if (asked === this.#asked) {
      this.#said = said;
    }
    return this.#said.wrong.length === 0;
  }

  /** Nothing is typed any more. */
  forget(): void {
    this.stop();
    this.#asked += 1;
    this.#said = nothing;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
