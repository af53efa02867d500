import { expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import type { StaffMember } from "../../backend/bindings";
import { pinFault } from "./pin";
import { Wizard } from "./wizard.svelte";

const ada: StaffMember = { staffId: "s1", name: "Ada", role: "supervisor" };

function atPerson(setUp = vi.fn().mockResolvedValue(ada)): Wizard {
  const wizard = new Wizard(setUp);
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
  const wizard = new Wizard(vi.fn());
  wizard.station = "   ";
  expect(wizard.next("station")).toBe("station");
  expect(wizard.fault).toEqual({ at: "station", why: "missing" });
  expect(wizard.step).toBe("station");
  wizard.typed();
  expect(wizard.fault).toBeUndefined();
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
  const wizard = new Wizard(setUp);
  Object.assign(wizard, { station: " Window 1 ", supervisor: " Ada ", pin: "4711", again: "4711", sample: false });
  const [first, second] = await Promise.all([wizard.finish(), wizard.finish()]);
  expect([first, second]).toEqual([ada, undefined]);
  expect(setUp.mock.calls).toEqual([["Window 1", "Ada", "4711", false]]);
  expect(wizard.busy).toBe(false);
});

test("what the station says when it cannot be set up is shown, and trying again is possible", async () => {
  const setUp = vi.fn().mockRejectedValueOnce(new WicketError("storage", "The disk is full. Make room.")).mockResolvedValueOnce(ada);
  const wizard = atPerson(setUp);
  await expect(wizard.finish()).resolves.toBeUndefined();
  expect(wizard.trouble).toBe("The disk is full. Make room.");
  await expect(wizard.finish()).resolves.toEqual(ada);
  expect(wizard.trouble).toBeUndefined();
});
