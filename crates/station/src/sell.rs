//! The sale: one transaction that writes order, tickets, payment, seat states, audit entry and outbox message.
//!
//! When it returns `Sold`, the sale exists, whatever happens next. Every other outcome has changed nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wicket_domain::cart;
use wicket_domain::event::Event;
use wicket_domain::id::{CartId, OrderId, PaymentId, TicketId};
use wicket_domain::message::{MessageKind, Purchase, PurchasePayment, PurchasedTicket};
use wicket_domain::money::Money;
use wicket_domain::order::{OrderCode, PaymentMethod, Tender, TicketStatus, tender};
use wicket_domain::pipeline::{StationMessage, wire};
use wicket_domain::plan::SeatingPlan;
use wicket_domain::seat::{Place, SeatId, SeatState};
use wicket_domain::token::TokenPayload;
use wicket_store::{
    CategoryRow, ClaimCode, EventRow, NewOrder, NewPayment, NewTicket, OrderRow, Read, SeatRow, StandingRow,
    Write,
};

use crate::Station;
use crate::actor::Actor;
use crate::clock::note_impossible;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::lookup::{gone, places_left, still_on_sale, taken_seat, unknown_area, unknown_seat};
use crate::orders::receipt;
use crate::ports::draw;
use crate::post::{check_prices, check_request, tidy};
use crate::view::{ClaimOutcome, Receipt, SaleOutcome, SaleRequest, TakenSeat, TicketView};

/// A place that the order will have.
struct Line {
    ticket_id: TicketId,
    /// Whether it is a seat that is marked as sold, or one of many places in a standing area.
    numbered: bool,
    seat_id: SeatId,
    place: Place,
    category_no: u16,
    category: String,
    price: Money,
    /// The text of its QR code.
    token: String,
}

/// What the sale is made of, once it is known to be possible.
struct Sale<'a> {
    own: &'a Own,
    run_no: u32,
    by: &'a Actor,
    at: Timestamp,
    event: EventRow,
    request: &'a SaleRequest,
    order_id: OrderId,
    code: OrderCode,
    lines: Vec<Line>,
    total: Money,
    change: Money,
}

impl Station {
    /// Sells. Seats that are somebody else's, a full area and too little cash are outcomes, not faults.
    ///
    /// At a station with a cloud, places that are not its own yet are claimed first; the window has done that before
    /// it took money.
    pub fn sell(&self, by: &Actor, request: &SaleRequest) -> Result<SaleOutcome, Fault> {
        let request = &tidy(request);
        check(request)?;
        self.own()?;
        let now = self.clock.now();
        let row = self.store.read(|read| {
            let row = read.event(request.event_id)?.ok_or_else(gone).and_then(still_on_sale)?;
            check_prices(read, &row, request, now)?;
            Ok::<_, Fault>(row)
        })?;
        if !row.publication.is_shared() {
            return self.sell_own(by, request);
        }
        check_cash(&row.event, request.cash)?;
        let cart = match request.cart_id {
            // This cart was sold before. The answer is its receipt, and nothing has to be claimed for it.
            Some(cart) if self.sale_of(cart)?.is_some() => return self.sell_own(by, request),
            Some(cart) => cart,
            None => self.open_cart()?,
        };
        self.check_only_copy()?;
        check_over(&row.event, request, self.clock.now())?;
        let of_its_own = request.cart_id.is_none();
        let request = SaleRequest { cart_id: Some(cart), ..request.clone() };
        let claimed = self.claim_for(&row, cart, &request)?;
        let outcome = match claimed {
            ClaimOutcome::Owned => self.sell_own(by, &request)?,
            ClaimOutcome::Taken { seats } => SaleOutcome::Taken { seats },
            ClaimOutcome::Full { area_id, left } => SaleOutcome::Full { area_id, left },
            ClaimOutcome::Offline { places } => SaleOutcome::Offline { places },
        };
        if of_its_own && !matches!(outcome, SaleOutcome::Sold { .. }) {
            // Nobody else knows this cart: what it holds would be kept from everybody for nothing.
            self.release_cart(cart)?;
        }
        self.tell_news();
        Ok(outcome)
    }

