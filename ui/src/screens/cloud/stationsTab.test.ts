// @vitest-environment happy-dom
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import type { Fenced } from "../../backend/bindings";
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

test("taking back places is asked once more, and Enter leaves them to the station", async () => {
  const commands = commandsOf(own, office, line("window", "approved"));
  await show(commands);
  await press("station-row", 1);
  await press("station-fence");
  await enter();
  expect([commands.fenceStation.mock.calls.length, ...has("station-fence-sure", "station-fenced")]).toEqual([0, false, false]);
  await press("station-fence");
  await press("station-fence-keep");
  expect([commands.fenceStation.mock.calls.length, ...has("station-fence-sure", "station-fenced")]).toEqual([0, false, false]);
  await press("station-fence");
  await press("station-fence-sure");
  expect([commands.fenceStation.mock.calls, find("station-detail")?.dataset["approval"], ...has("station-fence-sure", "station-fence")]).toEqual([[["window"]], "approved", false, true]);
});

test.each([
  [0, "It had no unsold places."],
  [1, "1 place is on sale everywhere again."],
  [14, "14 places are on sale everywhere again."],
])("after %i places were taken back, that is said until another station is opened", async (places, words) => {
  const commands = commandsOf(own, office, line("window", "approved"));
  commands.fenceStation.mockResolvedValueOnce({ station: line("window", "approved", { epoch: 2 }), places });
  await show(commands);
  await press("station-row", 1);
  await press("station-fence");
  await press("station-fence-sure");
  expect(find("station-fenced")?.textContent).toBe(words);
  await press("station-row", 0);
  expect(has("station-detail", "station-fenced")).toEqual([true, false]);
});

test("shutting out says too how many places are on sale again", async () => {
  await show(commandsOf(own, office, line("window", "approved")));
  await press("station-row", 1);
  await press("station-revoke");
  expect(document.querySelector("[role=dialog]")?.textContent).toContain("its unsold places go back on sale");
  await press("station-revoke-sure");
  expect([find("station-fenced")?.textContent, ...has("station-fence", "station-revoke")]).toEqual(["3 places are on sale everywhere again.", false, false]);
});

test("why places were not taken back stands beside the button, which works again", async () => {
  const commands = commandsOf(own, office, line("window", "approved"));
  commands.fenceStation.mockRejectedValueOnce(new WicketError("cloud", "The cloud cannot be reached."));
  await show(commands);
  await press("station-row", 1);
  await press("station-fence");
  await press("station-fence-sure");
  expect([document.querySelector("[role=alert]")?.textContent, ...has("station-fenced")]).toEqual(["The cloud cannot be reached.", false]);
  await press("station-fence");
  await press("station-fence-sure");
  expect([commands.fenceStation.mock.calls.length, ...has("station-fenced")]).toEqual([2, true]);
  expect(document.querySelector("[role=alert]")).toBeNull();
});

test("while places are taken back, the station cannot be shut out", async () => {
  const commands = commandsOf(own, office, line("window", "approved"));
  let answer: (fenced: Fenced) => void = () => undefined;
  commands.fenceStation.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  await show(commands);
  await press("station-row", 1);
  await press("station-fence");
  await press("station-fence-sure");
  await press("station-fence");
  await press("station-revoke");
  expect(has("station-fence-sure", "station-revoke-sure")).toEqual([false, false]);
  answer({ station: line("window", "approved", { epoch: 2 }), places: 2 });
  await settled();
  await press("station-revoke");
  expect(has("station-fenced", "station-revoke-sure")).toEqual([true, true]);
});

test("what a station that is shut out still has is taken back without another question", async () => {
  const commands = commandsOf(own, office, line("window", "approved"));
  commands.revokeStation.mockImplementationOnce(async (stationId) => {
    await commands.revokeStation.getMockImplementation()?.(stationId);
    throw new WicketError("cloud", "Take them back once more.");
  });
  await show(commands);
  await press("station-row", 1);
  await press("station-revoke");
  await press("station-revoke-sure");
  expect([find("station-detail")?.dataset["approval"], document.querySelector("[role=alert]")?.textContent]).toEqual(["revoked", "Take them back once more."]);
  await press("station-reclaim");
  expect([commands.revokeStation.mock.calls, find("station-fenced")?.textContent]).toEqual([[["window"], ["window"]], "3 places are on sale everywhere again."]);
});

test("this station is never offered to be shut out", async () => {
  await show(commandsOf(own, office));
  expect(has("station-detail", "station-revoke", "station-fence", "station-approve")).toEqual([true, false, false, false]);
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
