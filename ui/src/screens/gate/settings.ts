/** How this gate is set up, remembered on this station. Pure but for the storage it is handed. */

import type { EventId } from "../../backend/bindings";

const remembered = "wicket.gate";

/** What the backend takes as a gate's name at most. */
export const longestName = 60;

export const volumes = [0, 0.25, 0.6, 1] as const;
export type Volume = (typeof volumes)[number];

export interface GateSettings {
  /** Empty for a gate without a name. */
  readonly name: string;
  /** Null for the first camera there is. */
  readonly cameraId: string | null;
  /** The picture is shown as in a mirror, for a camera that faces the person who looks at the window. */
  readonly mirrored: boolean;
  readonly volume: Volume;
  /** The gate is dark unless somebody wants it otherwise here. */
  readonly palette: "dark" | "light" | undefined;
  /** While this event is chosen, the gate admits to any. Another evening begins with its own event alone. */
  readonly anyEventWith: EventId | null;
}

export const freshSettings: GateSettings = { name: "", cameraId: null, mirrored: false, volume: 0.6, palette: undefined, anyEventWith: null };

/** A name as the backend takes it: one line, no blanks around it. */
export function cleanName(name: string): string {
  return [...name.replace(/\p{Cc}/gu, " ").trim()].slice(0, longestName).join("").trim();
}

function record(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Whatever cannot be read is as on the first day. */
export function readSettings(storage: Pick<Storage, "getItem">): GateSettings {
  let stored: Record<string, unknown>;
  try {
    stored = record(storage.getItem(remembered) ?? "");
  } catch {
    return freshSettings;
  }
  const { name, cameraId, mirrored, volume, palette, anyEventWith } = stored;
  return {
    name: typeof name === "string" ? cleanName(name) : freshSettings.name,
    cameraId: typeof cameraId === "string" ? cameraId : null,
    mirrored: mirrored === true,
    volume: volumes.find((one) => one === volume) ?? freshSettings.volume,
    palette: palette === "dark" || palette === "light" ? palette : undefined,
    anyEventWith: typeof anyEventWith === "string" ? anyEventWith : null,
  };
}

export function writeSettings(storage: Pick<Storage, "setItem">, settings: GateSettings): void {
  try {
    storage.setItem(remembered, JSON.stringify(settings));
  } catch {
    // Without storage the settings last until the window closes.
  }
}