    /// Sells what is this station's. The request was checked.
    fn sell_own(&self, by: &Actor, request: &SaleRequest) -> Result<SaleOutcome, Fault> {
        let own = self.own()?;
        let plan = self.plan_of(request.event_id)?;
        let run_no = self.store.run_no()?;
        let sale = self.write(|tx| {
            let at = self.clock.now();
            let event = tx.event(request.event_id)?.ok_or_else(gone).and_then(still_on_sale)?;
            check_cash(&event.event, request.cash)?;
            if let Some(receipt) = sold_before(tx, &own, &event, request)? {
                return Ok(Err(SaleOutcome::Sold { receipt }));
            }
            self.check_still_only_copy()?;
            check_over(&event.event, request, at)?;
            let seats = seats(tx, &event, request, at)?;
            let taken = taken(&plan, request, &seats);
            if !taken.is_empty() {
                return Ok(Err(SaleOutcome::Taken { seats: taken }));
            }
            let standing = tx.standing(event.event_no)?;
            if let Some(full) = full(&standing, request)? {
                return Ok(Err(full));
            }
            let categories = tx.categories(event.event_no)?;
            let lines = self.lines(&own, &plan, &event, &seats, &categories, &standing, request, at)?;
            let currency = event.event.currency;
            let total = Money::sum(currency, lines.iter().map(|line| line.price))?;
            let change = match tender(total, request.cash)? {
                Tender::Short(missing) => return Ok(Err(SaleOutcome::Short { total, missing })),
                Tender::Change(change) => change,
            };
            let order_id = OrderId::following(tx.last_order_id()?, at, draw(self.random.as_ref())?);
            let code = self.fresh_code(tx)?;
            let own = &own;
            let sale = Sale { own, run_no, by, at, event, request, order_id, code, lines, total, change };
            self.record_sale(tx, &sale)?;
            Ok::<_, Fault>(Ok(sale))
        });
        if sale.is_err() {
            // A transaction that found an older file has told nobody. What it failed for is what the seller hears.
            drop(self.look_at_mark());
        }
        Ok(sale?.map_or_else(|outcome| outcome, |sale| SaleOutcome::Sold { receipt: sale.receipt() }))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the facts of one sale, each already read in its transaction"
    )]
    fn lines(
        &self,
        own: &Own,
        plan: &SeatingPlan,
        event: &EventRow,
        seats: &[SeatRow],
        categories: &[CategoryRow],
        standing: &[StandingRow],
        request: &SaleRequest,
        at: Timestamp,
    ) -> Result<Vec<Line>, Fault> {
        let mut places = Vec::new();
        for seat in seats {
            let place = usize::try_from(seat.seat_no).ok().and_then(|index| plan.place(index));
            let place = place.ok_or_else(|| unknown_seat(&seat.seat_id))?;
            places.push((true, seat.seat_id.clone(), place, seat.category_no));
        }
        for wanted in &request.standing {
            let area = standing.iter().find(|area| area.area_id == wanted.area_id);
            let area = area.ok_or_else(|| unknown_area(&wanted.area_id, standing))?;
            let place = Place { zone: area.area_id.clone(), row: None, number: None };
            for _ in 0..wanted.count {
                places.push((false, SeatId::standing(&area.area_id), place.clone(), area.category_no));
            }
        }
        // Made in one millisecond, ids are in no order by themselves; lists show an order's tickets by their ids.
        let mut ids = places
            .iter()
            .map(|_| Ok(TicketId::new(at, draw(self.random.as_ref())?)))
            .collect::<Result<Vec<_>, Fault>>()?;
        ids.sort_unstable();
        let key = &own.key;
        let with_price =
            |((numbered, seat_id, place, category_no), ticket_id): ((bool, SeatId, Place, u16), _)| {
                let category = categories.iter().find(|category| category.category_no == category_no);
                let category = category.ok_or_else(|| unknown_seat(&seat_id))?;
                let token =
                    TokenPayload::new(&key.verifying_key(), category_no, event.event.event_id, ticket_id);
                Ok(Line {
                    ticket_id,
                    numbered,
                    seat_id,
                    place,
                    category_no,
                    category: category.name.clone(),
                    price: Money::new(category.price, event.event.currency),
                    token: token.sign(key),
                })
            };
        places.into_iter().zip(ids).map(with_price).collect()
    }

    fn fresh_code(&self, tx: &Write<'_>) -> Result<OrderCode, Fault> {
        // A code that is in use is drawn again; ten in a row would mean that the randomness is broken.
        for _ in 0..10 {
            if let Some(code) = OrderCode::from_random(&draw::<24>(self.random.as_ref())?)
                && !tx.code_in_use(&code)?
            {
                return Ok(code);
            }
        }
        Err(Fault::new(
            Code::Internal,
            "No free order code could be found. Nothing was sold. Restart Wicket.",
        ))
    }

    fn record_sale(&self, tx: &Write<'_>, sale: &Sale<'_>) -> Result<(), Fault> {
        let actor = sale.by.text();
        let event_no = sale.event.event_no;
        note_impossible(tx, sale.at)?;
        tx.insert_order(&NewOrder {
            order_id: sale.order_id,
            code: &sale.code,
            event_no,
            sold_at: sale.at,
            actor: &actor,
            channel: sale.by.channel(),
            holder: sale.request.holder.as_deref(),
            total: sale.total.minor,
            cart_id: sale.request.cart_id,
        })?;
        for line in &sale.lines {
            let cart = sale.request.cart_id;
            if line.numbered && !tx.sell_seat(event_no, &line.seat_id, cart, sale.at, line.ticket_id)? {
                return Err(Fault::new(Code::SeatTaken, format!("{} was just sold.", line.place.label())));
            }
            tx.insert_ticket(&NewTicket {
                ticket_id: line.ticket_id,
                order_id: sale.order_id,
                event_no,
                seat_id: &line.seat_id,
                place: &line.place,
                category_no: line.category_no,
                price: line.price.minor,
            })?;
        }
        for wanted in &sale.request.standing {
            if !tx.sell_standing(event_no, &wanted.area_id, wanted.count)? {
                return Err(Fault::new(Code::SeatTaken, format!("{} has just filled up.", wanted.area_id)));
            }
        }
        tx.begin_sale(sale.order_id, sale.run_no)?;
        tx.insert_payment(&NewPayment {
            payment_id: PaymentId::new(sale.at, draw(self.random.as_ref())?),
            order_id: sale.order_id,
            method: PaymentMethod::Cash,
            amount: sale.total.minor,
            received: sale.request.cash.minor,
            paid_at: sale.at,
        })?;
        tx.add_to_counts(event_no, u32::try_from(sale.lines.len()).unwrap_or(u32::MAX), 0)?;
        self.books(tx).enter(sale.at, &actor, "sale", &sale.audit_body())?;
        tx.release_standing(sale.request.cart_id, sale.at)?;
        let sent = self.books(tx).send(sale.own, MessageKind::Purchase, sale.at, &sale.message()?)?;
        sale.check_seats(&sent)
    }
}

