/**
 * The backend's commands, typed. Each is one function here and one `#[tauri::command]` of the same name in the shell.
 * What cannot be done because of how things stand (a seat just taken, too little cash, a wrong PIN) is an answer;
 * what went wrong is thrown as a `WicketError`.
 */

import { Channel, invoke } from ".";
import type {
  BuyerCheck,
  CameraChoice,
  CartId,
  ClaimOutcome,
  CloudEvent,
  CloudSignIn,
  CloudStatus,
  ConflictLine,
  EventId,
  EventSummary,
  Fenced,
  GateCount,
  GateEvent,
  GateOrder,
  Hall,
  HandRequest,
  HoldOutcome,
  OrderId,
  OrderLine,
  OrderView,
  OutboxView,
  PairingView,
  PrinterChoice,
  PrintView,
  PublishProgress,
  Receipt,
  Register,
  SaleOutcome,
  SaleRequest,
  SavedFile,
  ScanId,
  ScanLine,
  ScanRequest,
  SeatId,
  SeatStates,
  SignIn,
  StaffId,
  StaffMember,
  Start,
  StationId,
  StationKind,
  StationLine,
  Suggestion,
  TillSettings,
  UndoOutcome,
  UnfinishedSale,
  Verdict,
} from "./bindings";

/** The paper a ticket is laid out for. */
export type Paper = "a4" | "letter" | "80mm";

export const start = (): Promise<Start> => invoke("start");
export const readNotice = (noticeNo: number): Promise<void> => invoke("read_notice", { noticeNo });

/** Signs the new supervisor in at once. */
export const setUp = (station: string, kind: StationKind, supervisor: string, pin: string, sample: boolean): Promise<StaffMember> =>
  invoke("set_up", { station, kind, supervisor, pin, sample });
/** The letters of a name that tickets leave out. */
export const unprintable = (text: string): Promise<string[]> => invoke("unprintable", { text });
export const signIn = (staffId: StaffId, pin: string): Promise<SignIn> => invoke("sign_in", { staffId, pin });
export const signOut = (): Promise<void> => invoke("sign_out");
/** Signs in with the organizer's account; `newPassword` when the account asked for one. */
export const cloudSignIn = (user: string, password: string, newPassword: string | null): Promise<CloudSignIn> =>
  invoke("cloud_sign_in", { user, password, newPassword });
/** Sets the PIN of whoever is signed in, for the next times. */
export const setPin = (pin: string): Promise<void> => invoke("set_pin", { pin });

export const events = (): Promise<EventSummary[]> => invoke("events");
/** Supervisors only. Gives how many were added or removed. */
export const addSample = (): Promise<number> => invoke("add_sample");
export const removeSample = (): Promise<number> => invoke("remove_sample");

export const hall = (eventId: EventId): Promise<Hall> => invoke("hall", { eventId });
/** Null when nothing was written to the file since `known` (a hold that only ran out is not a write). */
export const seatStates = (eventId: EventId, cartId: CartId | null, known: number | null): Promise<SeatStates | null> =>
  invoke("seat_states", { eventId, cartId, known });
/** `category` is an index into the hall's categories; null when no seat is free. */
export const bestSeats = (eventId: EventId, cartId: CartId, count: number, category: number | null): Promise<Suggestion | null> =>
  invoke("best_seats", { eventId, cartId, count, category });

export const openCart = (): Promise<CartId> => invoke("open_cart");
/** All of the seats or none; renews the time of those already held when they are named again. */
export const holdSeats = (eventId: EventId, cartId: CartId, seats: SeatId[]): Promise<HoldOutcome> =>
  invoke("hold_seats", { eventId, cartId, seats });
export const releaseSeat = (eventId: EventId, cartId: CartId, seat: SeatId): Promise<void> =>
  invoke("release_seat", { eventId, cartId, seat });
export const releaseCart = (cartId: CartId): Promise<void> => invoke("release_cart", { cartId });
/**
 * Makes a cart's places this station's own, before money is taken for them. All of them or none; a standalone station owns
 * them already.
 */
