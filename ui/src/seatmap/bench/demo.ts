/** Shows a sample hall in the real component, for looking at: `?demo=arena&theme=dark&zoom=2&mine=3&focus=40`. */
import "@fontsource-variable/inter";
import "../../design/tokens.css";
import "../../design/base.css";
import { flushSync, mount } from "svelte";
import SeatMapView from "../SeatMap.svelte";
import type { SeatMap, SeatMapCanvas } from "../seatMap";
import { MINE } from "../types";
import { arena, bowl } from "./samples";

const STATE_WORDS = ["free", "held elsewhere", "sold", "blocked", "in this cart"];

export async function showDemo(query: URLSearchParams): Promise<void> {
  document.documentElement.dataset["theme"] = query.get("theme") ?? "light";
  const { plan, states } = query.get("demo") === "bowl" ? bowl() : arena();
  const near = Number(query.get("focus") ?? Math.floor(states.length / 2));
  const bytes = Uint8Array.from(states, (digit) => Number(digit));
  const mine: number[] = [];
  for (let seat = near; seat < states.length && mine.length < Number(query.get("mine") ?? 0); seat++) {
    if (bytes[seat] === 0) mine.push(seat);
  }
  for (const seat of mine) bytes[seat] = MINE;
  const { seats } = plan;
  document.body.style.height = "100vh";
  mount(SeatMapView, {
    target: document.body,
    props: {
      plan,
      states: bytes,
      mine,
      label: (seat: number) =>
        `Row ${seats.row[seat]}, seat ${seats.number[seat]}, ${plan.categories[seats.category[seat]!]!.name}, $299.00, ${STATE_WORDS[bytes[seat]!]}`,
      areaNote: () => "1,204 places left",
      words: { map: "Seat map", zoomIn: "Closer", zoomOut: "Further", showAll: "Whole hall" },
      onpick: (seat: number) => console.log("pick", seat),
      onarea: (area: number) => console.log("area", area),
    },
  });
  flushSync();
  await document.fonts.ready;
  const map = (document.querySelector("canvas") as SeatMapCanvas | null)?.seatMap as SeatMap;
  await map.settled();
  if (query.has("focus")) map.focusSeat(near);
  await map.settled();
  for (let step = 0; step < Math.abs(Number(query.get("zoom") ?? 0)); step++) {
    if (Number(query.get("zoom")) > 0) map.zoomIn();
    else map.zoomOut();
    await map.settled();
  }
  document.title = `DONE demo ${JSON.stringify(map.view)}`;
}