impl Sale<'_> {
    /// The cloud knows a seat by its id alone: one that it reads otherwise would be another seat's.
    fn check_seats(&self, sent: &StationMessage) -> Result<(), Fault> {
        let StationMessage::Purchase(sent) = sent else { return Ok(()) };
        let read = sent.tickets.iter().map(|ticket| &ticket.seat_id);
        match self.lines.iter().zip(read).find(|(line, read)| line.seat_id != **read) {
            None => Ok(()),
            Some((line, _)) => Err(unsendable_seat(&line.seat_id)),
        }
    }

    fn receipt(&self) -> Receipt {
        let tickets = self.lines.iter().map(|line| TicketView {
            ticket_id: line.ticket_id,
            seat_id: line.seat_id.clone(),
            label: line.place.label(),
            place: line.place.clone(),
            category: line.category.clone(),
            price: line.price,
            status: TicketStatus::Valid,
            token: line.token.clone(),
            admission: None,
        });
        Receipt {
            order_id: self.order_id,
            code: self.code.clone(),
            total: self.total,
            received: self.request.cash,
            change: self.change,
            holder: self.request.holder.clone(),
            finished: false,
            tickets: tickets.collect(),
        }
    }

    fn audit_body(&self) -> String {
        let tickets = self.lines.iter().map(|line| {
            serde_json::json!({ "ticketId": line.ticket_id, "seatId": line.seat_id, "price": line.price.decimal() })
        });
        let mut body = serde_json::json!({
            "orderId": self.order_id,
            "code": self.code,
            "currency": self.total.currency,
            "total": self.total.decimal(),
            "method": PaymentMethod::Cash.as_str(),
            "received": self.request.cash.decimal(),
            "tickets": tickets.collect::<Vec<_>>(),
        });
        // Whoever looks into it later sees that the seller was asked.
        if self.event.event.is_over(self.at)
            && let Some(fields) = body.as_object_mut()
        {
            fields.insert("eventOver".to_owned(), true.into());
        }
        body.to_string()
    }

    fn message(&self) -> Result<String, Fault> {
        let Event { event_id, name, starts_at, currency, .. } = &self.event.event;
        let tickets = self.lines.iter().map(|line| {
            // A hall's names may be longer than the wire has room for; that is no reason to refuse a sale.
            let Place { zone, row, number } = wire::place(&line.place);
            PurchasedTicket {
                ticket_id: line.ticket_id,
                seat_id: line.seat_id.clone(),
                row,
                seat_number: number,
                section: zone,
                seat_class: wire::name(&line.category),
                price: line.price.into(),
                category_no: line.category_no,
                is_fan_club_member: self.request.fan_club_id.is_some(),
                fan_club_id: self.request.fan_club_id.clone(),
                token: Some(line.token.clone()),
            }
        });
        let purchase = Purchase {
            order_id: self.order_id,
            order_code: self.code.to_string(),
            concert_id: *event_id,
            concert_name: wire::name(name),
            concert_date: *starts_at,
            tickets: tickets.collect(),
            total_amount: self.total.into(),
            currency: *currency,
            payment_status: "Completed".to_owned(),
            purchase_timestamp: wire::clock_time(self.at),
            channel: self.by.channel().to_owned(),
            station_id: self.own.station_id,
            holder: self.request.holder.clone(),
            fan_contact: self.request.contact.clone(),
            payment: PurchasePayment {
                method: PaymentMethod::Cash.as_str().to_owned(),
                received: self.request.cash.into(),
                change: self.change.into(),
            },
        };
        serde_json::to_string(&purchase).map_err(|error| Fault::new(Code::Internal, error.to_string()))
    }
}

