/** A gate that nobody stands at: answers the gate's commands as the address asks for. */

import type { GateEvent, GateOrder, GateTicket, Refusal, ScanLine, Verdict } from "../../backend/bindings";

export const zone = "America/Los_Angeles";
const now = Date.now();
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

const holders = ["Ada Okafor", "Jürgen Müller-Lüdenscheidt", "Mei Tanaka", null, "Zoë Ramirez"];
const seats = ["Stalls B-14", "Balcony North F-103", "Standing area", "Stalls C-2", "Wheelchair places R-4"];

let number = 0;

export function verdictOf(reason: Refusal | null, wished: URLSearchParams): Verdict {
  number += 1;
  const known = reason !== "not_a_ticket" && reason !== "unknown_issuer" && reason !== "bad_signature" && reason !== "key_revoked";
  // Of several tickets each is another one.
  const several = wished.get("scan")?.includes(",") === true;
  const pick = (Number(wished.get("pick") ?? 0) + (several ? number : 0)) % seats.length;
  return {
    offline: wished.has("offline"),
    otherKeyboard: wished.has("keyboard"),
    scanId: `0198-${number}`,
    at: ago(0),
    verdict: reason === null ? "admitted" : "refused",
    reason,
    ticket: known
      ? {
          ticketId: `01980000-0000-7000-8000-00000000000${String(pick)}`,
          event: reason === "other_event" ? "Stand-Up Comedy Night" : "Summer Music Festival",
          timeZone: zone,
          code: "F7KQ2MX",
          holder: holders[pick] ?? null,
          label: seats[pick] ?? null,
          category: pick === 2 ? "Standing area" : "Category 1",
        }
      : null,
    firstAdmission: reason === "already_admitted" ? { at: ago(Number(wished.get("ago") ?? 1500)), gate: wished.has("nogate") ? null : "North gate", station: "Window 1" } : reason === null ? { at: ago(0), gate: "North gate", station: "Window 1" } : null,
    validFrom: reason === "not_yet_valid" ? ago(-5400) : null,
    validUntil: reason === "no_longer_valid" ? ago(90_000) : null,
    gates: reason === "wrong_gate" ? ["South gate", "West gate"] : [],
    byHand: false,
    outOfHours: null,
    undoUntil: reason === null ? ago(-30) : null,
  };
}

function lines(wished: URLSearchParams): ScanLine[] {
  const reasons: (Refusal | null)[] = [null, null, "already_admitted", null, "not_a_ticket"];
  return wished.has("empty") ? [] : reasons.map((reason, index) => ({ ...verdictOf(reason, new URLSearchParams(`pick=${String(index)}`)), gate: "North gate", at: ago(12 + index * 41), undoneAt: null, annuls: null }));
}

function found(query: string): GateOrder[] {
  const ticket = (label: string, reason: Refusal | null): GateTicket => ({
    ticket: { ...verdictOf(null, new URLSearchParams()).ticket!, ticketId: label, label },
    seatId: null,
    reason,
    firstAdmission: reason === "already_admitted" ? { at: ago(1500), gate: "North gate", station: "Window 1" } : null,
    validFrom: reason === "not_yet_valid" ? ago(-5400) : null,
    validUntil: null,
    gates: [],
  });
  const order = (code: string, event: string, tickets: GateTicket[]): GateOrder => ({
    code, holder: "Ada Okafor", eventId: event, event: event === "e1" ? "Summer Music Festival" : "Stand-Up Comedy Night", startsAt: ago(-86_400), timeZone: zone, tickets,
  });
  const first = order("F7KQ2MX", "e1", [ticket("Stalls B-14", "already_admitted"), ticket("Stalls B-15", null), ticket("Stalls B-16", null)]);
  return /^[a-z]{2,6}$/i.test(query) ? [first, order("H3PW9TD", "e2", [ticket("Balcony North F-103", "other_event")])] : [first];
}

