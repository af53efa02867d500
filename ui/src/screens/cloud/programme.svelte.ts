/**
 * The events as the cloud and this station share them: putting one into the cloud, and how many places this station keeps
 * for the time without a network. Publishing goes on while people look at something else.
 */

import { saidBy } from "../../app/said";
import type { CloudEvent, EventId, PublishProgress } from "../../backend/bindings";
import * as commands from "../../backend/commands";

export type ProgrammeCommands = Pick<typeof commands, "cloudEvents" | "publishEvent" | "allot" | "giveBack">;

/** How the last thing done to an event ended. */
export type Ended =
  | { readonly kind: "published" }
  | { readonly kind: "kept"; readonly wanted: number; readonly taken: number }
  | { readonly kind: "givenBack"; readonly places: number }
  | { readonly kind: "notDone"; readonly what: "publish" | "keep" | "giveBack"; readonly message: string };

export class Programme {
  readonly #commands: ProgrammeCommands;
  #events = $state.raw<readonly CloudEvent[]>();
  #trouble = $state<string>();
  #openId = $state<EventId>();
  #ended = $state.raw<{ readonly eventId: EventId; readonly how: Ended }>();
  #publishing = $state.raw<{ readonly eventId: EventId; readonly progress: PublishProgress | undefined }>();
  #busy = $state<"keep" | "giveBack">();
  #question = 0;

  constructor(commands: ProgrammeCommands) {
    this.#commands = commands;
  }

  /** Absent until the first answer. */
  get events(): readonly CloudEvent[] | undefined {
    return this.#events;
  }
  /** What the station said when it could not tell; empty when it said nothing. */
  get trouble(): string | undefined {
    return this.#trouble;
  }
  get opened(): CloudEvent | undefined {
    return this.#events?.find((event) => event.eventId === this.#openId) ?? this.#events?.[0];
  }
  /** Which event is on its way into the cloud, and how far it is. */
  get publishing(): { readonly eventId: EventId; readonly progress: PublishProgress | undefined } | undefined {
    return this.#publishing;
  }
  get busy(): "keep" | "giveBack" | undefined {
    return this.#busy;
  }
  /** How the last thing done to that event ended. */
  endedOf(eventId: EventId): Ended | undefined {
    return this.#ended?.eventId === eventId ? this.#ended.how : undefined;
  }

  open(eventId: EventId): void {
    this.#openId = eventId;
    if (this.#ended?.how.kind !== "published") {
      this.#ended = undefined;
    }
  }

  async load(): Promise<void> {
    const question = ++this.#question;
    try {
      const events = await this.#commands.cloudEvents();
      if (question === this.#question) {
        this.#events = events;
        this.#trouble = undefined;
      }
    } catch (thrown) {
      if (question === this.#question) {
        this.#trouble = saidBy(thrown);
      }
    }
  }

  /** One event at a time. */
  async publish(eventId: EventId): Promise<void> {
    if (this.#publishing !== undefined) {
      return;
    }
    this.#publishing = { eventId, progress: undefined };
    this.#ended = undefined;
    try {
      await this.#commands.publishEvent(eventId, (progress) => {
        if (this.#publishing?.eventId === eventId) {
          this.#publishing = { eventId, progress };
        }
      });
      this.#ended = { eventId, how: { kind: "published" } };
    } catch (thrown) {
      this.#ended = { eventId, how: { kind: "notDone", what: "publish", message: saidBy(thrown) } };
    } finally {
      this.#publishing = undefined;
    }
    await this.load();
  }

  /** Takes `wanted` more seats into this station's keeping. */
  async keep(eventId: EventId, wanted: number): Promise<void> {
    await this.#do("keep", eventId, async () => ({ kind: "kept", wanted, taken: await this.#commands.allot(eventId, wanted) }));
  }

  async giveBack(eventId: EventId): Promise<void> {
    await this.#do("giveBack", eventId, async () => ({ kind: "givenBack", places: await this.#commands.giveBack(eventId) }));
  }

  async #do(what: "keep" | "giveBack", eventId: EventId, run: () => Promise<Ended>): Promise<void> {
    if (this.#busy !== undefined) {
      return;
    }
    this.#busy = what;
    this.#openId = eventId;
    this.#ended = undefined;
    try {
      this.#ended = { eventId, how: await run() };
    } catch (thrown) {
      this.#ended = { eventId, how: { kind: "notDone", what, message: saidBy(thrown) } };
    } finally {
      this.#busy = undefined;
    }
    await this.load();
  }
}

/** The window's own: what is being published goes on behind every screen. */
export const programme = new Programme(commands);
