/** Tickets of a sold order on paper or in a file: separate from the sale, and repeatable. A fault here loses no sale. */

import type { OrderId, PrinterChoice, PrinterHold } from "../../backend/bindings";
import type * as commands from "../../backend/commands";
import type { Paper } from "../../backend/commands";
import { asError } from "./ports";
import { targetOf, type PrintTarget } from "./target";

export type PrintCommands = Pick<typeof commands, "printTickets" | "saveTickets" | "printers">;

/** On paper, or as a file. */
export type Way = "print" | "save";

export type PrintState =
  | { readonly kind: "none" }
  | { readonly kind: "busy"; readonly way: Way }
  | { readonly kind: "sent"; readonly printer: string }
  | { readonly kind: "saved"; readonly path: string }
  /** The printer does not print now. `waiting`: the tickets come out by themselves once it does. */
  | { readonly kind: "held"; readonly printer: string; readonly hold: PrinterHold; readonly waiting: boolean }
  /** `code` and `message` are the station's, about why and what to do. */
  | { readonly kind: "notDone"; readonly way: Way; readonly code: string; readonly message: string };

/** Orders whose tickets came out in this window, on paper or as a file, whoever asked for it. */
let cameOut = $state.raw<ReadonlySet<OrderId>>(new Set());

/** Whether an order's tickets came out in this window. */
export function isOut(orderId: OrderId): boolean {
  return cameOut.has(orderId);
}

export class Printing {
  readonly #commands: PrintCommands;
  readonly #orderId: OrderId;
  /** The printer chosen for this till, if one is. */
  readonly #wanted: () => string | null;
  #running: Promise<void> = Promise.resolve();
  #state = $state.raw<PrintState>({ kind: "none" });
  #sent = $state(false);
  #saved = $state(false);
  #printers = $state.raw<readonly PrinterChoice[]>();
  /** Why there is no list of printers, in the station's words. */
  #trouble = $state("");

  constructor(commands: PrintCommands, orderId: OrderId, wanted: () => string | null) {
    this.#commands = commands;
    this.#orderId = orderId;
    this.#wanted = wanted;
  }

  /** How the last attempt stands. */
  get state(): PrintState {
    return this.#state;
  }
  /** The tickets came out at least once, whatever happened since. */
  get out(): boolean {
    return this.#sent || this.#saved;
  }
  /** They went to a printer at least once. */
  get sent(): boolean {
    return this.#sent;
  }
  /** They were saved at least once. */
  get saved(): boolean {
    return this.#saved;
  }
  /** Where they would be printed now; absent until it is known. */
  get target(): PrintTarget | undefined {
    return this.#printers === undefined ? undefined : targetOf(this.#printers, this.#wanted(), this.#trouble);
  }

  /** There is a printer to print on, and nothing has come out yet: that comes before anything else. */
  get first(): boolean {
    return !this.out && this.#state.kind !== "busy" && (this.target?.kind === "ready" || this.target?.kind === "held");
  }

  async findPrinters(): Promise<void> {
    try {
      this.#printers = await this.#commands.printers();
      this.#trouble = "";
    } catch (thrown) {
      // A computer that has no print command has no printer either.
      this.#printers = [];
      this.#trouble = asError(thrown).message;
    }
  }

  print(paper: Paper): Promise<void> {
    return this.#run("print", async () => {
      const target = this.target;
      const named = this.#wanted() ?? (target?.kind === "ready" && !target.isDefault ? target.printer : null);
      const outcome = await this.#commands.printTickets(this.#orderId, paper, named);
      switch (outcome.outcome) {
        case "sent":
          return { kind: "sent", printer: outcome.printer };
        case "held":
          return { kind: "held", printer: outcome.printer, hold: outcome.hold, waiting: outcome.waiting };
        case "notPrinted":
          return { kind: "notDone", way: "print", code: "printer", message: outcome.message };
      }
    });
  }

  save(paper: Paper): Promise<void> {
    return this.#run("save", async () => ({ kind: "saved", path: (await this.#commands.saveTickets(this.#orderId, paper)).path }));
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#running;
  }

  #run(way: Way, work: () => Promise<PrintState>): Promise<void> {
    if (this.#state.kind !== "busy") {
      this.#running = this.#attempt(way, work);
    }
    return this.#running;
  }

  async #attempt(way: Way, work: () => Promise<PrintState>): Promise<void> {
    this.#state = { kind: "busy", way };
    try {
      this.#state = await work();
    } catch (thrown) {
      const { code, message } = asError(thrown);
      this.#state = { kind: "notDone", way, code, message };
    }
    this.#sent ||= this.#state.kind === "sent";
    this.#saved ||= this.#state.kind === "saved";
    if (this.out) {
      cameOut = new Set([...cameOut, this.#orderId]);
    }
  }
}
