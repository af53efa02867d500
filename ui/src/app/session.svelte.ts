/** Who works here now and on which event: what the bar shows and every screen of a mode needs. */

import type { Moment } from "../format";
import type { SignKind } from "../components";

export interface Staff {
  readonly name: string;
  readonly role: string;
}

export interface ChosenEvent {
  readonly id: string;
  readonly name: string;
  readonly startsAt: Moment;
  /** IANA name. */
  readonly zone: string;
  /** ISO 4217. */
  readonly currency: string;
}

export interface Status {
  readonly kind?: SignKind;
  readonly text: () => string;
}

let staff = $state.raw<Staff>();
let event = $state.raw<ChosenEvent>();
let status = $state.raw<Status>();

export const session = {
  get staff(): Staff | undefined {
    return staff;
  },
  get event(): ChosenEvent | undefined {
    return event;
  },
  /** What the bar says about the cloud; absent for a station that has none. */
  get status(): Status | undefined {
    return status;
  },
  signIn(who: Staff): void {
    staff = who;
  },
  signOut(): void {
    staff = undefined;
  },
  choose(next: ChosenEvent): void {
    event = next;
  },
  report(next: Status | undefined): void {
    status = next;
  },
};
