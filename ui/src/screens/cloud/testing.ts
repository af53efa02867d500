/** What the tests of the venue's stations share. */

import { vi } from "vitest";
import type { Approval, Fenced, Register, StationLine } from "../../backend/bindings";

/** A station that is a desk of its venue. */
export const own: Register = { stationId: "office", venue: "hall", kind: "desk", approval: "approved", founded: true, copied: false, fingerprint: "4F2A 91C0 77B1" };

export function line(stationId: string, approval: Approval, more: Partial<StationLine> = {}): StationLine {
  return {
    stationId, name: stationId, kind: "till", approval, decidedBy: null, epoch: 1, lastSeen: "2026-11-20T20:00:00Z", software: "0.1.0", fingerprint: "0000 0000 0000", thisOne: stationId === own.stationId, ...more,
  };
}

export const office = line("office", "approved", { kind: "desk" });

/** The commands of a station at a register that keeps what is decided. */
export function commandsOf(register: Register = own, ...lines: StationLine[]) {
  let now = register;
  let all = lines;
  const decide = (stationId: string, change: Partial<StationLine>): Promise<StationLine> => {
    all = all.map((one) => (one.stationId === stationId ? { ...one, ...change } : one));
    return Promise.resolve(all.find((one) => one.stationId === stationId) ?? office);
  };
  return {
    register: vi.fn(() => Promise.resolve(now)),
    stations: vi.fn(() => Promise.resolve(all)),
    approveStation: vi.fn((stationId: string, kind: StationLine["kind"] | null) => {
      now = stationId === now.stationId ? { ...now, approval: "approved", kind: kind ?? now.kind, founded: true } : now;
      return decide(stationId, { approval: "approved", ...(kind === null ? {} : { kind }) });
    }),
    revokeStation: vi.fn(async (stationId: string): Promise<Fenced> => ({ station: await decide(stationId, { approval: "revoked" }), places: 3 })),
    fenceStation: vi.fn(async (stationId: string): Promise<Fenced> => ({ station: await decide(stationId, { epoch: 2 }), places: 3 })),
    resumeStation: vi.fn(() => {
      now = { ...now, copied: false };
      return Promise.resolve();
    }),
  };
}
