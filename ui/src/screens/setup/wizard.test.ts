// @vitest-environment happy-dom
import { describe, expect, test, vi } from "vitest";
import { unprintableHint } from "../../app/unprintable";
import { WicketError } from "../../backend";
import type { StaffMember } from "../../backend/bindings";
import { Joining } from "../cloud/joining.svelte";
import { pinFault } from "./pin";
import { Wizard } from "./wizard.svelte";

const ada: StaffMember = { staffId: "s1", name: "Ada", role: "supervisor" };

const code = "WKP2:TICKETS.EXAMPLE.ORG/HOUSE";

function wizardOf(setUp = vi.fn().mockResolvedValue(ada), pair = vi.fn(() => Promise.resolve())): Wizard {
  const unprintable = (name: string): Promise<string[]> => Promise.resolve([...name].filter((letter) => letter > "\u3000"));
  return new Wizard({ setUp, unprintable }, new Joining({ pair, cancelPairing: () => Promise.resolve(), syncNow: () => Promise.resolve({} as never) }, () => Promise.resolve()));
}

function atPerson(setUp = vi.fn().mockResolvedValue(ada)): Wizard {
  const wizard = wizardOf(setUp);
  wizard.station = "Window 1";
  wizard.next();
  return wizard;
}

test.each([
  ["4711", undefined],
  ["123456789012", undefined],
  ["471", "short"],
  ["1234567890123", "short"],
  ["47a1", "short"],
  ["", "short"],
  ["7777", "easy"],
])("the PIN %s is %s", (pin, fault) => {
  expect(pinFault(pin)).toBe(fault);
});

test("a station without a name goes nowhere and says so", () => {
  const wizard = wizardOf();
  wizard.station = "   ";
  expect(wizard.next("station")).toBe("station");
  expect(wizard.fault).toEqual({ at: "station", why: "missing" });
  expect(wizard.step).toBe("station");
  wizard.typed();
  expect(wizard.fault).toBeUndefined();
});

test("letters of the name that tickets leave out are said while it is typed, and refuse nothing", async () => {
  const wizard = wizardOf();
  wizard.station = "窓口";
  const older = wizard.named();
  wizard.station = "窓 1";
  await wizard.named();
  await older;
  expect(wizard.unprintable).toEqual(["窓"]);
  expect(unprintableHint(wizard.unprintable)).toContain("窓");
  expect(wizard.next()).toBeUndefined();
  expect(wizard.step).toBe("person");
  expect(unprintableHint([])).toBeUndefined();
});

test("Enter leads through the fields without a complaint, then on", () => {
  const wizard = atPerson();
  wizard.supervisor = "Ada";
  expect([wizard.next("supervisor"), wizard.fault]).toEqual(["pin", undefined]);
  wizard.pin = "4711";
  expect([wizard.next("pin"), wizard.fault]).toEqual(["again", undefined]);
  wizard.again = "4711";
  expect(wizard.next("again")).toBeUndefined();
  expect(wizard.step).toBe("content");
});

test("the button, and Enter in the empty field itself, do complain", () => {
  const wizard = atPerson();
  wizard.next();
  expect(wizard.fault).toEqual({ at: "supervisor", why: "missing" });
  wizard.supervisor = "Ada";
  wizard.next("pin");
  expect(wizard.fault).toEqual({ at: "pin", why: "missing" });
});

test("a PIN that is too easy is refused at once, and two that differ empty the second", () => {
  const wizard = atPerson();
  wizard.supervisor = "Ada";
  wizard.pin = "1111";
  expect(wizard.next("pin")).toBe("pin");
  expect(wizard.fault).toEqual({ at: "pin", why: "easy" });
  wizard.pin = "4711";
  wizard.again = "4712";
  expect(wizard.next("again")).toBe("again");
  expect([wizard.fault, wizard.pin, wizard.again]).toEqual([{ at: "again", why: "differs" }, "4711", ""]);
});

