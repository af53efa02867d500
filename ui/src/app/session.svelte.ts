/** Who works here now and on which event: what the bar shows and every screen of a mode needs. */

import type { EventSummary, Role, StaffMember, StationView } from "../backend/bindings";
import type { Moment } from "../format";
import type { SignKind } from "../components";

export type Staff = StaffMember;

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
  readonly text: string;
}

/** Each role may do what the ones before it may. */
const roles: readonly Role[] = ["steward", "seller", "supervisor", "organizer"];
const remembered = "wicket.event";

let station = $state.raw<StationView>();
let roster = $state.raw<readonly Staff[]>([]);
let staff = $state.raw<Staff>();
let event = $state.raw<ChosenEvent>();
let status = $state.raw<Status>();

export function chosenFrom(summary: Pick<EventSummary, "eventId" | "name" | "startsAt" | "venue" | "currency">): ChosenEvent {
  const { eventId, name, startsAt, venue, currency } = summary;
  return { id: eventId, name, startsAt, zone: venue.timeZone, currency };
}

export const session = {
  /** Absent until the station is set up. */
  get station(): StationView | undefined {
    return station;
  },
  /** Who may sign in here. */
  get roster(): readonly Staff[] {
    return roster;
  },
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
  /** Whether whoever is signed in may do what needs `role`. */
  may(role: Role): boolean {
    return staff !== undefined && roles.indexOf(staff.role) >= roles.indexOf(role);
  },
  open(known: StationView | undefined, people: readonly Staff[]): void {
    station = known;
    roster = people;
  },
  signIn(who: Staff): void {
    staff = who;
  },
  signOut(): void {
    staff = undefined;
  },
  choose(next: ChosenEvent): void {
    event = next;
    try {
      localStorage.setItem(remembered, next.id);
    } catch {
      // Without storage the choice lasts until the window closes.
    }
  },
  /** The event is no longer here. */
  forgetEvent(): void {
    event = undefined;
  },
  /** Id of the event this window worked on last, also before a restart. */
  get lastEvent(): string | undefined {
    try {
      return event?.id ?? localStorage.getItem(remembered) ?? undefined;
    } catch {
      return event?.id;
    }
  },
  report(next: Status | undefined): void {
    status = next;
  },
};
