/**
 * The one door to the backend, and the only folder that may import `@tauri-apps`; `tests/boundaries.test.ts` checks it.
 * Screens never see how a command is called: they call the typed functions of this folder.
 */

import { Channel, invoke as callCommand, isTauri } from "@tauri-apps/api/core";
import { wicketErrorFrom } from "./error";

export { Channel };
export { WicketError } from "./error";

/** False in a plain browser, where no command can be answered. */
export const insideWindow = isTauri();

/** Calls one command of the backend. Whatever goes wrong arrives as a {@link WicketError}. */
export async function invoke<Answer>(command: string, args?: Record<string, unknown>): Promise<Answer> {
  try {
    return await callCommand<Answer>(command, args);
  } catch (thrown) {
    throw wicketErrorFrom(thrown);
  }
}