test("going back keeps every answer", () => {
  const wizard = atPerson();
  wizard.supervisor = "Ada";
  wizard.back();
  expect([wizard.step, wizard.station, wizard.supervisor]).toEqual(["station", "Window 1", "Ada"]);
  wizard.back();
  expect(wizard.step).toBe("station");
});

test("finishing sets the station up once, with trimmed names", async () => {
  const setUp = vi.fn().mockResolvedValue(ada);
  const wizard = wizardOf(setUp);
  Object.assign(wizard, { station: " Window 1 ", supervisor: " Ada ", pin: "4711", again: "4711", content: "empty" });
  const [first, second] = await Promise.all([wizard.finish(), wizard.finish()]);
  expect([first, second]).toEqual([ada, undefined]);
  expect(setUp.mock.calls).toEqual([["Window 1", "till", "Ada", "4711", false]]);
  expect(wizard.busy).toBe(false);
});

test("a station is a till until somebody chooses, and going back keeps the choice", async () => {
  const setUp = vi.fn().mockResolvedValue(ada);
  const wizard = wizardOf(setUp);
  expect(wizard.kind).toBe("till");
  Object.assign(wizard, { station: "Office", kind: "desk" });
  wizard.next();
  wizard.back();
  expect(wizard.kind).toBe("desk");
  Object.assign(wizard, { supervisor: "Ada", pin: "4711", again: "4711", content: "empty" });
  await wizard.finish();
  expect(setUp.mock.calls).toEqual([["Office", "desk", "Ada", "4711", false]]);
});

test("what the station says when it cannot be set up is shown, and trying again is possible", async () => {
  const setUp = vi.fn().mockRejectedValueOnce(new WicketError("storage", "The disk is full. Make room.")).mockResolvedValueOnce(ada);
  const wizard = atPerson(setUp);
  await expect(wizard.finish()).resolves.toBeUndefined();
  expect(wizard.trouble).toBe("The disk is full. Make room.");
  await expect(wizard.finish()).resolves.toEqual(ada);
  expect(wizard.trouble).toBeUndefined();
});

describe("joining a cloud", () => {
  const answers = { station: "Window 2", supervisor: "Ada", pin: "4711", again: "4711", content: "join" };

  test("sets the station up without samples and pairs it", async () => {
    const [setUp, pair] = [vi.fn().mockResolvedValue(ada), vi.fn(() => Promise.resolve())];
    const wizard = Object.assign(wizardOf(setUp, pair), answers);
    wizard.joining.text = code;
    await expect(wizard.finish()).resolves.toEqual(ada);
    expect([setUp.mock.calls, pair.mock.calls]).toEqual([[["Window 2", "till", "Ada", "4711", false]], [[code]]]);
  });

  test("without a pairing code nothing is begun", async () => {
    const setUp = vi.fn().mockResolvedValue(ada);
    const wizard = Object.assign(wizardOf(setUp), answers);
    wizard.joining.text = "WKP2:";
    await expect(wizard.finish()).resolves.toBeUndefined();
    expect([setUp.mock.calls.length, wizard.joining.unreadable, wizard.mayGoOn]).toEqual([0, true, undefined]);
  });

  test("a station that could not join is set up once, may go on alone, or try again", async () => {
    const setUp = vi.fn().mockResolvedValue(ada);
    const pair = vi.fn().mockRejectedValueOnce(new WicketError("cloud", "No answer from the network.")).mockResolvedValue(undefined);
    const wizard = Object.assign(wizardOf(setUp, pair), answers);
    wizard.joining.text = code;
    await expect(wizard.finish()).resolves.toBeUndefined();
    expect([wizard.mayGoOn, wizard.joining.trouble, wizard.trouble, wizard.busy]).toEqual([ada, "No answer from the network.", undefined, false]);
    await expect(wizard.finish()).resolves.toEqual(ada);
    expect([setUp.mock.calls.length, pair.mock.calls.length]).toEqual([1, 2]);
  });
});
