/** The rules for a new PIN, the same as the station's (`domain`, `staff`), so that people hear of them while typing. */

export const pinLeast = 4;
export const pinMost = 12;

export type PinFault = "short" | "easy";

export function pinFault(pin: string): PinFault | undefined {
  if (!/^\d+$/.test(pin) || pin.length < pinLeast || pin.length > pinMost) {
    return "short";
  }
  return new Set(pin).size === 1 ? "easy" : undefined;
}
