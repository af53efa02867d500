// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { WicketError } from "../backend";
import type { EventSummary, Notice, Start, StaffMember, UnfinishedSale } from "../backend/bindings";
import { navigation } from "./navigation.svelte";
import { session } from "./session.svelte";
import { StartUp } from "./startUp.svelte";
import { freshTill, till } from "./till.svelte";
import { unfinished } from "./unfinished.svelte";

const ada: StaffMember = { staffId: "s1", name: "Ada", role: "supervisor" };
const cleo: StaffMember = { staffId: "s3", name: "Cleo", role: "steward" };
const gala = { eventId: "e1", name: "Gala", startsAt: "2026-11-20T19:00:00Z", currency: "USD", venue: { name: "Arena", address: null, timeZone: "UTC" } } as EventSummary;
const notice: Notice = { noticeNo: 7, code: "damaged_file_set_aside", detail: "/data/old.db", at: "2026-11-20T19:00:00Z" };
const running: Start = { station: { stationId: "st", name: "Window 1", kind: "till" }, staff: [ada], signedIn: null, notices: [] };

function windowAt(first: Start | Error, events: EventSummary[] = [gala], sold: UnfinishedSale[] = []) {
  const commands = {
    start: vi.fn(() => (first instanceof Error ? Promise.reject(first) : Promise.resolve(first))),
    readNotice: vi.fn(() => Promise.resolve()),
    events: vi.fn(() => Promise.resolve(events)),
    signOut: vi.fn(() => Promise.resolve()),
    unfinishedSales: vi.fn(() => Promise.resolve(sold)),
    tillSettings: vi.fn(() => Promise.resolve(freshTill)),
  };
  return { commands, startUp: new StartUp(commands) };
}

beforeEach(() => {
  localStorage.clear();
  session.signOut();
  session.forgetEvent();
  navigation.go("orders");
  navigation.workAs("boxOffice");
});

test("a new station is set up", async () => {
  const { startUp } = windowAt({ ...running, station: null, staff: [] });
  expect(startUp.phase.kind).toBe("waiting");
  await startUp.begin();
  expect([startUp.phase.kind, navigation.screen]).toEqual(["ready", "setup"]);
});

test("a station that is set up asks who is there", async () => {
  const { startUp } = windowAt(running);
  await startUp.begin();
  expect([navigation.screen, session.station?.name, session.roster]).toEqual(["signIn", "Window 1", [ada]]);
});

test("the window comes back to the event it worked on, and to what it did", async () => {
  localStorage.setItem("wicket.event", "e1");
  navigation.workAs("gate");
  const { startUp } = windowAt({ ...running, signedIn: ada });
  await startUp.begin();
  expect([navigation.screen, session.event?.name, session.staff?.name]).toEqual(["gate", "Gala", "Ada"]);
});

test("an event that is gone is chosen anew", async () => {
  localStorage.setItem("wicket.event", "e1");
  const { startUp } = windowAt({ ...running, signedIn: ada }, []);
  await startUp.begin();
  expect([navigation.screen, session.event]).toEqual(["events", undefined]);
});

test("a steward is brought to the gate, whatever was done before", async () => {
  localStorage.setItem("wicket.event", "e1");
  const { startUp } = windowAt(running);
  await startUp.begin();
  await startUp.enter(cleo);
  expect(navigation.screen).toBe("gate");
  expect([session.may("steward"), session.may("seller")]).toEqual([true, false]);
});

test("a file that cannot be used is said, and trying again can work", async () => {
  const { commands, startUp } = windowAt(new WicketError("newer_file", "The file belongs to Wicket 2."));
  await startUp.begin();
  expect(startUp.phase).toEqual({ kind: "fault", code: "newer_file", message: "The file belongs to Wicket 2." });
  commands.start.mockResolvedValueOnce(running);
  await startUp.begin();
  expect([startUp.phase.kind, startUp.retrying]).toEqual(["ready", false]);
});

test("a notice stays until the station knows that it was read", async () => {
  const { commands, startUp } = windowAt({ ...running, notices: [notice] });
  await startUp.begin();
  commands.readNotice.mockRejectedValueOnce(new WicketError("storage", ""));
  await expect(startUp.read(notice)).rejects.toThrow();
  expect(startUp.notices).toEqual([notice]);
  await startUp.read(notice);
  expect([startUp.notices, commands.readNotice.mock.calls]).toEqual([[], [[7], [7]]]);
});

test("signing out lets the screen go before it signs out", async () => {
  const order: string[] = [];
  const { commands, startUp } = windowAt({ ...running, signedIn: ada });
  await startUp.begin();
  commands.signOut.mockImplementation(() => Promise.resolve(void order.push("signed out")));
  await startUp.leave(() => Promise.resolve(void order.push(`screen is ${navigation.screen}, staff ${session.staff?.name ?? "gone"}`)));
  expect(order).toEqual(["screen is signIn, staff Ada", "signed out"]);
  expect(session.staff).toBeUndefined();
});

const left = (orderId: string): UnfinishedSale => ({ event: "Gala", timeZone: "UTC", soldAt: "2026-11-20T18:00:00Z", soldBy: "Ada", receipt: { orderId } as UnfinishedSale["receipt"] });

test("what was sold before the restart comes first, and then what the window did", async () => {
  localStorage.setItem("wicket.event", "e1");
  const { startUp } = windowAt({ ...running, signedIn: ada }, [gala], [left("o2"), left("o1")]);
  await startUp.begin();
  expect([navigation.screen, unfinished.sales.length, unfinished.restarted]).toEqual(["soldBefore", 2, true]);
  unfinished.finished("o2");
  expect([navigation.screen, unfinished.sales.length]).toEqual(["soldBefore", 1]);
  unfinished.finished("o1");
  expect(navigation.screen).toBe("boxOffice");
});

test("a sale left by one person is shown to the next, and no restart is spoken of", async () => {
  const { startUp } = windowAt({ ...running, signedIn: null }, [gala], [left("o1")]);
  await startUp.begin();
  await startUp.enter(cleo);
  unfinished.later();
  expect(navigation.screen).toBe("events");
  await startUp.enter(ada);
  expect([navigation.screen, unfinished.restarted]).toEqual(["soldBefore", false]);
});

test("the till is as the station's file says, also when the sales cannot be read", async () => {
  const { startUp, commands } = windowAt({ ...running, signedIn: ada });
  commands.tillSettings.mockResolvedValue({ ...freshTill, printer: "Boca" });
  commands.unfinishedSales.mockRejectedValue(new WicketError("storage", "The disk is full."));
  await startUp.begin();
  expect([navigation.screen, till.settings.printer]).toEqual(["events", "Boca"]);
});
