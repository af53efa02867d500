//! The comparison: what the screen says, what the station holds, and what the monkey knows that it did.

use std::collections::{BTreeMap, BTreeSet};

use crate::eyes::{Look, VerdictShown, minor};
use crate::file::{EventRow, OrderRow, TicketRow, Truth, uuid};
use crate::house::label;
use crate::mind::{Cart, CartRule, Expect, Mind, OrderRule, Sale, ScanRule};
use crate::words::{left_behind, offers_cart_back};

/// Milliseconds that a verdict must stand to be read.
const READABLE: i64 = 700;

/// Digits of the seat map.
const MINE: char = '4';

/// Noise of the web engine that says nothing about the page.
const HARMLESS: &str = "ResizeObserver loop";

/// What differs, in sentences; and the mind as it is when nothing does.
pub(crate) fn compare(before: &Mind, expect: &Expect, look: &Look, truth: &Truth) -> (Vec<String>, Mind) {
    let mut check = Check { look, truth, expect, said: Vec::new(), mind: before.clone() };
    check.mind.event = expect.event.or(before.event);
    if expect.any_event {
        let shown = look.event.as_deref().and_then(|name| truth.event_called(name));
        if shown != before.event && !before.cart.is_empty() {
            let left = before.event_row(truth).map(|event| event.name.clone()).unwrap_or_default();
            check.mind.left_behind.push((left, before.cart.tickets()));
        }
        check.mind.event = shown.or(before.event);
    }
    check.page();
    check.orders(before);
    check.cart();
    check.receipt();
    check.scans(before);
    check.gate();
    check.order_list();
    check.toasts();
    (check.said, check.mind)
}

struct Check<'a> {
    look: &'a Look,
    truth: &'a Truth,
    expect: &'a Expect,
    said: Vec<String>,
    mind: Mind,
}

