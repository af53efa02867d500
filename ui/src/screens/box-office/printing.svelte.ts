/** Tickets of a sold order on paper or in a file: separate from the sale, and repeatable. A fault here loses no sale. */

import type { OrderId, PrinterChoice } from "../../backend/bindings";
import type * as commands from "../../backend/commands";
import type { Paper } from "../../backend/commands";
import { asError } from "./ports";

export type PrintCommands = Pick<typeof commands, "printTickets" | "saveTickets" | "printers">;

/** On paper, or as a file. */
export type Way = "print" | "save";

export type PrintState =
  | { readonly kind: "none" }
  | { readonly kind: "busy"; readonly way: Way }
  | { readonly kind: "sent"; readonly printer: string }
  | { readonly kind: "saved"; readonly path: string }
  /** `code` and `message` are the station's, about why and what to do. */
  | { readonly kind: "notDone"; readonly way: Way; readonly code: string; readonly message: string };

export class Printing {
  readonly #commands: PrintCommands;
  readonly #orderId: OrderId;
  #state = $state.raw<PrintState>({ kind: "none" });
  #out = $state(false);
  #printers = $state.raw<readonly PrinterChoice[]>();

  constructor(commands: PrintCommands, orderId: OrderId) {
    this.#commands = commands;
    this.#orderId = orderId;
  }

  /** How the last attempt stands. */
  get state(): PrintState {
    return this.#state;
  }
  /** The tickets came out at least once, whatever happened since. */
  get out(): boolean {
    return this.#out;
  }
  /** Absent until it is known. */
  get printers(): readonly PrinterChoice[] | undefined {
    return this.#printers;
  }
  /** The system's own printer, or the only one. */
  get printer(): string | undefined {
    return (this.#printers?.find((one) => one.isDefault) ?? this.#printers?.[0])?.name;
  }

  async findPrinters(): Promise<void> {
    try {
      this.#printers = await this.#commands.printers();
    } catch {
      // Not worth a word now: printing itself says what is the matter.
      this.#printers = undefined;
    }
  }

  print(paper: Paper): Promise<void> {
    return this.#run("print", async () => {
      const isDefault = this.#printers?.some((one) => one.isDefault) ?? true;
      const outcome = await this.#commands.printTickets(this.#orderId, paper, isDefault ? null : (this.printer ?? null));
      return outcome.outcome === "sent" ? { kind: "sent", printer: outcome.printer } : { kind: "notDone", way: "print", code: "printer", message: outcome.message };
    });
  }

  save(paper: Paper): Promise<void> {
    return this.#run("save", async () => ({ kind: "saved", path: (await this.#commands.saveTickets(this.#orderId, paper)).path }));
  }

  async #run(way: Way, work: () => Promise<PrintState>): Promise<void> {
    if (this.#state.kind === "busy") {
      return;
    }
    this.#state = { kind: "busy", way };
    try {
      this.#state = await work();
    } catch (thrown) {
      const { code, message } = asError(thrown);
      this.#state = { kind: "notDone", way, code, message };
    }
    this.#out ||= this.#state.kind === "sent" || this.#state.kind === "saved";
  }
}
