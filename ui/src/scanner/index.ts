export { startScanner, useScans } from "./hear";
export { retractEvent } from "./listen";
