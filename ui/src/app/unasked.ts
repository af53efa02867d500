/** A scan that no screen asked for: what it is, and the way to its order. Nothing is admitted by it. */

import * as commands from "../backend/commands";
import type { Toast } from "../components";
import { toasts } from "../components";
import { m } from "../i18n/index.svelte";
import { isOurs, isOursElsewhere, withoutMarks } from "../scanner";
import { navigation } from "./navigation.svelte";
import { saidBy } from "./said";
import { session } from "./session.svelte";
import { underway } from "./underway.svelte";

/** Characters of a foreign code that are shown. */
const shown = 40;
const seconds = 15;

/** Takes away what was said of the scan before. */
let dismiss = (): void => undefined;

function say(toast: Toast): void {
  dismiss();
  dismiss = toasts.show({ seconds, ...toast });
}

function openOrder(code: string): void {
  if (underway.pinned) {
    toasts.show({ kind: "ask", text: m.bar_held() });
  } else {
    navigation.find(code);
  }
}

export async function unaskedScan(text: string): Promise<void> {
  if (/^wkp2[:;]/i.test(withoutMarks(text))) {
    say({ kind: "info", text: m.scan_pairing() });
  } else if (!isOurs(text) && !isOursElsewhere(text)) {
    say({ kind: "ask", text: m.scan_foreign({ text: text.length > shown ? `${text.slice(0, shown)}…` : text }) });
  } else if (session.staff === undefined) {
    say({ kind: "ask", text: m.scan_signed_out() });
  } else {
    await sayTicket(text);
  }
}

async function sayTicket(text: string): Promise<void> {
  try {
    const [order] = await commands.findOrders(text);
    if (order === undefined) {
      say({ kind: "ask", text: m.scan_unknown() });
      return;
    }
    const { code } = order;
    const run = (): void => {
      openOrder(code);
    };
    say({ kind: "info", text: m.scan_ticket({ code }), action: { label: m.scan_open({ code }), run }, over: () => navigation.screen === "orders" });
  } catch (thrown) {
    say({ kind: "stop", text: saidBy(thrown) || m.scan_not_looked() });
  }
}
