export { containsWords, fold } from "./fold";
export { decimals, decimalString, formatMoney, minorFrom, moneyParts, type Amount } from "./money";
export { formatWhen, zoneName, type Moment, type WhenStyle } from "./when";
