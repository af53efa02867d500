export { startScanner, useScans } from "./hear";
export { isOurs, isOursElsewhere } from "./layout";
export { retractEvent } from "./listen";
