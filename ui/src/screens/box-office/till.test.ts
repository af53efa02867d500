// @vitest-environment happy-dom
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as commands from "../../backend/commands";
import type { PrintView, Receipt } from "../../backend/bindings";
import { freshTill, till } from "../../app/till.svelte";
import { toasts } from "../../components";
import { language } from "../../i18n/index.svelte";
import { startKeys } from "../../keys/index.svelte";
import { listenForScans } from "../../scanner/listen";
import { Desk } from "./desk.svelte";
import Harness from "./Harness.test.svelte";
import { FakeStation } from "./testing";

vi.mock("../../backend/commands", () => ({
  printers: vi.fn(() => Promise.resolve([{ name: "Boca", isDefault: true, hold: null }])),
  printTickets: vi.fn(),
  saveTickets: vi.fn(),
}));

let station: FakeStation;
let desk: Desk;
let shown: Record<string, unknown> | undefined;
let stopKeys = (): void => undefined;

beforeEach(async () => {
  vi.useFakeTimers();
  stopKeys = startKeys();
  language.choose("en");
  station = new FakeStation();
  desk = new Desk("event", { commands: station, slip: station.slip, tell: vi.fn(), ownsAll: () => true, now: () => 0 });
  await desk.load();
});

afterEach(async () => {
  await unmount(shown ?? {});
  shown = undefined;
  toasts.shown.forEach((toast) => {
    toasts.dismiss(toast.id);
  });
  stopKeys();
  document.body.replaceChildren();
  vi.useRealTimers();
});

function show(receipt?: Receipt, onnext?: () => void): void {
  shown = mount(Harness, { target: document.body, props: { desk, receipt, onnext } });
  flushSync();
}

function find<Found extends HTMLElement = HTMLElement>(id: string): Found {
  const found = document.querySelector<Found>(`[data-testid="${id}"]`);
  if (found === null) {
    throw new Error(`nothing is called ${id}`);
  }
  return found;
}

const text = (id: string): string => find(id).textContent.trim();

function press(name: string): void {
  const ctrlKey = name.startsWith("Control+");
  const key = ctrlKey ? name.slice("Control+".length) : name;
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true }));
  flushSync();
}

async function settled(): Promise<void> {
  await desk.basket.serial.run(() => Promise.resolve());
  await vi.advanceTimersByTimeAsync(0);
  flushSync();
}

describe("cart and cash", () => {
  beforeEach(async () => {
    show();
    desk.basket.pick(0);
    desk.basket.pick(1);
    await settled();
  });

  test("the button carries the amount, and Enter goes on", () => {
    expect(text("pay")).toBe("Take $59.80");
    expect(document.querySelectorAll('[data-testid="cart-line"]').length).toBe(2);
    press("Enter");
    expect(desk.step).toBe("payment");
  });

  test("with nothing in the cart Enter does nothing", async () => {
    find("cart-clear").click();
    await settled();
    expect(find<HTMLButtonElement>("pay").disabled).toBe(true);
    press("Enter");
    expect(desk.step).toBe("cart");
  });

  test("the button says what is missing, and Enter sells nothing until it is there", async () => {
    press("Enter");
    expect(text("confirm-sale")).toBe("$59.80 missing");
    for (const key of ["5", "0", "0", "0"]) {
      press(key);
    }
    expect(text("confirm-sale")).toBe("$9.80 missing");
    press("Enter");
    await settled();
    expect(station.sell).not.toHaveBeenCalled();
    press("0");
    expect(text("change-due")).toBe("$440.20");
    press("Enter");
    press("Enter");
    await settled();
    expect(station.sell).toHaveBeenCalledTimes(1);
    expect(desk.step).toBe("done");
  });

  test("a card scanned over the cart or the cash opens no payment, counts for no cash and sells nothing", async () => {
    stopKeys();
    const stopScans = listenForScans(() => undefined);
    stopKeys = startKeys();
    let at = performance.now();
    const scan = async (code: string): Promise<void> => {
      for (const key of [...code, "Enter"]) {
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
        Object.defineProperty(event, "timeStamp", { value: (at += 4) });
        document.body.dispatchEvent(event);
        flushSync();
      }
      await vi.advanceTimersByTimeAsync(1000);
      at += 1000;
      flushSync();
    };
    await scan("4006381333931");
    expect(desk.step).toBe("cart");
    press("Enter");
    await scan("4006381333931");
    expect([desk.step, desk.received, station.sell.mock.calls.length]).toEqual(["payment", 0, 0]);
    stopScans();
  });

  test("the exact amount and the next notes are one press away", () => {
    press("Enter");
    find("cash-exact").click();
    flushSync();
    expect(text("change-due")).toBe("$0.00");
    expect([...document.querySelectorAll('[data-testid="quick-amount"]')].map((button) => button.textContent.trim())).toEqual(["$60.00", "$100.00"]);
    press("F7");
    expect(text("change-due")).toBe("$0.20");
  });

  test("Escape goes back to the cart as it was", () => {
    press("Enter");
    press("Escape");
    expect(desk.step).toBe("cart");
    expect(text("cart-total")).toBe("$59.80");
  });

  test("standing places count by one, up to what is left", () => {
    for (let presses = 0; presses < 5; presses += 1) {
      find("standing-plus").click();
      flushSync();
    }
    expect(text("standing-count")).toBe("3");
    expect(find<HTMLButtonElement>("standing-plus").disabled).toBe(true);
    expect(text("cart-total")).toBe("$89.80");
  });
});

