/**
 * What a screen has begun for a customer, as far as the window around it must know: whether it may be left, and how it is
 * given back before somebody signs out.
 */

export interface Work {
  /** Leaving would cut off somebody who pays. */
  readonly pinned: boolean;
  /** Gives everything back; resolves when the station has heard. */
  readonly letGo: () => Promise<void>;
}

/** Milliseconds: nobody waits longer to sign out, whatever the station is at. */
const patience = 4000;

let work = $state.raw<Work>();

export const underway = {
  get pinned(): boolean {
    return work?.pinned === true;
  },
  begin(next: Work): void {
    work = next;
  },
  /** It is over, unless something else has begun. */
  end(over: Work): void {
    if (work === over) {
      work = undefined;
    }
  },
  /** Gives back what is under way, and waits until that has happened, though not for ever. */
  async letGo(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([work?.letGo(), limit]);
    clearTimeout(timer);
  },
};
