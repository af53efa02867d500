/**
 * The gate's camera as the window knows it: its state, the outline of the code in sight, and what comes of the codes.
 * Cameras are opened one after the other, because one that is not closed yet cannot be opened again.
 */

import { saidBy } from "../../app/said";
import type * as commands from "../../backend/commands";
import type { CameraChoice, CameraView, Fault, GateEvent, Verdict } from "../../backend/bindings";
import type { Gate } from "./board.svelte";

/** Milliseconds an outline stays after the code was last seen. */
export const afterglow = 350;

export type LensState = { readonly state: "closed" } | { readonly state: "refused"; readonly message: string } | CameraView;

/** Corners of codes in a picture of that size, pixels. */
export interface Outline {
  readonly width: number;
  readonly height: number;
  readonly corners: readonly (readonly (readonly [number, number])[])[];
}

export interface LensPorts {
  readonly commands: Pick<typeof commands, "cameras" | "openCamera" | "closeCamera">;
  readonly later: (milliseconds: number, run: () => void) => () => void;
  readonly judged: (verdict: Verdict) => void;
  readonly faulted: (fault: Fault) => void;
  /** Where codes are read and not judged. */
  readonly read?: (text: string) => void;
}

export class Lens {
  readonly #ports: LensPorts;
  #state = $state.raw<LensState>({ state: "closed" });
  #outline = $state.raw<Outline>();
  #inSight = $state(false);
  #choices = $state.raw<readonly CameraChoice[]>([]);
  #callOff: (() => void) | undefined;
  #turn: Promise<void> = Promise.resolve();
  #opening = 0;

  constructor(ports: LensPorts) {
    this.#ports = ports;
  }

  get state(): LensState {
    return this.#state;
  }
  /** The outline seen last; it is kept while it fades. */
  get outline(): Outline | undefined {
    return this.#outline;
  }
  get inSight(): boolean {
    return this.#inSight;
  }
  get choices(): readonly CameraChoice[] {
    return this.#choices;
  }

  async look(): Promise<void> {
    try {
      this.#choices = await this.#ports.commands.cameras();
    } catch {
      this.#choices = [];
    }
  }

  /** Opens a camera in place of the one before; of several calls in a row only the last opens one. */
  open(cameraId: string | null, gate: Gate): Promise<void> {
    const opening = this.#begin({ state: "opening", camera: "" });
    return this.#after(async () => {
      if (opening !== this.#opening) {
        return;
      }
      try {
        await this.#ports.commands.openCamera(cameraId, gate.name === "" ? null : gate.name, gate.eventId, (event) => {
          if (opening === this.#opening) {
            this.#hear(event);
          } else {
            this.#hearLate(event);
          }
        });
      } catch (thrown) {
        if (opening === this.#opening) {
          this.#state = { state: "refused", message: saidBy(thrown) };
        }
      }
    });
  }

  close(): Promise<void> {
    this.#begin({ state: "closed" });
    return this.#after(async () => {
      try {
        await this.#ports.commands.closeCamera();
      } catch {
        // The backend closes it with the window, or when the next one is opened.
      }
    });
  }

  #begin(state: LensState): number {
    this.#state = state;
    this.#callOff?.();
    this.#inSight = false;
    this.#outline = undefined;
    return ++this.#opening;
  }

  #after(run: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(run);
    return this.#turn;
  }

  /** A verdict is on record even when its camera has been left meanwhile: somebody stands there and has to be told. */
  #hearLate(event: GateEvent): void {
    if (event.kind === "judged" || event.kind === "faulted") {
      this.#hear(event);
    }
  }

  #hear(event: GateEvent): void {
    switch (event.kind) {
      case "camera":
        this.#state = event.camera;
        if (event.camera.state !== "streaming") {
          this.#inSight = false;
        }
        break;
      case "looked":
        this.#see({ width: event.width, height: event.height, corners: event.outlines });
        break;
      case "judged":
        this.#ports.judged(event.verdict);
        break;
      case "read":
        this.#ports.read?.(event.text);
        break;
      case "faulted":
        this.#ports.faulted(event.fault);
        break;
    }
  }

  #see(outline: Outline): void {
    if (outline.corners.length === 0) {
      return;
    }
    this.#outline = outline;
    this.#inSight = true;
    this.#callOff?.();
    this.#callOff = this.#ports.later(afterglow, () => {
      this.#inSight = false;
    });
  }
}
