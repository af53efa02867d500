/**
 * What the window knows of the cloud: asked for over and over while somebody can see it. An answer that does not come is
 * known too, so that a station which has stopped answering never goes on looking online.
 */

import type { CloudStatus } from "../backend/bindings";
import * as commands from "../backend/commands";

/** Milliseconds between two questions. */
export const pulse = 2000;
/** Milliseconds after which a question counts as not answered. */
export const patience = 6000;

export interface WatchPorts {
  readonly ask: () => Promise<CloudStatus>;
  /** Runs something later; what it returns calls it off. */
  readonly later: (milliseconds: number, run: () => void) => () => void;
  readonly visible: () => boolean;
}

export class CloudWatch {
  readonly #ports: WatchPorts;
  #status = $state.raw<CloudStatus>();
  #silent = $state(false);
  #question = 0;
  #callOff: (() => void) | undefined;
  #running = false;

  constructor(ports: WatchPorts) {
    this.#ports = ports;
  }

  /** What the station said last; absent until it has said something. */
  get status(): CloudStatus | undefined {
    return this.#status;
  }
  /** The station did not answer the last question. */
  get silent(): boolean {
    return this.#silent;
  }
  /** False only for a station that is known to stand alone: it owns every place it sells. */
  get mayBeConnected(): boolean {
    return this.#status?.mode !== "standalone";
  }
  get connected(): boolean {
    return this.#status?.mode === "connected";
  }

  /** Returns what stops it. */
  start(): () => void {
    this.#running = true;
    void this.look();
    return () => {
      this.#running = false;
      this.#question += 1;
      this.#callOff?.();
    };
  }

  /** Asks now, in place of the next time. */
  async look(): Promise<void> {
    this.#callOff?.();
    const question = ++this.#question;
    if (this.#ports.visible()) {
      const stop = this.#ports.later(patience, () => {
        if (question === this.#question) {
          this.#silent = true;
          this.#next();
        }
      });
      this.#callOff = stop;
      try {
        const status = await this.#ports.ask();
        if (question !== this.#question) {
          return;
        }
        this.#status = status;
        this.#silent = false;
      } catch {
        if (question !== this.#question) {
          return;
        }
        this.#silent = true;
      }
      stop();
    }
    this.#next();
  }

  #next(): void {
    this.#callOff?.();
    this.#callOff = this.#running ? this.#ports.later(pulse, () => void this.look()) : undefined;
  }
}

/** The window's own. */
export const cloud = new CloudWatch({
  ask: () => commands.cloudStatus(),
  later: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
  visible: () => typeof document === "undefined" || document.visibilityState === "visible",
});
