/** Which screen the window shows. There are no addresses: a station has no use for a link or a history. */

export const screens = ["setup", "signIn", "events", "boxOffice", "gate", "orders"] as const;

export type Screen = (typeof screens)[number];

let current = $state<Screen>("signIn");

export const navigation = {
  get screen(): Screen {
    return current;
  },
  go(to: Screen): void {
    current = to;
  },
};
