// Tells what the page shows. Runs in the window after each step; arguments[0] is how many verdicts were read before.
const now = () => Math.round(performance.now());

// Notes each verdict from the moment it is drawn, because one may be gone before the next look.
if (window.wicketMonkey === undefined) {
  const notes = (window.wicketMonkey = { errors: [], verdicts: [] });
  window.addEventListener("error", (event) => notes.errors.push(String(event.message)));
  window.addEventListener("unhandledrejection", (event) => notes.errors.push(String(event.reason?.message ?? event.reason)));
  const open = new Map();
  const read = () => {
    const there = new Set(document.querySelectorAll('[data-testid="verdict"]'));
    for (const node of there) {
      const { verdict, reason, scan } = node.dataset;
      const text = node.textContent.replace(/\s+/g, " ").trim();
      const known = open.get(node);
      if (known?.text === text && known.verdict === verdict && known.reason === reason) {
        known.to = now();
      } else {
        const note = { verdict, reason, scan, text, from: now(), to: now() };
        notes.verdicts.push(note);
        open.set(node, note);
      }
    }
    for (const node of [...open.keys()]) {
      if (!there.has(node)) open.delete(node);
    }
  };
  new MutationObserver(read).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true });
  setInterval(read, 50);
  notes.read = read;
}
const notes = window.wicketMonkey;
notes.read();

const all = (css, root = document) => [...root.querySelectorAll(css)];
const one = (css, root = document) => root.querySelector(css);
const id = (name, root = document) => one(`[data-testid="${name}"]`, root);
const text = (node) => (node === null || node === undefined ? null : node.innerText.replace(/\s+/g, " ").trim());
const pressable = (node) => node !== null && node !== undefined && !node.disabled && node.getAttribute("aria-disabled") !== "true";
const button = (node) => (node === null ? null : { text: text(node), enabled: pressable(node) });

const pages = [
  ["setup", "setup-name"],
  ["soldBefore", "sold-before"],
  ["signIn", "sign-in"],
  ["notice", "notice-read"],
  ["fault", "start-retry"],
  ["events", "event-card"],
  ["gate", "gate-count"],
  ["orders", "orders-search"],
  ["cloud", "cloud-headline"],
];
const payment = one("#pay-title") !== null;
const done = id("order-code") !== null && id("next-customer") !== null;
const map = one('canvas[data-testid="seat-map"], [data-testid="seat-map"] canvas')?.seatMap;
let page = payment || done || map !== undefined ? "boxOffice" : (pages.find(([, mark]) => id(mark) !== null)?.[0] ?? null);
// A station without a cloud has a Cloud page that only explains; it is the one page without a mark.
if (page === null && one("header button.event") !== null && one(".counter") === null && document.body.innerText.length > 200) page = "cloud";
const step = page !== "boxOffice" ? null : done ? "done" : payment ? "payment" : "cart";

const lines = all('[data-testid="cart-line"]').map((line) => {
  const parts = line.innerText.split("\n").map((part) => part.trim()).filter((part) => part !== "");
  return { label: text(one(".label", line)) ?? parts[0] ?? "", detail: text(one(".detail", line)) ?? "", price: text(one(".figures:last-of-type", line)) ?? "" };
});
const standing = all('[data-testid="standing-count"]').map((count) => ({
  area: count.closest('[role="group"]')?.getAttribute("aria-label") ?? "",
  count: text(count),
  more: pressable(id("standing-plus", count.closest('[role="group"]'))),
}));
const count = id("gate-count");
const dialog = all('[role="dialog"]').find((node) => node.querySelector(".dialog-title") !== null);
const body = document.body;

return {
  page,
  step,
  event: text(one("header button.event .name")),
  held: one('nav button[disabled]') !== null,
  heading: text(one(".cart h2, .tickets h2")),
  lines,
  total: text(id("cart-total")),
  pay: button(id("pay")),
  confirm: button(id("confirm-sale")),
  standing,
  holder: id("holder")?.value ?? null,
  due: text(one(".due .figures")),
  received: text(one(".number-pad output")),
  change: text(id("change-due")),
  quick: all('[data-testid="quick-amount"]').map(text),
  before: one("section.before") !== null,
  code: done ? text(id("order-code")) : null,
  sums: done ? all(".sums .figures").map(text) : [],
  print: id("print-state")?.dataset.state ?? null,
  printable: pressable(id("print")),
  soldBefore: all('[data-testid="sold-before"]').map((sale) => sale.dataset.code),
  drawn: map?.drawn ?? null,
  dialog: dialog === undefined ? null : text(one(".dialog-title", dialog)),
  waiting: one(".spinner") !== null,
  menu: one(".station-menu") !== null,
  toasts: all("section > ul > li").filter((toast) => one(".dismiss", toast) !== null).map((toast) => ({ text: text(one("p", toast)), action: text(one(".action", toast)) })),
  verdictNow: all('[data-testid="verdict"]').length,
  admittedNow: all('[data-testid="verdict"][data-verdict="admitted"]').length,
  fault: text(id("gate-fault")),
  verdicts: notes.verdicts.slice(arguments[0]),
  inside: count?.dataset.inside ?? null,
  sold: count?.dataset.sold ?? null,
  scans: all('[data-testid="last-scan"]').length,
  cards: all('[data-testid="event-card"]').map((card) => card.dataset.eventName),
  search: id("orders-search")?.value ?? null,
  rows: all('[data-testid="order-row"]').map((row) => row.dataset.code),
  detail: text(one('[data-testid="order-detail"] h2')),
  tickets: all('[data-testid="order-ticket"]').length,
  focused: document.activeElement?.closest("button, [role=radio], [role=option], tr[tabindex], canvas") !== null,
  typing: document.activeElement?.matches("input, textarea") === true,
  text: body.innerText,
  errors: notes.errors,
};