/// Checks what does not depend on the file.
pub(crate) fn check(request: &SaleRequest) -> Result<(), Fault> {
    cart::check(&request.seats, &request.standing)
        .map_err(|fault| Fault::new(Code::BadInput, fault.to_string()))?;
    if let Some(seat_id) = request.seats.iter().find(|seat_id| !wire::is_seat_id(seat_id.as_str())) {
        return Err(unsendable_seat(seat_id));
    }
    check_request(request)
}

fn check_cash(event: &Event, cash: Money) -> Result<(), Fault> {
    if cash.currency != event.currency {
        let message = format!("{} is sold in {}, not in {}.", event.name, event.currency, cash.currency);
        return Err(Fault::new(Code::BadInput, message));
    }
    if cash.minor < 0 {
        return Err(Fault::new(Code::BadInput, "Cash cannot be less than nothing."));
    }
    Ok(())
}

/// An event that is over is sold only by somebody who was told so.
fn check_over(event: &Event, request: &SaleRequest, at: Timestamp) -> Result<(), Fault> {
    if request.any_time || !event.is_over(at) {
        return Ok(());
    }
    let until = event.hours().sells_until;
    let zone = TimeZone::get(&event.venue.time_zone).unwrap_or(TimeZone::UTC);
    let message = format!(
        "Nothing was sold: {} is over. Its sale ended on {}. Confirm that you want to sell it all the same \
         (--any-time), or choose another event.",
        event.name,
        until.to_zoned(zone).strftime("%Y-%m-%d at %H:%M %Z"),
    );
    Err(Fault::new(Code::EventOver, message))
}

