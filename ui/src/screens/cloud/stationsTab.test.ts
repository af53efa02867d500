// @vitest-environment happy-dom
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import { language } from "../../i18n/index.svelte";
import { startKeys } from "../../keys/index.svelte";
import { Stations } from "./stations.svelte";
import StationsTab from "./StationsTab.svelte";
import { commandsOf, line, office, own } from "./testing";

let shown: Record<string, unknown> | undefined;
let stopKeys = (): void => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  language.choose("en");
  stopKeys = startKeys();
});

afterEach(async () => {
  await unmount(shown ?? {});
  stopKeys();
  document.body.replaceChildren();
  vi.useRealTimers();
});

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(100);
  flushSync();
}

async function show(commands: ReturnType<typeof commandsOf>): Promise<void> {
  shown = mount(StationsTab, { target: document.body, props: { stations: new Stations(commands) } });
  await settled();
}

const find = (id: string): HTMLElement | null => document.querySelector(`[data-testid="${id}"]`);
const has = (...ids: string[]): boolean[] => ids.map((id) => find(id) !== null);

async function press(id: string, nth = 0): Promise<void> {
  document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)[nth]?.click();
  await settled();
}

async function enter(): Promise<void> {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  await settled();
}

test("Enter lets in the station that is open, as what it says itself", async () => {
  const commands = commandsOf(own, office, line("gate", "pending", { kind: "gate", fingerprint: "E8C4 19B7 03FA" }));
  await show(commands);
  expect([find("station-fingerprint")?.textContent, find("station-detail")?.dataset["approval"]]).toEqual(["E8C4 19B7 03FA", "pending"]);
  await enter();
  expect([commands.approveStation.mock.calls, find("station-detail")?.dataset["approval"]]).toEqual([[["gate", "gate"]], "approved"]);
});

test("a station is let in as what was chosen, also when the list is read again in between", async () => {
  const commands = commandsOf(own, office, line("gate", "pending", { kind: "kiosk" }));
  await show(commands);
  document.querySelector<HTMLElement>('.segmented-item[data-value="gate"]')?.click();
  await vi.advanceTimersByTimeAsync(5000);
  await press("station-approve");
  expect([commands.stations.mock.calls.length > 1, commands.approveStation.mock.calls]).toEqual([true, [["gate", "gate"]]]);
});

test("shutting out is asked once more, and Enter keeps the station", async () => {
  const commands = commandsOf(own, office, line("window", "approved"));
  await show(commands);
  await press("station-row", 1);
  await press("station-revoke");
  await enter();
  expect([commands.revokeStation.mock.calls.length, ...has("station-revoke-sure")]).toEqual([0, false]);
  await press("station-revoke");
  await press("station-revoke-sure");
  expect([commands.revokeStation.mock.calls, find("station-detail")?.dataset["approval"]]).toEqual([[["window"]], "revoked"]);
});

test("this station is never offered to be shut out", async () => {
  await show(commandsOf(own, office));
  expect(has("station-detail", "station-revoke", "station-approve")).toEqual([true, false, false]);
});

test("why a decision did not go through stands beside it", async () => {
  const commands = commandsOf(own, office, line("gate", "pending"));
  commands.approveStation.mockRejectedValueOnce(new WicketError("cloud", "The cloud cannot be reached."));
  await show(commands);
  await enter();
  expect([document.querySelector("[role=alert]")?.textContent, ...has("station-approve")]).toEqual(["The cloud cannot be reached.", true]);
});

test("a list that cannot be read says why, and can be read again", async () => {
  const commands = commandsOf(own, office);
  commands.stations.mockRejectedValueOnce(new WicketError("cloud", "No answer from the network."));
  await show(commands);
  expect(document.body.textContent).toContain("No answer from the network.");
  await enter();
  expect(has("station-detail")).toEqual([true]);
});

test("a station that waits shows its fingerprint and decides nothing", async () => {
  await show(commandsOf({ ...own, approval: "pending", kind: "till" }));
  expect([find("own-station")?.dataset["standing"], find("station-fingerprint")?.textContent]).toEqual(["waiting", "4F2A 91C0 77B1"]);
  expect(has("station-found", "station-resume", "station-row")).toEqual([false, false, false]);
});

test("the first desk makes itself one, and then has the list", async () => {
  const commands = commandsOf({ ...own, approval: "pending", kind: "till", founded: false }, line("office", "pending"));
  await show(commands);
  await enter();
  expect([commands.approveStation.mock.calls, ...has("station-row", "own-station")]).toEqual([[["office", "desk"]], true, false]);
});

test("a copy goes on only after it was asked once more", async () => {
  const commands = commandsOf({ ...own, copied: true }, office);
  await show(commands);
  await press("station-resume");
  await press("station-resume-not");
  expect(commands.resumeStation).not.toHaveBeenCalled();
  await press("station-resume");
  await press("station-resume-sure");
  expect([commands.resumeStation.mock.calls.length, ...has("own-station", "station-row")]).toEqual([1, false, true]);
});
