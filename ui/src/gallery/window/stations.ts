/**
 * The venue's stations, as the pretended station's register has them. Wishes: `stations` desk (the default), first, waiting,
 * till, copied, shutOut, unheard; a `cloud` that stands for one of them (pending, copied, shutOut) goes before.
 */

import type { Fenced, Register, StationKind, StationLine, Trouble } from "../../backend/bindings";

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const own = "4F2A 91C0 77B1";

const standings: Readonly<Record<string, Partial<Register>>> = {
  first: { approval: "pending", founded: false, kind: "till" },
  waiting: { approval: "pending", kind: "till" },
  pending: { approval: "pending", kind: "till" },
  till: { kind: "till" },
  copied: { copied: true },
  shutOut: { approval: "revoked", kind: "till" },
  unheard: { approval: null, founded: false },
};

function listed(): StationLine[] {
  const line = (stationId: string, name: string, fingerprint: string, more: Partial<StationLine>): StationLine => ({
    stationId, name, kind: "till", approval: "approved", decidedBy: "Ada Okafor", epoch: 1, lastSeen: ago(30), software: "0.1.0", fingerprint, thisOne: false, ...more,
  });
  return [
    line("st", "Window 1", own, { kind: "desk", thisOne: true }),
    line("st2", "Window 2", "B03D 5E18 C9F4", {}),
    line("st10", "Window 10", "77A1 0C2E 4D90", { lastSeen: ago(90_000) }),
    line("gate1", "North gate", "E8C4 19B7 03FA", { kind: "gate" }),
    line("new1", "Gate laptop of the youth theater, east entrance", "0A5C D2E7 8B16", { kind: "gate", approval: "pending", decidedBy: null, lastSeen: ago(12) }),
    line("new2", "Foyer machine", "91F3 6A04 DD28", { kind: "kiosk", approval: "pending", decidedBy: null, lastSeen: ago(240) }),
    line("old1", "Window 3", "5D5D 20EE 61C7", { approval: "revoked", decidedBy: "Supervisor", epoch: 2, lastSeen: ago(700_000), software: "0.0.9" }),
  ];
}

export interface PretendStations {
  /** What the chip says of this station while it is barred. */
  readonly trouble: () => Trouble | undefined;
  readonly answers: Record<string, (args: Record<string, unknown>) => unknown>;
}

export function pretendStations(wished: URLSearchParams): PretendStations {
  const cloud = wished.get("cloud") ?? "";
  const wish = Object.hasOwn(standings, cloud) ? cloud : (wished.get("stations") ?? "");
  let register: Register = { stationId: "st", venue: "harbor-arena", kind: "desk", approval: "approved", founded: true, copied: false, fingerprint: own, ...standings[wish] };
  let lines = listed();
  const unsold = new Map([["st2", 14], ["gate1", 1]]);

  const decide = (args: Record<string, unknown>, change: Partial<StationLine>): StationLine | undefined => {
    lines = lines.map((line) => (line.stationId === args["stationId"] ? { ...line, ...change, decidedBy: "Ada Okafor" } : line));
    return lines.find((line) => line.stationId === args["stationId"]);
  };

  const takeBack = (args: Record<string, unknown>, station: StationLine | undefined): Fenced | undefined => {
    const stationId = String(args["stationId"]);
    const places = unsold.get(stationId) ?? 0;
    unsold.delete(stationId);
    return station && { station, places };
  };

  return {
    trouble: () => (register.copied ? "copied" : register.approval === "pending" ? "pending" : register.approval === "revoked" ? "shutOut" : undefined),
    answers: {
      register: () => register,
      stations: () => lines,
      approve_station: (args) => {
        const kind = args["kind"] as StationKind | null;
        if (args["stationId"] === register.stationId) {
          register = { ...register, approval: "approved", founded: true, kind: kind ?? register.kind };
        }
        return decide(args, { approval: "approved", ...(kind === null ? {} : { kind }) });
      },
      revoke_station: (args) => takeBack(args, decide(args, { approval: "revoked" })),
      fence_station: (args) => takeBack(args, decide(args, { epoch: 2 })),
      resume_station: () => {
        register = { ...register, copied: false };
      },
    },
  };
}