describe("after the sale", () => {
  const onnext = vi.fn();

  beforeEach(async () => {
    vi.clearAllMocks();
    const sold = station.sold({ eventId: "event", cartId: null, seats: ["A-1"], standing: [], cash: { minor: 5000, currency: "USD" }, holder: null, contact: null, fanClubId: null });
    show(sold.outcome === "sold" ? sold.receipt : undefined, onnext);
    await vi.advanceTimersByTimeAsync(700);
    flushSync();
  });

  const click = async (id: string): Promise<void> => {
    find(id).click();
    await vi.advanceTimersByTimeAsync(0);
    flushSync();
  };

  test("shows the change once more, the code, and that nothing is printed", () => {
    expect(text("change-due")).toBe("$20.10");
    expect(text("order-code")).toBe("CODE0");
    expect(find("print-state").dataset["state"]).toBe("none");
    expect(find("print-state").textContent).toContain("Boca");
  });

  test("saved tickets say where, and the next customer comes by themselves", async () => {
    vi.mocked(commands.saveTickets).mockResolvedValue({ path: "/tickets/CODE0.pdf" });
    await click("save-pdf");
    expect(text("saved-path")).toBe("/tickets/CODE0.pdf");
    await vi.advanceTimersByTimeAsync(7000);
    expect(onnext).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(onnext).toHaveBeenCalledTimes(1);
    expect(toasts.shown).toEqual([]);
  });

  test("any key keeps it", async () => {
    vi.mocked(commands.printTickets).mockResolvedValue({ outcome: "sent", printer: "Boca" });
    await click("print");
    press("a");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onnext).not.toHaveBeenCalled();
  });

  test("a printer that stopped keeps it, says why, and is asked once more, which is no second printing", async () => {
    vi.mocked(commands.printTickets).mockResolvedValueOnce({ outcome: "notPrinted", message: "Out of paper. Put a new roll in." });
    expect(text("print")).toBe("Print");
    await click("print");
    expect(text("print")).toBe("Print");
    expect(find("print-state").textContent).toContain("Out of paper. Put a new roll in.");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onnext).not.toHaveBeenCalled();
    vi.mocked(commands.printTickets).mockResolvedValueOnce({ outcome: "sent", printer: "Boca" });
    await click("print");
    expect(find("print-state").dataset["state"]).toBe("sent");
    expect(text("print")).toBe("Print again");
  });

  test("Enter prints first, and the next Enter is the next customer", async () => {
    vi.mocked(commands.printTickets).mockResolvedValue({ outcome: "sent", printer: "Boca" });
    press("Enter");
    await vi.advanceTimersByTimeAsync(0);
    flushSync();
    expect([vi.mocked(commands.printTickets).mock.calls.length, onnext.mock.calls.length]).toEqual([1, 0]);
    press("Enter");
    expect([vi.mocked(commands.printTickets).mock.calls.length, onnext.mock.calls.length]).toEqual([1, 1]);
    expect(toasts.shown).toEqual([]);
  });

  test("the next customer may come first; what was not printed is still said, until it is", async () => {
    press("Control+Enter");
    expect(onnext).toHaveBeenCalledTimes(1);
    expect(toasts.shown.map((toast) => toast.text)).toEqual(["Order CODE0 is paid and not printed."]);
    expect(toasts.shown[0]?.over?.()).toBe(false);
    vi.mocked(commands.printTickets).mockResolvedValueOnce({ outcome: "held", printer: "Boca", hold: { cause: "noPaper", stopped: false, words: "" }, waiting: false });
    toasts.shown[0]?.action?.run();
    await vi.advanceTimersByTimeAsync(0);
    expect(toasts.shown.map((toast) => toast.text)).toEqual(["Order CODE0 is paid and not printed.", "Boca has no paper. Put some in. Then press Print."]);
    vi.mocked(commands.printTickets).mockResolvedValueOnce({ outcome: "sent", printer: "Boca" });
    toasts.shown[0]?.action?.run();
    await vi.advanceTimersByTimeAsync(0);
    expect(toasts.shown.map((toast) => toast.over?.() === true)).toEqual([true, true, false]);
  });
});

