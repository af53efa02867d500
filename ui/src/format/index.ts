export { containsWords, fold } from "./fold";
export { decimals, decimalString, formatMoney, minorFrom, moneyParts, type Amount } from "./money";
export { formatEventTime, formatHappened, formatHappenedBriefly, formatWhen, sameClock, stationZone, zoneName, type Moment, type Reader, type WhenStyle } from "./when";
