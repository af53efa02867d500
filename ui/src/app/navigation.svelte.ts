/** Which screen the window shows. There are no addresses: a station has no use for a link or a history. */

export const screens = ["setup", "signIn", "soldBefore", "events", "boxOffice", "gate", "orders", "cloud"] as const;

export type Screen = (typeof screens)[number];

/** The screens that work on an event; without one they have nothing to show. */
export type WorkingScreen = Extract<Screen, "boxOffice" | "gate">;

const remembered = "wicket.mode";

function works(screen: string | null): screen is WorkingScreen {
  return screen === "boxOffice" || screen === "gate";
}

function readWork(): WorkingScreen {
  try {
    const stored = localStorage.getItem(remembered);
    return works(stored) ? stored : "boxOffice";
  } catch {
    return "boxOffice";
  }
}

let current = $state<Screen>("signIn");
let work = $state<WorkingScreen>(readWork());
let sought = $state<string>();

export const navigation = {
  get screen(): Screen {
    return current;
  },
  /** What this window did last, or is to do once an event is chosen. */
  get work(): WorkingScreen {
    return work;
  },
  go(to: Screen): void {
    current = to;
    if (works(to)) {
      navigation.workAs(to);
    }
  },
  /** Goes to the orders, to find this one there. */
  find(code: string): void {
    sought = code;
    navigation.go("orders");
  },
  /** What the orders are to find; absent once they have it. */
  get sought(): string | undefined {
    return sought;
  },
  found(): void {
    sought = undefined;
  },
  /** Says what comes next without going there. */
  workAs(next: WorkingScreen): void {
    work = next;
    try {
      localStorage.setItem(remembered, next);
    } catch {
      // Without storage it lasts until the window closes.
    }
  },
};