impl Check<'_> {
    fn differ(&mut self, words: String) {
        self.said.push(words);
    }

    /// The two must be the same.
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, screen: &T, station: &T) {
        if screen != station {
            self.differ(format!("{what}: the screen says {screen:?}, the station holds {station:?}"));
        }
    }

    fn page(&mut self) {
        let look = self.look;
        let Some(page) = look.page.as_deref() else {
            let start: String = look.text.chars().take(200).collect();
            return self.differ(format!("the window shows no page that the monkey knows: {start:?}"));
        };
        if page == "fault" {
            self.differ("the window shows a fault page".to_owned());
        }
        if !self.expect.pages.is_empty() && !self.expect.pages.contains(&page) {
            self.differ(format!("the page is {page}, expected was {}", self.expect.pages.join(" or ")));
        }
        let step = look.step.as_deref().unwrap_or_default();
        if page == "boxOffice" && !self.expect.steps.is_empty() && !self.expect.steps.contains(&step) {
            self.differ(format!(
                "the box office is at {step}, expected was {}",
                self.expect.steps.join(" or ")
            ));
        }
        let words = look.text.split(|sign: char| !sign.is_alphanumeric() && sign != '[');
        for word in words {
            if ["undefined", "NaN", "[object"].contains(&word) {
                self.differ(format!("{word:?} stands on the screen"));
            }
        }
        for error in look.errors.iter().filter(|error| !error.contains(HARMLESS)) {
            self.differ(format!("the page failed: {error}"));
        }
        if ["boxOffice", "gate"].contains(&page) {
            let name = self.mind.event_row(self.truth).map(|event| event.name.clone());
            self.same("the event", &look.event, &name);
        }
    }

    /// Orders come only from sales that somebody made, and never go.
    fn orders(&mut self, before: &Mind) {
        let there: BTreeSet<String> = self.truth.orders.iter().map(|order| order.code.clone()).collect();
        let gone: Vec<_> = before.orders.difference(&there).cloned().collect();
        if !gone.is_empty() {
            self.differ(format!("orders are gone from the file: {}", gone.join(", ")));
        }
        let fresh: Vec<&OrderRow> =
            self.truth.orders.iter().filter(|order| !before.orders.contains(&order.code)).collect();
        let codes = || fresh.iter().map(|order| order.code.as_str()).collect::<Vec<_>>().join(", ");
        match (&self.expect.order, fresh.as_slice()) {
            (OrderRule::None | OrderRule::Perhaps(_), []) => {}
            (OrderRule::Beside(count), fresh) if fresh.len() == *count => {}
            (OrderRule::Sold(sale) | OrderRule::Perhaps(sale), [order]) => {
                self.sold(sale, order);
                self.mind.unfinished = Some(order.code.clone());
            }
            (OrderRule::Sold(sale), []) => {
                self.differ(format!(
                    "{} was sold in the window, and the file has no order of it",
                    sale.cart.words()
                ));
            }
            (rule, _) => {
                let wanted = match rule {
                    OrderRule::None => 0,
                    OrderRule::Beside(count) => *count,
                    OrderRule::Sold(_) | OrderRule::Perhaps(_) => 1,
                };
                self.differ(format!("{wanted} sales were made, the file has new orders: {}", codes()));
            }
        }
        self.mind.orders = there;
        if self.expect.finishes {
            self.mind.unfinished = None;
        }
        if let Some(code) = self.mind.unfinished.clone() {
            let printed = self.truth.order(&code).is_some_and(|order| order.printed > 0);
            if printed || self.mind.reminded.contains(&code) {
                self.mind.unfinished = None;
            } else if self.expect.reminds && !self.look.text.contains(&code) {
                self.differ(format!(
                    "order {code} was sold in this window, neither printed nor put aside, and after the restart the \
                     screen does not name it"
                ));
            }
        }
    }

    /// The order in the file is the sale that was asked for.
    fn sold(&mut self, sale: &Sale, order: &OrderRow) {
        let Some(event) = self.truth.events.get(&sale.event) else { return };
        let total = sale.cart.total(event);
        let made = cart_of(order, event);
        let asked = Cart { holder: sale.cart.holder.trim().to_owned(), ..sale.cart.clone() };
        if order.event != sale.event {
            self.differ(format!("order {} is for another event", order.code));
        }
        if made != asked {
            self.differ(format!("order {} holds {}, sold was {}", order.code, made.words(), asked.words()));
        }
        if (order.total, order.received, order.change) != (total, sale.received, sale.received - total) {
            self.differ(format!(
                "order {} says total {}, received {}, change {}; the sale was {total}, {}, {}",
                order.code,
                order.total,
                order.received,
                order.change,
                sale.received,
                sale.received - total
            ));
        }
    }

    fn cart(&mut self) {
        let look = self.look;
        let on_screen = look.is("boxOffice") && !look.at("done") && !look.before;
        let expected = match &self.expect.cart {
            CartRule::Exactly(cart) => cart.clone(),
            CartRule::Adopt | CartRule::Suggested | CartRule::Fresh if on_screen => {
                Cart::shown(look, &self.mind.cart.holder)
            }
            CartRule::Fresh => Cart::default(),
            CartRule::Same | CartRule::Adopt | CartRule::Suggested => self.mind.cart.clone(),
        };
        if on_screen {
            let shown = Cart::shown(look, &expected.holder);
            if shown != expected {
                self.differ(format!(
                    "the cart on the screen is {}, it should be {}",
                    shown.words(),
                    expected.words()
                ));
            }
        }
        if look.at("done") && !expected.is_empty() {
            self.differ(format!(
                "a sale is shown as made, and the cart should still hold {}",
                expected.words()
            ));
        }
        self.mind.cart = expected;
        if on_screen {
            self.sums();
        }
        self.holds();
        self.map();
    }

    /// Every amount on the screen follows from the cart and the file's prices.
    fn sums(&mut self) {
        let look = self.look;
        let Some(event) = self.mind.event_row(self.truth) else { return };
        let cart = self.mind.cart.clone();
        let due = cart.total(event);
        for line in &look.lines {
            let one = Cart {
                seats: cart.seats.iter().filter(|seat| label(seat) == line.label).cloned().collect(),
                standing: cart
                    .standing
                    .iter()
                    .filter(|(area, _)| **area == line.label)
                    .map(|(a, n)| (a.clone(), *n))
                    .collect(),
                holder: String::new(),
            };
            self.same(&format!("the price of {}", line.label), &minor(&line.price), &Some(one.total(event)));
        }
        self.same("the total", &look.total.as_deref().and_then(minor), &Some(due));
        if cart.tickets() > 0 {
            let heading = look.heading.as_deref().and_then(minor);
            self.same("the number of tickets", &heading, &Some(i64::from(cart.tickets())));
        } else if look.heading.as_deref().and_then(minor).is_some() {
            self.differ(format!("the cart is empty, its heading says {:?}", look.heading));
        }
        if look.at("cart") {
            let pay = look.pay.as_ref();
            let amount = pay.and_then(|pay| pay.text.as_deref()).and_then(minor);
            self.same("the button that takes the money", &amount, &Some(due));
            self.same(
                "whether it can be pressed",
                &pay.is_some_and(|pay| pay.enabled),
                &(cart.tickets() > 0),
            );
        } else {
            self.same("what is due", &look.due.as_deref().and_then(minor), &Some(due));
            let received = look.received.as_deref().and_then(minor).unwrap_or_default();
            self.same(
                "change or what is missing",
                &look.change.as_deref().and_then(minor),
                &Some((received - due).abs()),
            );
            let confirm = look.confirm.as_ref();
            let amount = confirm.and_then(|confirm| confirm.text.as_deref()).and_then(minor);
            self.same(
                "the button that sells",
                &amount,
                &Some(if received >= due { due } else { due - received }),
            );
        }
    }

    /// What the file holds for this window is what is in the cart, and nothing of another event.
    fn holds(&mut self) {
        let mut adopted = BTreeSet::new();
        if matches!(self.expect.cart, CartRule::Fresh) {
            // A cart that a restart brought back is this window's again.
            if let Some(event) = self.mind.event_row(self.truth) {
                let carts =
                    self.mind.cart.seats.iter().filter_map(|seat| event.seats.get(seat)?.cart.clone());
                adopted.extend(carts);
            }
        }
        self.mind.orphans.retain(|cart| !adopted.contains(cart));
        let mut held: BTreeSet<(i64, String)> = BTreeSet::new();
        for (number, event) in &self.truth.events {
            for (id, seat) in &event.seats {
                if seat.state == 1 && seat.cart.as_ref().is_some_and(|cart| !self.mind.orphans.contains(cart))
                {
                    held.insert((*number, id.clone()));
                }
            }
        }
        let number = self.mind.event.unwrap_or_default();
        let cart: BTreeSet<_> = self.mind.cart.seats.iter().map(|seat| (number, seat.clone())).collect();
        let list = |seats: Vec<&(i64, String)>| {
            seats
                .into_iter()
                .map(|(event, seat)| format!("{seat} of event {event}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let unseen: Vec<_> = held.difference(&cart).collect();
        if !unseen.is_empty() {
            self.differ(format!("the file holds seats that are in no cart on the screen: {}", list(unseen)));
        }
        let unheld: Vec<_> = cart.difference(&held).collect();
        if !unheld.is_empty() {
            self.differ(format!("seats are in the cart, and the file does not hold them: {}", list(unheld)));
        }
    }

    /// The map draws each seat as the file has it, and the cart's own as such.
    fn map(&mut self) {
        let (Some(drawn), Some(event)) = (&self.look.drawn, self.mind.event_row(self.truth)) else { return };
        let mut seats: Vec<_> = event.seats.iter().collect();
        seats.sort_by_key(|(_, seat)| seat.number);
        let digits: Vec<char> = drawn.states.chars().collect();
        if digits.len() != seats.len() {
            return self.differ(format!("the map draws {} seats of {}", digits.len(), seats.len()));
        }
        let mut wrong = Vec::new();
        for (at, (id, seat)) in seats.iter().enumerate() {
            let mine = self.mind.cart.seats.contains(*id);
            let wanted = if mine { MINE } else { char::from(b'0' + seat.state) };
            if digits[at] != wanted || drawn.mine.contains(&at) != mine {
                wrong.push(format!("{id} as {} in place of {wanted}", digits[at]));
            }
        }
        if !wrong.is_empty() {
            self.differ(format!(
                "the map draws {} (0 free, 1 held, 2 sold, 3 blocked, 4 in this cart)",
                wrong.join(", ")
            ));
        }
    }

    /// A sale that is shown as made is in the file, ticket by ticket.
    fn receipt(&mut self) {
        let look = self.look;
        let Some(code) = look.code.as_deref().filter(|_| look.at("done")) else { return };
        let Some(order) = self.truth.order(code) else {
            return self.differ(format!("order {code} is shown as sold and is not in the file"));
        };
        let Some(event) = self.truth.events.get(&order.event) else { return };
        let mut shown: Vec<(String, Option<i64>)> =
            look.lines.iter().map(|line| (line.label.clone(), minor(&line.price))).collect();
        let mut sold: Vec<(String, Option<i64>)> =
            order.tickets.iter().map(|ticket| (name_of(event, ticket), Some(ticket.price))).collect();
        shown.sort();
        sold.sort();
        self.same(&format!("the tickets of order {code}"), &shown, &sold);
        self.same("the change", &look.change.as_deref().and_then(minor), &Some(order.change));
        let sums: Vec<_> = look.sums.iter().map(|sum| minor(sum)).collect();
        self.same("received and due", &sums, &vec![Some(order.received), Some(order.total)]);
    }

    /// Every judged ticket's verdict stood on the screen long enough to be read.
    fn scans(&mut self, before: &Mind) {
        let fresh: Vec<_> = self.truth.scans.iter().filter(|scan| scan.number > before.last_scan).collect();
        self.mind.last_scan = self.truth.last_scan();
        self.mind.verdicts = before.verdicts + self.look.verdicts.len();
        let ScanRule::Shown { least } = self.expect.scans else { return };
        if fresh.len() < least {
            self.differ(format!(
                "{least} codes were shown to the gate, the file has {} new scans",
                fresh.len()
            ));
        }
        let mut left: Vec<_> = self.look.verdicts.iter().collect();
        for scan in &fresh {
            let verdict = if scan.reason.is_none() { "admitted" } else { "refused" };
            let ticket = scan.ticket.as_ref().and_then(|id| self.truth.ticket(id));
            let place = ticket
                .and_then(|(order, ticket)| Some(name_of(self.truth.events.get(&order.event)?, ticket)));
            let named = place.clone().unwrap_or_default();
            let id = uuid(&scan.id);
            let fits = |shown: &VerdictShown| {
                shown.verdict.as_deref() == Some(verdict)
                    && shown.reason == scan.reason
                    && shown.text.contains(&named)
                    && shown.scan.as_deref().is_none_or(|scan| scan == id)
            };
            // One verdict may move from one place to another; without an id each place is another verdict.
            let stood: i64 = match left.iter().position(|shown| fits(shown) && shown.scan.is_none()) {
                Some(at) => {
                    let shown = left.remove(at);
                    shown.to - shown.from
                }
                None => left.iter().filter(|shown| fits(shown)).map(|shown| shown.to - shown.from).sum(),
            };
            if stood < READABLE {
                let reason = scan.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
                self.differ(format!(
                    "the gate judged {named:?} as {verdict}{reason}, and that stood on the screen for {stood} ms"
                ));
            }
        }
        let judged: BTreeMap<_, _> =
            fresh.iter().filter_map(|scan| Some((scan.ticket.clone()?, scan.reason.is_none()))).collect();
        for (ticket, let_in) in &self.expect.judged {
            if let Some(was) = judged.get(ticket).filter(|was| *was != let_in) {
                self.differ(format!("a ticket was let in: {was}; it should have been: {let_in}"));
            }
        }
    }

    fn gate(&mut self) {
        if !self.look.is("gate") {
            return;
        }
        let Some((number, event)) =
            self.mind.event.and_then(|number| Some((number, self.truth.events.get(&number)?)))
        else {
            return;
        };
        let tickets =
            self.truth.orders.iter().filter(|order| order.event == number).flat_map(|order| &order.tickets);
        let (mut sold, mut inside) = (0, 0);
        for ticket in tickets {
            sold += 1;
            inside += i64::from(self.truth.admitted.contains(&ticket.id));
        }
        if (event.sold, event.admitted) != (sold, inside) {
            self.differ(format!(
                "the file counts {} sold and {} inside; its tickets and admissions say {sold} and {inside}",
                event.sold, event.admitted
            ));
        }
        self.same("people inside", &self.look.inside.as_deref().and_then(minor), &Some(inside));
        self.same("tickets sold, at the gate", &self.look.sold.as_deref().and_then(minor), &Some(sold));
        if let Some(fault) = &self.look.fault {
            self.differ(format!("the gate could not decide: {fault}"));
        }
    }

    fn order_list(&mut self) {
        let look = self.look;
        if !look.is("orders") {
            return;
        }
        for code in look.rows.iter().chain(&look.detail) {
            if self.truth.order(code).is_none() {
                self.differ(format!("order {code} is listed and is not in the file"));
            }
        }
        if self.expect.newest && look.search.as_deref() == Some("") {
            self.same(
                "the newest order",
                &look.rows.first(),
                &self.truth.orders.last().map(|order| &order.code),
            );
        }
        if let Some(code) = &self.expect.opened {
            self.same("the open order", &look.detail.as_ref(), &Some(code));
        }
        if let Some(order) = look.detail.as_deref().and_then(|code| self.truth.order(code)) {
            self.same("the tickets of the open order", &look.tickets, &order.tickets.len());
        }
    }

    /// Nothing that was sold is offered back.
    fn toasts(&mut self) {
        for toast in &self.look.toasts {
            let (Some(text), Some(_)) = (&toast.text, &toast.action) else { continue };
            if let Some((event, tickets)) =
                left_behind(text, self.truth.events.values().map(|event| event.name.as_str()))
            {
                if !self.mind.left_behind.contains(&(event, tickets)) {
                    self.differ(format!("a message says {text:?}, and no such cart was left"));
                }
            } else if !self.look.at("cart") && self.look.is("boxOffice") && offers_cart_back(text) {
                self.differ(format!("while a customer pays or is done, {text:?} can still be undone"));
            }
        }
    }
}

/// A ticket's place as the window names it.
fn name_of(event: &EventRow, ticket: &TicketRow) -> String {
    if event.seats.contains_key(&ticket.seat) { label(&ticket.seat) } else { ticket.zone.clone() }
}

/// The cart that an order was made of.
fn cart_of(order: &OrderRow, event: &EventRow) -> Cart {
    let mut cart = Cart { holder: order.holder.clone().unwrap_or_default(), ..Cart::default() };
    for ticket in &order.tickets {
        if event.seats.contains_key(&ticket.seat) {
            cart.seats.insert(ticket.seat.clone());
        } else {
            *cart.standing.entry(ticket.zone.clone()).or_default() += 1;
        }
    }
    cart
}