describe("a till that prints by itself", () => {
  const sale = (): Receipt => {
    const sold = station.sold({ eventId: "event", cartId: null, seats: ["A-1"], standing: [], cash: { minor: 5000, currency: "USD" }, holder: "Ada", contact: null, fanClubId: null });
    if (sold.outcome !== "sold") {
      throw new Error("not sold");
    }
    return { ...sold.receipt, orderId: "by-itself" };
  };

  beforeEach(() => {
    vi.clearAllMocks();
    till.take({ ...freshTill, autoPrint: true, printer: "Boca" });
  });

  afterEach(() => {
    till.take(freshTill);
  });

  test("does so as soon as it is sold, and says so only when that went wrong after the next customer came", async () => {
    let answer = (_: PrintView): void => undefined;
    vi.mocked(commands.printTickets).mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const onnext = vi.fn();
    show(sale(), onnext);
    await vi.advanceTimersByTimeAsync(700);
    flushSync();
    expect(vi.mocked(commands.printTickets).mock.calls.map((call) => call[2])).toEqual(["Boca"]);
    press("Enter");
    expect([onnext.mock.calls.length, toasts.shown.length]).toEqual([1, 0]);
    answer({ outcome: "held", printer: "Boca", hold: { cause: "jammed", stopped: false, words: "" }, waiting: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(toasts.shown.map((toast) => toast.text)).toEqual(["Order CODE0 is paid and not printed."]);
  });

  test("prints nothing where there is no printer, and says so", async () => {
    vi.mocked(commands.printers).mockResolvedValueOnce([]);
    show(sale());
    await vi.advanceTimersByTimeAsync(700);
    flushSync();
    expect(commands.printTickets).not.toHaveBeenCalled();
    expect(find("print-state").textContent).toContain("No printer is set up on this computer.");
  });

  test("the name on the tickets stands beside the code", () => {
    show(sale());
    expect(text("done-holder")).toBe("Ada");
  });
});

test("the name on the tickets is read once more before the money is taken", async () => {
  show();
  desk.basket.pick(0);
  desk.basket.name("  Grace Hopper ");
  await settled();
  desk.pay();
  flushSync();
  expect(text("paying-holder")).toBe("Grace Hopper");
});

test("a quick amount sells at once where the till is set up so", async () => {
  till.take({ ...freshTill, quickSale: true });
  show();
  desk.basket.pick(0);
  await settled();
  desk.pay();
  flushSync();
  press("F7");
  await settled();
  expect([desk.step, desk.receipt?.change.minor]).toEqual(["done", 10]);
  till.take(freshTill);
});

test("the key that sold does not also pass over the change", async () => {
  const onnext = vi.fn();
  vi.clearAllMocks();
  const sold = station.sold({ eventId: "event", cartId: null, seats: ["A-1"], standing: [], cash: { minor: 5000, currency: "USD" }, holder: null, contact: null, fanClubId: null });
  show(sold.outcome === "sold" ? sold.receipt : undefined, onnext);
  press("Enter");
  press("Control+Enter");
  expect([onnext.mock.calls.length, vi.mocked(commands.printTickets).mock.calls.length]).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(700);
  flushSync();
  press("Control+Enter");
  expect(onnext).toHaveBeenCalledTimes(1);
});
