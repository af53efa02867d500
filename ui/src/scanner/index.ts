export { listenForScans, retractEvent } from "./listen";
export { pace, wedge, type Ruling, type Stroke, type Wedge } from "./wedge";
