/**
 * What the window shows first, and where a person goes on after signing in. Everything it asks of the backend comes in
 * as `StartCommands`, so that each way to start can be tried without one.
 */

import type { Notice, StaffMember, UnfinishedSale } from "../backend/bindings";
import * as commands from "../backend/commands";
import { WicketError } from "../backend";
import { navigation } from "./navigation.svelte";
import { chosenFrom, session } from "./session.svelte";
import { till } from "./till.svelte";
import { unfinished } from "./unfinished.svelte";

export type StartCommands = Pick<typeof commands, "start" | "readNotice" | "events" | "signOut" | "unfinishedSales" | "tillSettings">;

export type Phase = { readonly kind: "waiting" } | { readonly kind: "ready" } | { readonly kind: "fault"; readonly code: string; readonly message: string };

export class StartUp {
  readonly #commands: StartCommands;
  #phase = $state.raw<Phase>({ kind: "waiting" });
  #notices = $state.raw<readonly Notice[]>([]);
  #retrying = $state(false);
  /** Nobody has signed in since this window was opened. */
  #first = true;

  constructor(commands: StartCommands) {
    this.#commands = commands;
  }

  get phase(): Phase {
    return this.#phase;
  }
  /** What has to be read before anything else, oldest first. */
  get notices(): readonly Notice[] {
    return this.#notices;
  }
  get retrying(): boolean {
    return this.#retrying;
  }

  async begin(): Promise<void> {
    this.#retrying = true;
    try {
      const { station, staff, signedIn, notices } = await this.#commands.start();
      session.open(station ?? undefined, staff);
      this.#notices = notices;
      if (station === null) {
        navigation.go("setup");
      } else if (signedIn === null) {
        navigation.go("signIn");
      } else {
        await this.enter(signedIn);
      }
      this.#phase = { kind: "ready" };
    } catch (thrown) {
      const { code, message } = thrown instanceof WicketError ? thrown : new WicketError("unknown", "");
      this.#phase = { kind: "fault", code, message };
    } finally {
      this.#retrying = false;
    }
  }

  /** Tells the station that a notice was read; it stays when the station could not note that. */
  async read(notice: Notice): Promise<void> {
    await this.#commands.readNotice(notice.noticeNo);
    this.#notices = this.#notices.filter((other) => other.noticeNo !== notice.noticeNo);
  }

  /** After setting up: the station's name and people are known now. */
  async setUpDone(supervisor: StaffMember): Promise<void> {
    try {
      const { station, staff } = await this.#commands.start();
      session.open(station ?? undefined, staff);
    } catch {
      // The name is missing from the sign-in page until the next start; nothing else needs it.
      session.open(undefined, [supervisor]);
    }
    await this.enter(supervisor);
  }

  /** Goes on with what this window worked on last, or to the events when that is gone or nothing. */
  async enter(who: StaffMember): Promise<void> {
    session.signIn(who);
    if (!session.may("seller")) {
      navigation.workAs("gate");
    }
    const [restored, sold] = await Promise.all([this.#restoreEvent(), this.#unfinished(), this.#readTill()]);
    unfinished.show(sold, this.#first, restored ? navigation.work : "events");
    this.#first = false;
  }

  async #unfinished(): Promise<readonly UnfinishedSale[]> {
    // What cannot be read now is shown when somebody signs in the next time.
    return this.#commands.unfinishedSales().catch(() => []);
  }

  async #readTill(): Promise<void> {
    try {
      till.take(await this.#commands.tillSettings());
    } catch {
      // The till is as it was; its settings say what is the matter when they are changed.
    }
  }

  async #restoreEvent(): Promise<boolean> {
    const wanted = session.lastEvent;
    if (wanted === undefined) {
      return false;
    }
    try {
      const found = (await this.#commands.events()).find((event) => event.eventId === wanted);
      if (found === undefined) {
        session.forgetEvent();
        return false;
      }
      session.choose(chosenFrom(found));
      return true;
    } catch {
      // The list of events says what is the matter.
      return false;
    }
  }

  /** The screen goes first: what it lets go of (a cart, a camera) it does while somebody is still signed in. */
  async leave(settle: () => Promise<void>): Promise<void> {
    navigation.go("signIn");
    await settle();
    session.signOut();
    await this.#commands.signOut();
  }
}

/** The window's own. */
export const startUp = new StartUp(commands);
