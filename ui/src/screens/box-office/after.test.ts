// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import * as station from "../../backend/commands";
import { freshTill, till } from "../../app/till.svelte";
import { Countdown } from "./countdown.svelte";
import { paperOf, rememberedPaper, rememberPaper } from "./paper";
import { isOut, Printing, type PrintCommands } from "./printing.svelte";
import { failureText, targetText } from "./printWords";

vi.mock("../../backend/commands", () => ({ setTillSettings: vi.fn() }));

describe("the countdown", () => {
  test("acts once, when its seconds are over", () => {
    const done = vi.fn();
    const countdown = new Countdown(done);
    countdown.start(2);
    countdown.tick();
    expect(countdown.left).toBe(1);
    countdown.tick();
    countdown.tick();
    expect(done).toHaveBeenCalledTimes(1);
    expect(countdown.left).toBeUndefined();
  });

  test("stopped by somebody does not begin again", () => {
    const done = vi.fn();
    const countdown = new Countdown(done);
    countdown.start(1);
    expect(countdown.stop()).toBe(true);
    countdown.start(1);
    countdown.tick();
    expect(done).not.toHaveBeenCalled();
  });

  test("a press before it ran stops nothing", () => {
    const done = vi.fn();
    const countdown = new Countdown(done);
    expect(countdown.stop()).toBe(false);
    countdown.start(1);
    countdown.tick();
    expect(done).toHaveBeenCalledTimes(1);
  });

  test("held back by a printer begins again with the next success", () => {
    const countdown = new Countdown(vi.fn());
    countdown.start(5);
    countdown.hold();
    expect(countdown.left).toBeUndefined();
    countdown.start(5);
    expect(countdown.left).toBe(5);
  });
});

