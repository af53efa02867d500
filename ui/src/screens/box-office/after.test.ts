// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import { Countdown } from "./countdown.svelte";
import { paperOf, rememberedPaper, rememberPaper } from "./paper";
import { Printing, type PrintCommands } from "./printing.svelte";

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

  beforeEach(() => {
    vi.resetAllMocks();
    printing = new Printing(commands, "order");
  });

  test("goes to the system's printer", async () => {
    commands.printTickets.mockResolvedValue({ outcome: "sent", printer: "Boca" });
    await printing.print("80mm");
    expect(commands.printTickets).toHaveBeenCalledWith("order", "80mm", null);
    expect([printing.state, printing.out]).toEqual([{ kind: "sent", printer: "Boca" }, true]);
  });

  test("goes to the only printer there is when none is the system's", async () => {
    commands.printers.mockResolvedValue([{ name: "Zebra", isDefault: false }]);
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

  test("chosen last is remembered", () => {
    localStorage.clear();
    expect(rememberedPaper("de-DE")).toBe("a4");
    rememberPaper("80mm");
    expect(rememberedPaper("de-DE")).toBe("80mm");
    localStorage.setItem("wicket.paper", "papyrus");
    expect(rememberedPaper("de-DE")).toBe("a4");
  });
});
