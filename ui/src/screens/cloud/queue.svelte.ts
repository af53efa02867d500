/** The outbox as people look after it: what is stuck, what waits, what went last; and what can be done about one. */

import { saidBy } from "../../app/said";
import type { OutboxLine, OutboxView } from "../../backend/bindings";
import type * as commands from "../../backend/commands";

export type QueueCommands = Pick<typeof commands, "outboxView" | "retryMessage" | "exportMessage" | "syncNow">;

/** How the last thing done to the opened message ended. */
export type Done = { readonly kind: "waitsAgain" } | { readonly kind: "saved"; readonly path: string } | { readonly kind: "notDone"; readonly message: string };

export class Queue {
  readonly #commands: QueueCommands;
  #view = $state.raw<OutboxView>();
  #trouble = $state<string>();
  #openNo = $state<number>();
  #done = $state.raw<Done>();
  #busy = $state<"retry" | "export" | "send">();
  #question = 0;

  constructor(commands: QueueCommands) {
    this.#commands = commands;
  }

  /** Absent until the first answer. */
  get view(): OutboxView | undefined {
    return this.#view;
  }
  /** What the station said when it could not tell; empty when it said nothing. */
  get trouble(): string | undefined {
    return this.#trouble;
  }
  /** The message whose detail is open: the one chosen while it is listed, else the first. */
  get opened(): OutboxLine | undefined {
    return this.#view?.lines.find((line) => line.sequence === this.#openNo) ?? this.#view?.lines[0];
  }
  get done(): Done | undefined {
    return this.#done;
  }
  get busy(): "retry" | "export" | "send" | undefined {
    return this.#busy;
  }

  open(sequence: number): void {
    this.#openNo = sequence;
    this.#done = undefined;
  }

  async load(): Promise<void> {
    const question = ++this.#question;
    try {
      const view = await this.#commands.outboxView();
      if (question === this.#question) {
        this.#view = view;
        this.#trouble = undefined;
      }
    } catch (thrown) {
      if (question === this.#question) {
        this.#trouble = saidBy(thrown);
      }
    }
  }

  /** Sends a stuck message once more. */
  async retry(line: OutboxLine): Promise<void> {
    await this.#do("retry", line, async () => {
      await this.#commands.retryMessage(line.sequence);
      return { kind: "waitsAgain" };
    });
  }

  async export(line: OutboxLine): Promise<void> {
    await this.#do("export", line, async () => ({ kind: "saved", path: (await this.#commands.exportMessage(line.sequence)).path }));
  }

  /** Sends and fetches at once. Whatever comes of it is told by the status. */
  async sendNow(): Promise<void> {
    if (this.#busy !== undefined) {
      return;
    }
    this.#busy = "send";
    try {
      await this.#commands.syncNow();
    } catch {
      // The status says what is the matter.
    } finally {
      this.#busy = undefined;
    }
    await this.load();
  }

  async #do(what: "retry" | "export", line: OutboxLine, run: () => Promise<Done>): Promise<void> {
    if (this.#busy !== undefined) {
      return;
    }
    this.#busy = what;
    this.#openNo = line.sequence;
    this.#done = undefined;
    try {
      this.#done = await run();
    } catch (thrown) {
      this.#done = { kind: "notDone", message: saidBy(thrown) };
    } finally {
      this.#busy = undefined;
    }
    await this.load();
  }
}
