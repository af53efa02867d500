// @vitest-environment happy-dom
import { beforeAll, describe, expect, test } from "vitest";
import { WicketError } from "../../backend";
import type { CloudStatus, Register, StationLine } from "../../backend/bindings";
import { language } from "../../i18n/index.svelte";
import { approvalChip, inOrder, kindsFor, ownWords, standingOf, type Standing } from "./stations";
import { Stations } from "./stations.svelte";
import { firstTab } from "./tabs";
import { commandsOf, line, office, own } from "./testing";

beforeAll(() => {
  language.choose("en");
});

const shown = (stations: Stations): (string | undefined)[] | undefined => stations.lines?.map((one) => `${one.stationId} ${one.approval}`);

describe("how this station stands", () => {
  test.each<[Standing, Partial<Register>]>([
    ["desk", {}],
    ["noDesk", { kind: "till" }],
    ["waiting", { approval: "pending" }],
    ["firstDesk", { approval: "pending", kind: "till", founded: false }],
    ["shutOut", { approval: "revoked" }],
    ["copied", { copied: true, approval: "revoked" }],
    ["unheard", { approval: null, founded: false }],
  ])("%s", (standing, more) => {
    expect(standingOf({ ...own, ...more })).toBe(standing);
  });

  test.each<Exclude<Standing, "desk">>(["firstDesk", "waiting", "noDesk", "copied", "shutOut", "unheard"])("%s is said in words", (standing) => {
    const { title, text } = ownWords(standing);
    expect([title.length > 0, text.endsWith(".")]).toEqual([true, true]);
  });
});

test("those that wait stand on top, then those let in, then those shut out; each by name", () => {
  const stations = [line("Old gate", "revoked"), line("Window 10", "approved"), line("Window 2", "approved"), line("Office", "approved"), line("North gate", "pending"), line("East gate", "pending")];
  expect(inOrder(stations).map((one) => one.name)).toEqual(["East gate", "North gate", "Office", "Window 2", "Window 10", "Old gate"]);
});

test("a state has a sign and a word of its own", () => {
  expect((["pending", "approved", "revoked"] as const).map(approvalChip)).toEqual([
    { kind: "ask", text: "Waiting" },
    { kind: "go", text: "Let in" },
    { kind: "stop", text: "Shut out" },
  ]);
});

test("a station can be let in as what it says itself, also where nobody is offered that", () => {
  expect(kindsFor("gate")).toEqual(["till", "gate", "desk"]);
  expect(kindsFor("kiosk")).toEqual(["till", "gate", "desk", "kiosk"]);
});

describe("the screen opens", () => {
  const status = { trouble: null, deadLetters: 0, conflicts: 0 } as CloudStatus;

  test.each(["pending", "copied", "shutOut"] as const)("with the stations for a supervisor while the trouble is %s", (trouble) => {
    expect([firstTab({ ...status, trouble, deadLetters: 2 }, true), firstTab({ ...status, trouble }, false)]).toEqual(["stations", "queue"]);
  });

  test("with what is wrong otherwise", () => {
    const seen = [undefined, status, { ...status, conflicts: 1 }, { ...status, conflicts: 1, deadLetters: 1 }, { ...status, trouble: "fenced" as const }];
    expect(seen.map((one) => firstTab(one, true))).toEqual(["queue", "queue", "conflicts", "queue", "queue"]);
  });
});