export const claimPlaces = (request: SaleRequest): Promise<ClaimOutcome> => invoke("claim_places", { request });
/** What of a buyer's name, contact and member's number the cloud would refuse. For as soon as it is typed. */
export const checkBuyer = (holder: string, contact: string, fanClubId: string): Promise<BuyerCheck> =>
  invoke("check_buyer", { holder, contact, fanClubId });
/** Selling the same cart again gives the same sale. */
export const sell = (request: SaleRequest): Promise<SaleOutcome> => invoke("sell", { request });
/** The sale that a cart became; null when it was not sold. For when the answer of {@link sell} was lost. */
export const saleOf = (cartId: CartId): Promise<Receipt | null> => invoke("sale_of", { cartId });

/** Sales that nobody has finished, newest first: neither printed, nor saved, nor dismissed. */
export const unfinishedSales = (): Promise<UnfinishedSale[]> => invoke("unfinished_sales");
/** The sale is not shown at the next start. Finishing it twice changes nothing. */
export const finishSale = (orderId: OrderId): Promise<void> => invoke("finish_sale", { orderId });

/** How the till of this station is set up, whoever asks. */
export const tillSettings = (): Promise<TillSettings> => invoke("till_settings");
export const setTillSettings = (settings: TillSettings): Promise<void> => invoke("set_till_settings", { settings });

/** Saves an order's tickets in the tickets folder of this station and counts it as printed. */
export const saveTickets = (orderId: OrderId, paper: Paper): Promise<SavedFile> => invoke("save_tickets", { orderId, paper });
export const printers = (): Promise<PrinterChoice[]> => invoke("printers");
/** `printer` null prints on the system's default one. */
export const printTickets = (orderId: OrderId, paper: Paper, printer: string | null): Promise<PrintView> =>
  invoke("print_tickets", { orderId, paper, printer });

/** By code, id, holder's name or seat; the newest ones for an empty text. */
export const findOrders = (query: string): Promise<OrderLine[]> => invoke("find_orders", { query });
export const order = (orderId: OrderId): Promise<OrderView> => invoke("order", { orderId });

export const admit = (request: ScanRequest): Promise<Verdict> => invoke("admit", { request });
/** Admits a ticket that was chosen from its order. */
export const admitByHand = (request: HandRequest): Promise<Verdict> => invoke("admit_by_hand", { request });
/** Lets in all the same whom the hour alone kept out (`not_yet_valid`, `no_longer_valid`); for a supervisor. */
export const letIn = (scanId: ScanId): Promise<Verdict> => invoke("let_in", { scanId });
/** Takes an admission back, until its `undoUntil`. */
export const undoAdmission = (scanId: ScanId): Promise<UndoOutcome> => invoke("undo_admission", { scanId });
/** The orders of a code, an id or a holder's name, whoever sold them, with what the gate would say of each ticket. */
export const ordersAtGate = (query: string, gate: string | null, eventId: EventId | null): Promise<GateOrder[]> =>
  invoke("orders_at_gate", { query, gate, eventId });
export const recentScans = (eventId: EventId | null, limit: number): Promise<ScanLine[]> =>
  invoke("recent_scans", { eventId, limit });
export const gateCount = (eventId: EventId): Promise<GateCount> => invoke("gate_count", { eventId });
export const cameras = (): Promise<CameraChoice[]> => invoke("cameras");

/** A picture of the camera, brightness only, for drawing: one byte a pixel. */
export interface PreviewPicture {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8ClampedArray;
}

/**
 * Opens a camera (null: the first one) for a gate. Codes are judged and recorded by the backend, without a detour through
 * the window; `hear` is told each verdict. The window shows pictures as fast as it can and skips the others.
 * Opening another one or {@link closeCamera} ends it.
 */
export function openCamera(
  cameraId: string | null,
  gate: string | null,
  eventId: EventId | null,
  hear: (event: GateEvent) => void,
): Promise<void> {
  const channel = new Channel<GateEvent>();
  channel.onmessage = hear;
  return invoke("open_camera", { cameraId, gate, eventId, channel });
}

