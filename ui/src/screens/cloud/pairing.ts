/**
 * A pairing code as far as people have to see of it before they use it: which cloud it names. Whether it is good is the
 * station's to say (`domain`, `pairing`).
 */

const prefix = "WKP1.";

/** A longer text is no pairing code; the same as the station's. */
export const codeMost = 8192;

export interface Named {
  readonly environment: string;
  readonly region: string;
}

/** What people paste has line breaks and spaces in it. */
export function tidy(text: string): string {
  return text.replace(/\s+/g, "");
}

/** Undefined for what is no pairing code. */
export function namedBy(text: string): Named | undefined {
  const code = tidy(text);
  if (!code.startsWith(prefix) || code.length > codeMost) {
    return undefined;
  }
  try {
    const bytes = atob(code.slice(prefix.length).replaceAll("-", "+").replaceAll("_", "/"));
    const said: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))));
    const { environment, region } = (said ?? {}) as Partial<Record<string, unknown>>;
    return typeof environment === "string" && typeof region === "string" && environment !== "" ? { environment, region } : undefined;
  } catch {
    return undefined;
  }
}