describe("at a desk", () => {
  test("the stations are listed, and the first one that waits is open", async () => {
    const stations = new Stations(commandsOf(own, office, line("gate", "pending")));
    expect([stations.lines, stations.register]).toEqual([undefined, undefined]);
    await stations.load();
    expect([shown(stations), stations.opened?.stationId, stations.register]).toEqual([["gate pending", "office approved"], "gate", own]);
  });

  test("one is let in as what was chosen, with one request, and stays in sight", async () => {
    const commands = commandsOf(own, office, line("gate", "pending"), line("window", "pending"));
    const stations = new Stations(commands);
    await stations.load();
    const gate = line("gate", "pending");
    const first = stations.approve(gate, "gate");
    expect(stations.busy).toBe("approve");
    await Promise.all([first, stations.approve(gate, "gate"), stations.revoke(office)]);
    expect([commands.approveStation.mock.calls, commands.revokeStation.mock.calls.length]).toEqual([[["gate", "gate"]], 0]);
    expect([shown(stations), stations.opened, stations.busy]).toEqual([["window pending", "gate approved", "office approved"], line("gate", "approved", { kind: "gate" }), undefined]);
  });

  test("a station that comes before the open one does not take its place under the hand", async () => {
    const commands = commandsOf(own, office, line("window", "pending"));
    const stations = new Stations(commands);
    await stations.load();
    commands.stations.mockResolvedValueOnce([line("a stranger", "pending"), line("window", "pending"), office]);
    await stations.load();
    expect([stations.lines?.[0]?.stationId, stations.opened?.stationId]).toEqual(["a stranger", "window"]);
    commands.stations.mockResolvedValueOnce([office]);
    await stations.load();
    expect(stations.opened?.stationId).toBe("office");
  });

  test("one is shut out", async () => {
    const commands = commandsOf(own, office, line("window", "approved"));
    const stations = new Stations(commands);
    await stations.load();
    await stations.revoke(line("window", "approved"));
    expect([commands.revokeStation.mock.calls, shown(stations), stations.opened?.stationId]).toEqual([[["window"]], ["office approved", "window revoked"], "window"]);
  });

  test("its places are taken back, with one request, and it stays let in", async () => {
    const commands = commandsOf(own, office, line("window", "approved"));
    const stations = new Stations(commands);
    await stations.load();
    const first = stations.fence(line("window", "approved"));
    expect(stations.busy).toBe("fence");
    await Promise.all([first, stations.fence(line("window", "approved")), stations.revoke(line("window", "approved"))]);
    expect([commands.fenceStation.mock.calls, commands.revokeStation.mock.calls.length]).toEqual([[["window"]], 0]);
    expect([stations.opened, stations.busy, stations.backOnSale]).toEqual([line("window", "approved", { epoch: 2 }), undefined, 3]);
  });

  test.each(["fence", "revoke"] as const)("how many places are on sale again after %s is said until another station is opened", async (what) => {
    const stations = new Stations(commandsOf(own, office, line("window", "approved")));
    await stations.load();
    await stations[what](line("window", "approved"));
    await stations.load();
    expect(stations.backOnSale).toBe(3);
    stations.open("office");
    expect(stations.backOnSale).toBeUndefined();
    stations.open("window");
    expect(stations.backOnSale).toBeUndefined();
  });

  test("the next decision takes that away before it is made", async () => {
    const commands = commandsOf(own, office, line("window", "approved"));
    const stations = new Stations(commands);
    await stations.load();
    await stations.fence(line("window", "approved"));
    commands.revokeStation.mockRejectedValueOnce(new WicketError("cloud", "The cloud cannot be reached."));
    const next = stations.revoke(line("window", "approved"));
    expect(stations.backOnSale).toBeUndefined();
    await next;
    expect([stations.backOnSale, stations.notDone]).toEqual([undefined, "The cloud cannot be reached."]);
  });

  test("that is said beside no other station, when the open one is gone from the list", async () => {
    const commands = commandsOf(own, office, line("window", "approved"));
    const stations = new Stations(commands);
    await stations.load();
    await stations.fence(line("window", "approved"));
    commands.stations.mockResolvedValueOnce([office]);
    await stations.load();
    expect([stations.opened?.stationId, stations.backOnSale]).toEqual(["office", undefined]);
  });

  test("why a station was not let in is said, until another one is opened", async () => {
    const commands = commandsOf(own, office, line("gate", "pending"));
    commands.approveStation.mockRejectedValueOnce(new WicketError("cloud", "The cloud cannot be reached."));
    const stations = new Stations(commands);
    await stations.load();
    await stations.approve(line("gate", "pending"), "gate");
    expect([stations.notDone, stations.busy, shown(stations)]).toEqual(["The cloud cannot be reached.", undefined, ["gate pending", "office approved"]]);
    stations.open("office");
    expect(stations.notDone).toBeUndefined();
  });

  test("a list that cannot be read again stays, and that is said", async () => {
    const commands = commandsOf(own, office);
    commands.stations.mockRejectedValueOnce(new WicketError("cloud", "No answer from the network."));
    const stations = new Stations(commands);
    await stations.load();
    expect([stations.lines, stations.trouble]).toEqual([undefined, "No answer from the network."]);
    await stations.load();
    expect([shown(stations), stations.trouble]).toEqual([["office approved"], undefined]);
    commands.stations.mockRejectedValueOnce(new WicketError("cloud", "No answer from the network."));
    await stations.load();
    expect([shown(stations), stations.trouble]).toEqual([["office approved"], "No answer from the network."]);
  });

  test("a list that was asked for before a decision is not shown after it", async () => {
    const commands = commandsOf(own, office, line("gate", "pending"));
    const stations = new Stations(commands);
    await stations.load();
    let answer: (lines: StationLine[]) => void = () => undefined;
    commands.stations.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const late = stations.load();
    await stations.approve(line("gate", "pending"), "gate");
    answer([line("gate", "pending"), office]);
    await late;
    expect(shown(stations)).toEqual(["gate approved", "office approved"]);
  });
});

describe("anywhere else", () => {
  test.each<[string, Partial<Register>]>([
    ["let in, but no desk", { kind: "gate" }],
    ["waiting", { approval: "pending" }],
    ["shut out", { approval: "revoked" }],
    ["a copy", { copied: true }],
  ])("nobody asks for the list: %s", async (_, more) => {
    const commands = commandsOf({ ...own, ...more }, office);
    const stations = new Stations(commands);
    await stations.load();
    expect([commands.stations.mock.calls.length, stations.lines, stations.trouble, stations.register?.fingerprint]).toEqual([0, undefined, undefined, "4F2A 91C0 77B1"]);
  });

  test("the first desk lets itself in as one, and then has the list", async () => {
    const alone: Register = { ...own, approval: "pending", kind: "till", founded: false };
    const commands = commandsOf(alone, line("office", "pending"));
    const stations = new Stations(commands);
    await stations.load();
    await Promise.all([stations.found(alone), stations.found(alone)]);
    expect([commands.approveStation.mock.calls, shown(stations)]).toEqual([[["office", "desk"]], ["office approved"]]);
  });

  test("a copy goes on once somebody has said so", async () => {
    const commands = commandsOf({ ...own, copied: true }, office);
    const stations = new Stations(commands);
    await stations.load();
    await Promise.all([stations.resume(), stations.resume()]);
    expect([commands.resumeStation.mock.calls.length, stations.register?.copied, shown(stations)]).toEqual([1, false, ["office approved"]]);
  });

  test("why it could not go on is said", async () => {
    const commands = commandsOf({ ...own, copied: true });
    commands.resumeStation.mockRejectedValueOnce(new WicketError("cloud", "The cloud cannot be reached."));
    const stations = new Stations(commands);
    await stations.load();
    await stations.resume();
    expect([stations.notDone, stations.busy, stations.register?.copied]).toEqual(["The cloud cannot be reached.", undefined, true]);
  });
});