/** Opens the first camera to read a code and nothing else: nothing is judged or recorded. `hear` is told each text. */
export function openReader(hear: (event: GateEvent) => void): Promise<void> {
  const channel = new Channel<GateEvent>();
  channel.onmessage = hear;
  return invoke("open_reader", { channel });
}

export const closeCamera = (): Promise<void> => invoke("close_camera");

/** The newest picture after `seen` (its own number; null at first), waiting a moment for one; null when there is none. */
export async function preview(seen: number | null): Promise<{ picture: PreviewPicture; number: number } | null> {
  const bytes = await invoke<ArrayBuffer>("preview", { seen });
  if (bytes.byteLength < 16) {
    return null;
  }
  const head = new DataView(bytes);
  const width = head.getUint32(0, true);
  const height = head.getUint32(4, true);
  const number = Number(head.getBigUint64(8, true));
  const luma = new Uint8ClampedArray(bytes, 16);
  return luma.length === width * height ? { picture: { width, height, luma }, number } : null;
}

export const cloudStatus = (): Promise<CloudStatus> => invoke("cloud_status");
/** Supervisors only. Joins the cloud that the code names. */
export const pair = (code: string): Promise<void> => invoke("pair", { code });

export const cancelPairing = (): Promise<void> => invoke("cancel_pairing");
/** Supervisors only. */
export const pairingView = (): Promise<PairingView> => invoke("pairing_view");
/** Sends and fetches now instead of at the next round. */
export const syncNow = (): Promise<CloudStatus> => invoke("sync_now");
export const outboxView = (): Promise<OutboxView> => invoke("outbox_view");
/** Supervisors only. A dead message waits again. */
export const retryMessage = (sequence: number): Promise<void> => invoke("retry_message", { sequence });
/** Supervisors only. Saves a message as a file in this station's folder. */
export const exportMessage = (sequence: number): Promise<SavedFile> => invoke("export_message", { sequence });
export const conflicts = (): Promise<ConflictLine[]> => invoke("conflicts");
/** Supervisors only. */
export const settleConflict = (eventId: EventId, conflictId: string): Promise<void> => invoke("settle_conflict", { eventId, conflictId });
/** How this station stands in the register of its venue. */
export const register = (): Promise<Register> => invoke("register");
/** Supervisors only, at an approved desk. Asks the cloud each time. */
export const stations = (): Promise<StationLine[]> => invoke("stations");
/** Supervisors only, at an approved desk; the first desk of a venue lets itself in. `kind` null: what the station says itself. */
export const approveStation = (stationId: StationId, kind: StationKind | null): Promise<StationLine> =>
  invoke("approve_station", { stationId, kind });
/** Supervisors only, at an approved desk. For good; its unsold places go back on sale. */
export const revokeStation = (stationId: StationId): Promise<Fenced> => invoke("revoke_station", { stationId });
/** Supervisors only, at an approved desk. Puts a station's unsold places back on sale. The station may go on later. */
export const fenceStation = (stationId: StationId): Promise<Fenced> => invoke("fence_station", { stationId });
/** Supervisors only. This file goes on as the station; another copy of it stops. */
export const resumeStation = (): Promise<void> => invoke("resume_station");
export const cloudEvents = (): Promise<CloudEvent[]> => invoke("cloud_events");
/** Supervisors only. Puts an event into the cloud; `hear` is told how far it is. */
export function publishEvent(eventId: EventId, hear: (progress: PublishProgress) => void): Promise<void> {
  const channel = new Channel<PublishProgress>();
  channel.onmessage = hear;
  return invoke("publish_event", { eventId, channel });
}
/** Supervisors only. Keeps seats for selling offline; gives how many could be had. */
export const allot = (eventId: EventId, count: number): Promise<number> => invoke("allot", { eventId, count });
/** Supervisors only. Lets go of what is kept and not sold; gives how many places. */
export const giveBack = (eventId: EventId): Promise<number> => invoke("give_back", { eventId });
