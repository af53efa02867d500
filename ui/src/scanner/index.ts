export { startScanner, useScans } from "./hear";
export { isOurs, isOursElsewhere, withoutMarks } from "./layout";
export { retractEvent } from "./listen";