describe("printing", () => {
  const commands = {
    printers: vi.fn<PrintCommands["printers"]>(),
    printTickets: vi.fn<PrintCommands["printTickets"]>(),
    saveTickets: vi.fn<PrintCommands["saveTickets"]>(),
  };
  let printing: Printing;
  let wanted: string | null;

  beforeEach(() => {
    vi.resetAllMocks();
    wanted = null;
    printing = new Printing(commands, "order", () => wanted);
  });

  test("goes to the system's printer", async () => {
    commands.printTickets.mockResolvedValue({ outcome: "sent", printer: "Boca" });
    await printing.print("80mm");
    expect(commands.printTickets).toHaveBeenCalledWith("order", "80mm", null);
    expect([printing.state, printing.out]).toEqual([{ kind: "sent", printer: "Boca" }, true]);
  });

  test("goes to the only printer there is when none is the system's", async () => {
    commands.printers.mockResolvedValue([{ name: "Zebra", isDefault: false, hold: null }]);
    commands.printTickets.mockResolvedValue({ outcome: "sent", printer: "Zebra" });
    await printing.findPrinters();
    await printing.print("a4");
    expect(commands.printTickets).toHaveBeenCalledWith("order", "a4", "Zebra");
  });

  test("that did not happen says why, and may be tried again", async () => {
    commands.printTickets.mockResolvedValueOnce({ outcome: "notPrinted", message: "Out of paper." });
    await printing.print("a4");
    expect([printing.state, printing.out]).toEqual([{ kind: "notDone", way: "print", code: "printer", message: "Out of paper." }, false]);
    commands.saveTickets.mockResolvedValue({ path: "/tickets/1.pdf" });
    await printing.save("a4");
    expect([printing.state, printing.out]).toEqual([{ kind: "saved", path: "/tickets/1.pdf" }, true]);
  });

  test("a fault while saving is said and loses nothing", async () => {
    commands.saveTickets.mockRejectedValue(new WicketError("storage", "The folder is read-only."));
    await printing.save("letter");
    expect([printing.state, printing.out]).toEqual([{ kind: "notDone", way: "save", code: "storage", message: "The folder is read-only." }, false]);
  });

  test("goes to the printer chosen for this till, which is missed when it is not there", async () => {
    wanted = "Boca";
    commands.printers.mockResolvedValue([{ name: "Office", isDefault: true, hold: null }, { name: "Boca", isDefault: false, hold: null }]);
    commands.printTickets.mockResolvedValue({ outcome: "sent", printer: "Boca" });
    await printing.findPrinters();
    expect([printing.target, printing.first]).toEqual([{ kind: "ready", printer: "Boca", isDefault: false }, true]);
    await printing.print("a4");
    expect(commands.printTickets).toHaveBeenCalledWith("order", "a4", "Boca");
    expect([printing.first, isOut("order")]).toEqual([false, true]);
    wanted = "Gone";
    expect([printing.target, targetText(printing.target).text]).toEqual([
      { kind: "lost", printer: "Gone" },
      "The printer Gone that was chosen for this till is not there. Connect it, or choose another one in the till’s settings.",
    ]);
  });

  test("is no first thing to do where there is no printer, and that is said before it is tried", async () => {
    expect(printing.target).toBeUndefined();
    commands.printers.mockResolvedValue([]);
    await printing.findPrinters();
    expect([printing.first, targetText(printing.target)]).toEqual([false, { text: "No printer is set up on this computer. Save the tickets as a file." }]);
    commands.printers.mockRejectedValue(new WicketError("printer", "This computer has no print command."));
    await printing.findPrinters();
    expect([printing.first, targetText(printing.target).detail]).toEqual([false, "This computer has no print command."]);
    commands.printers.mockResolvedValue(["A", "B"].map((name) => ({ name, isDefault: false, hold: null })));
    await printing.findPrinters();
    expect([printing.first, printing.target]).toEqual([false, { kind: "several" }]);
  });

  test("to a queue that is held is not printed, before and after it is pressed, and says what holds it", async () => {
    const hold = { cause: "noPaper", stopped: false, words: "" } as const;
    commands.printers.mockResolvedValue([{ name: "Boca", isDefault: true, hold }]);
    await printing.findPrinters();
    expect([printing.first, targetText(printing.target).text]).toEqual([true, "Boca has no paper. Put some in. If that is done, press Print."]);
    commands.printTickets.mockResolvedValueOnce({ outcome: "held", printer: "Boca", hold, waiting: false });
    await printing.print("a4");
    expect([printing.state.kind, printing.out, printing.sent]).toEqual(["held", false, false]);
    expect(failureText(printing.state)?.text).toBe("Boca has no paper. Put some in. Then press Print.");
    commands.printTickets.mockResolvedValueOnce({ outcome: "held", printer: "Boca", hold: { cause: "paused", stopped: true, words: "It broke." }, waiting: true });
    await printing.print("a4");
    expect(failureText(printing.state)).toEqual({ text: "Boca is paused. Resume it on this computer. The tickets come out then; do not print them a second time.", detail: "It broke." });
    commands.printers.mockResolvedValue([{ name: "Boca", isDefault: true, hold: { cause: "paused", stopped: true, words: "" } }]);
    await printing.findPrinters();
    expect(targetText(printing.target).text).toBe("Boca is paused. Resume it on this computer.");
  });

  test("pressed twice prints once", async () => {
    commands.printTickets.mockResolvedValue({ outcome: "sent", printer: "Boca" });
    await Promise.all([printing.print("a4"), printing.print("a4"), printing.save("a4")]);
    expect(commands.printTickets).toHaveBeenCalledTimes(1);
    expect(commands.saveTickets).not.toHaveBeenCalled();
  });
});

describe("the paper", () => {
  test.each([
    ["en-US", "letter"],
    ["en", "letter"],
    ["de-DE", "a4"],
    ["es-MX", "letter"],
    ["ja", "a4"],
  ])("of %s is %s", (locale, paper) => {
    expect(paperOf(locale)).toBe(paper);
  });

  test("chosen last is remembered by the station", () => {
    till.take(freshTill);
    const kept = vi.mocked(station.setTillSettings).mockResolvedValue();
    expect(rememberedPaper("de-DE")).toBe("a4");
    rememberPaper("80mm");
    expect([rememberedPaper("de-DE"), kept.mock.calls]).toEqual(["80mm", [[{ ...freshTill, paper: "80mm" }]]]);
    till.take({ ...freshTill, paper: "papyrus" });
    expect(rememberedPaper("de-DE")).toBe("a4");
  });
});