/** Brightness of a hand holding a phone, or near enough to judge the outline by. */
function frame(): { bytes: ArrayBuffer; corners: [number, number][] } {
  const [width, height] = [640, 360];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) {
    throw new Error("no canvas");
  }
  const light = context.createLinearGradient(0, 0, width, height);
  light.addColorStop(0, "#444");
  light.addColorStop(1, "#999");
  context.fillStyle = light;
  context.fillRect(0, 0, width, height);
  context.translate(360, 180);
  context.rotate(0.12);
  context.fillStyle = "#f2f2f2";
  context.fillRect(-105, -105, 210, 210);
  context.fillStyle = "#181818";
  const cell = 180 / 41;
  for (let y = 0; y < 41; y += 1) {
    for (let x = 0; x < 41; x += 1) {
      const finder = [[0, 0], [34, 0], [0, 34]].find(([fx = 0, fy = 0]) => x >= fx && x < fx + 7 && y >= fy && y < fy + 7);
      const ring = finder && Math.max(Math.abs(x - (finder[0] ?? 0) - 3), Math.abs(y - (finder[1] ?? 0) - 3));
      if (ring === undefined ? (x * 7 + y * 13 + x * y) % 5 < 2 : ring !== 2) {
        context.fillRect(-90 + x * cell, -90 + y * cell, cell + 0.3, cell + 0.3);
      }
    }
  }
  const matrix = context.getTransform();
  const corners = [[-90, -90], [90, -90], [90, 90], [-90, 90]].map(([x, y]): [number, number] => {
    const point = matrix.transformPoint(new DOMPoint(x, y));
    return [point.x * 2, point.y * 2];
  });
  const rgba = context.getImageData(0, 0, width, height).data;
  const bytes = new ArrayBuffer(16 + width * height);
  const head = new DataView(bytes);
  head.setUint32(0, width, true);
  head.setUint32(4, height, true);
  const luma = new Uint8Array(bytes, 16);
  luma.forEach((_, at) => (luma[at] = rgba[at * 4] ?? 0));
  return { bytes, corners };
}

export function pretendGate(wished: URLSearchParams): (command: string, args: unknown) => unknown {
  const camera = wished.get("camera") ?? "streaming";
  let pictures = 0n;
  let picture: ReturnType<typeof frame> | undefined;
  const fault = { code: wished.get("code") ?? "storage", message: "The file is full." };

  function open(hear: (event: GateEvent) => void): void {
    if (camera === "refused") {
      throw { code: "camera", message: "The camera could not be started." };
    }
    if (camera === "opening") {
      return;
    }
    if (camera !== "streaming") {
      hear({ kind: "camera", camera: { state: "lost", camera: "", reason: camera } });
      return;
    }
    hear({ kind: "camera", camera: { state: "streaming", camera: "Logitech BRIO Ultra HD Webcam", width: 1280, height: 720 } });
    setInterval(() => {
      hear({ kind: "looked", width: 1280, height: 720, outlines: picture && !wished.has("nocode") ? [picture.corners as never] : [] });
    }, 100);
  }

  return (command, args) => {
    const given = args as Record<string, unknown>;
    switch (command) {
      case "gate_count":
        return wished.has("empty") ? { admitted: 0, sold: 0, lastMinute: 0 } : { admitted: 1204, sold: 3310, lastMinute: 18 };
      case "recent_scans":
        return lines(wished);
      case "cameras":
        return [{ id: "0", name: "Logitech BRIO Ultra HD Webcam" }, { id: "1", name: "Integrated Camera" }];
      case "open_camera":
        open((given["channel"] as { onmessage: (event: GateEvent) => void }).onmessage);
        return undefined;
      case "preview":
        picture ??= frame();
        pictures += 1n;
        new DataView(picture.bytes).setBigUint64(8, pictures, true);
        return new Promise((resolve) => setTimeout(() => { resolve(picture?.bytes); }, 66));
      case "admit": {
        const text = String((given["request"] as { text: string }).text);
        if (text.includes("fault")) {
          throw fault;
        }
        return verdictOf(!text.startsWith("WK1:") ? (text.trim() as Refusal) : null, wished);
      }
      case "orders_at_gate":
        return wished.has("nobody") ? [] : found(String(given["query"]));
      case "admit_by_hand":
        return verdictOf(null, wished);
      case "let_in":
        return { ...verdictOf(null, wished), outOfHours: "not_yet_valid" };
      case "undo_admission":
        return { outcome: "undone", scanId: String(given["scanId"]), at: ago(0), ticket: null };
      default:
        return undefined;
    }
  };
}