/// The sale of this very cart, if it was sold before: asked twice, the station sells once. A cart that was sold as
/// something else is refused, also where another event has the same plan and so the same seats.
fn sold_before(
    read: &Read<'_>,
    own: &Own,
    event: &EventRow,
    request: &SaleRequest,
) -> Result<Option<Receipt>, Fault> {
    let order = request.cart_id.map(|cart| read.order_of_cart(cart)).transpose()?.flatten();
    let Some(order) = order else { return Ok(None) };
    let receipt = receipt(read, own, &order)?;
    let mut sold: Vec<_> = receipt.tickets.iter().map(|ticket| ticket.seat_id.clone()).collect();
    let standing = request.standing.iter();
    let standing = standing.flat_map(|line| (0..line.count).map(|_| SeatId::standing(&line.area_id)));
    let mut asked: Vec<_> = request.seats.iter().cloned().chain(standing).collect();
    sold.sort_unstable();
    asked.sort_unstable();
    let same = order.event_no == event.event_no
        && sold == asked
        && receipt.received == request.cash
        && receipt.holder.as_deref() == request.holder.as_deref();
    if same { Ok(Some(receipt)) } else { Err(sold_as(&order)) }
}

/// Refuses a cart that was sold: money must never be asked for twice.
pub(crate) fn not_sold_yet(read: &Read<'_>, cart_id: Option<CartId>) -> Result<(), Fault> {
    let order = cart_id.map(|cart| read.order_of_cart(cart)).transpose()?.flatten();
    order.map_or(Ok(()), |order| Err(sold_as(&order)))
}

fn sold_as(order: &OrderRow) -> Fault {
    let message =
        format!("This cart was sold as order {}. Begin a new one for what is wanted now.", order.code);
    Fault::new(Code::BadInput, message)
}

/// The seats asked for, in the request's order. An unknown seat is a fault: no screen offers one.
fn seats(
    read: &Read<'_>,
    event: &EventRow,
    request: &SaleRequest,
    now: Timestamp,
) -> Result<Vec<SeatRow>, Fault> {
    let seat = |seat_id| {
        // What nobody owns cannot be sold from: it had to be claimed before.
        read.seat(event.event_no, seat_id, false, now)?.ok_or_else(|| unknown_seat(seat_id))
    };
    request.seats.iter().map(seat).collect()
}

/// The seats among them that are somebody else's.
fn taken(plan: &SeatingPlan, request: &SaleRequest, seats: &[SeatRow]) -> Vec<TakenSeat> {
    let in_cart = |seat: &SeatRow| {
        seat.state == SeatState::Held && request.cart_id.is_some() && seat.cart_id == request.cart_id
    };
    let for_sale =
        |seat: &SeatRow| seat.claim == ClaimCode::Mine && (seat.state == SeatState::Free || in_cart(seat));
    seats.iter().filter(|seat| !for_sale(seat)).map(|seat| taken_seat(plan, seat)).collect()
}

fn full(standing: &[StandingRow], request: &SaleRequest) -> Result<Option<SaleOutcome>, Fault> {
    for wanted in &request.standing {
        let area = standing.iter().find(|area| area.area_id == wanted.area_id);
        let area = area.ok_or_else(|| unknown_area(&wanted.area_id, standing))?;
        let left = places_left(area, false);
        if wanted.count > left {
            return Ok(Some(SaleOutcome::Full { area_id: area.area_id.clone(), left }));
        }
    }
    Ok(None)
}

pub(crate) fn unsendable_seat(seat_id: &SeatId) -> Fault {
    let shown: String = seat_id.as_str().chars().take(64).collect();
    let message = format!(
        "The plan calls a seat {shown:?}, which the cloud cannot keep. Choose another seat, or import the plan again with another id."
    );
    Fault::new(Code::BadInput, message)
}

#[cfg(test)]
mod full;
