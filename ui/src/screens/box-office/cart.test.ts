import { expect, test } from "vitest";
import { contactOf, emptyCart, saleRequest, suggestedIn, ticketCount, totalOf, withoutSeats, withSeats, withStanding } from "./cart";
import { offerOf, seatFacts, seatLabel } from "./offer";
import { bytesOf, lostIn, overlaid } from "./states";
import { smallHall } from "./testing";

const offer = offerOf(smallHall());

test("a seat has the name, category and price that its ticket will have", () => {
  expect(seatFacts(offer, 0)).toEqual({ seatId: "A-1", label: "Stalls A-1", category: "Gold", price: 2990 });
  expect(seatFacts(offer, 7)).toEqual({ seatId: "B-2", label: "Stalls B-2", category: "Silver", price: 2005 });
});

test("a label leaves out what the plan leaves out", () => {
  const plan = smallHall().plan;
  plan.zones = [{ name: "", x: 0, y: 0 }];
  expect(seatLabel(plan, 0)).toBe("A-1");
  plan.seats.row[0] = "";
  expect(seatLabel(plan, 0)).toBe("1");
});

test("the legend lists only what has seats", () => {
  expect(offer.categories.map(({ name, price }) => [name, price])).toEqual([["Gold", 2990], ["Silver", 2005]]);
});

test("the total is the exact sum of seats and standing places", () => {
  const cart = withStanding(withSeats(emptyCart, [0, 1, 6], false), "Floor", 2);
  expect(totalOf(cart, offer)).toBe(2990 + 2990 + 2005 + 2000);
  expect(ticketCount(cart)).toBe(5);
  expect(totalOf(emptyCart, offer)).toBe(0);
});

test("a seat is in the cart once, and a hand-picked one stays hand-picked", () => {
  const cart = withSeats(withSeats(emptyCart, [3], false), [3, 4], true);
  expect(cart.seats).toEqual([{ seat: 3, suggested: false }, { seat: 4, suggested: true }]);
  expect(suggestedIn(cart)).toEqual([4]);
  expect(withoutSeats(cart, [3, 4, 9]).seats).toEqual([]);
});

test("an area without places is not in the request, nor is a name of blanks", () => {
  const cart = { ...withStanding(withStanding(withSeats(emptyCart, [0], false), "Floor", 2), "Floor", 0), holder: "   " };
  expect(saleRequest(cart, offer, "cart", 5000)).toEqual({ eventId: "event", cartId: "cart", seats: ["A-1"], standing: [], cash: { minor: 5000, currency: "USD" }, holder: null, contact: null, fanClubId: null });
  expect(saleRequest({ ...cart, holder: " Ada " }, offer, "cart", 0).holder).toBe("Ada");
});

test("what the map shows follows the cart at once", () => {
  const base = bytesOf("0124");
  expect([...overlaid(base, [0])]).toEqual([4, 1, 2, 0]);
  expect([...base]).toEqual([0, 1, 2, 4]);
});

test("an unreadable state is not for sale", () => {
  expect([...bytesOf("0x9")]).toEqual([0, 3, 3]);
});

test("a hold that ran out is not lost while nobody else has the seat", () => {
  expect(lostIn(bytesOf("01234"), [0, 1, 2, 3, 4])).toEqual([1, 2, 3]);
});

test.each([
  ["", null],
  ["  ", null],
  [" ada@example.org ", { email: "ada@example.org" }],
  ["josé@bücher.example", { email: "josé@bücher.example" }],
  ["ada@example.org;", { email: "ada@example.org;" }],
  ["+49 (0)151/123-456 78", { phone: "+4915112345678" }],
  ["0049 151 1234567", { phone: "+491511234567" }],
  ["0151 1234567", { phone: "01511234567" }],
])("the contact %j is %j", (typed, contact) => {
  expect(contactOf(typed)).toEqual(contact);
});
