/** What other folders may use of the seat map. */
export { default as CategoryMark } from "./CategoryMark.svelte";
export { default as SeatMap } from "./SeatMap.svelte";
export { categoryLooks, type CategoryLook } from "./palette";
export type { SeatMap as SeatMapController, SeatMapCanvas } from "./seatMap";
export * from "./types";
