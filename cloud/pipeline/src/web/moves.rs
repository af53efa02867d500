//! An order and its places in one transaction.

use std::collections::BTreeMap;
use std::time::Duration;

use wicket_domain::cloud::rules::{self, seat_key};
use wicket_domain::pipeline::{OrderRecord, OrderStatus};
use wicket_domain::seat::SeatId;
use wicket_domain::table::{Item, Key, Write};

use super::places::Placed;
use crate::fault::Fault;
use crate::world::{Refusal, Transacted, World};

/// Milliseconds before each try. Two transactions on one item at the same moment cancel each other.
const AFTER_CONFLICT: [u64; 5] = [0, 20, 60, 150, 400];
/// Numbered seats and standing areas of one order: a transaction has 100 items, one is the order.
pub(crate) const PLACES_MAX: usize = 99;

/// What became of a new order.
pub(crate) enum Reserved {
    /// It owns its places.
    New(Box<OrderRecord>),
    /// An order of its id is there, the same or another.
    There(Box<OrderRecord>),
    /// Others have these places. Nothing is written.
    Taken(Vec<SeatId>),
    /// It has more places than one transaction takes.
    TooMany,
}

/// What became of moving an order together with all of its places.
pub(super) enum Whole {
    /// All of it moved.
    Done,
    /// Nothing moved: the order does not stand as it has to. The item that is there.
    Stands(Item),
    /// Nothing moved: these places are not the order's any more.
    Gone(Vec<SeatId>),
}

/// What became of moving an order together with the places that it still has.
pub(super) enum Left {
    /// It moved. These places were not the order's any more.
    Done(Vec<SeatId>),
    /// Nothing moved: the order does not stand as it has to.
    Stands,
}

/// The places of an order: numbered seats one by one, standing places by area.
pub(super) struct Places {
    concert: String,
    seats: Vec<SeatId>,
    areas: BTreeMap<SeatId, u32>,
}

impl Places {
    pub(super) fn of(record: &OrderRecord) -> Self {
        let (mut seats, mut areas) = (Vec::new(), BTreeMap::new());
        for line in &record.tickets {
            let seat = SeatId::new(&line.seat_id);
            if seat.standing_area().is_some() {
                *areas.entry(seat).or_default() += 1;
            } else {
                seats.push(seat);
            }
        }
        Self { concert: record.concert_id.clone(), seats, areas }
    }

    /// A write for each place.
    fn writes(
        &self,
        seat: impl Fn(Key) -> Write,
        area: impl Fn(&SeatId, u32) -> Option<Write>,
    ) -> Vec<(SeatId, Write)> {
        let seats = self.seats.iter().map(|id| (id.clone(), seat(seat_key(&self.concert, id))));
        let areas = self.areas.iter().filter_map(|(id, count)| Some((id.clone(), area(id, *count)?)));
        seats.chain(areas).collect()
    }

    /// The order's places become its own.
    fn own(&self, order_id: &str, pay_until: i64, now: i64) -> Vec<(SeatId, Write)> {
        let area = |id: &SeatId, count| Some(rules::web::take_places(&self.concert, id, count, now));
        self.writes(|seat| rules::web::own(seat, order_id, pay_until, now), area)
    }

    /// The order's seats are sold to it. Standing places have been counted since it was accepted.
    pub(super) fn sell(&self, order_id: &str, now: i64) -> Vec<(SeatId, Write)> {
        self.writes(|seat| rules::web::sell(seat, order_id, now), |_, _| None)
    }

    /// The order's places are on sale again.
    pub(super) fn give_back(&self, order_id: &str, now: i64) -> Vec<(SeatId, Write)> {
        let area = |id: &SeatId, count| Some(rules::web::return_places(&self.concert, id, count, now));
        self.writes(|seat| rules::web::give_back(seat, order_id, now), area)
    }

    /// The numbered seats alone: where nobody counts standing places.
    pub(super) fn give_back_seats(&self, order_id: &str, now: i64) -> Vec<(SeatId, Write)> {
        self.writes(|seat| rules::web::give_back(seat, order_id, now), |_, _| None)
    }
}

/// Writes an order that owns its places until its time to pay is over, or nothing.
pub(crate) async fn reserve(world: &World, order: &Placed) -> Result<Reserved, Fault> {
    let now = world.millis();
    let message = &order.message;
    let pay_for = i64::try_from(world.pay_for.as_millis()).unwrap_or(i64::MAX);
    let pay_until = now.saturating_add(pay_for);
    let record = OrderRecord {
        status: OrderStatus::Reserved,
        pay_until: Some(pay_until),
        sale: Some(message.text()?),
        ..OrderRecord::of(message, order.digest.clone(), now)
    };
    let places = Places::of(&record).own(&record.order_id, pay_until, now);
    if places.len() > PLACES_MAX {
        return Ok(Reserved::TooMany);
    }
    let written = rules::web::reserve(&record.order_id, &record)?;
    for pause in AFTER_CONFLICT {
        match attempt(world, pause, &written, &places).await? {
            Transacted::Done => return Ok(Reserved::New(Box::new(record))),
            Transacted::InTheWay => {}
            Transacted::Refused(refusals) => {
                if let Some(order) = part(&refusals, 0) {
                    return Ok(Reserved::There(Box::new(order.read()?)));
                }
                // The same request at the same moment has them: its order is there a moment later.
                let own = |refusal: &Refusal| {
                    let item = refusal.item.as_ref();
                    item.is_some_and(|item| item.text("orderId") == Some(&record.order_id))
                };
                if !refusals.iter().any(own) {
                    return Ok(Reserved::Taken(refused(&refusals, &places)));
                }
            }
        }
    }
    Err(Fault::Waiting("these places are being written by others"))
}

/// Moves an order together with all of its places, or not at all.
pub(super) async fn move_whole(
    world: &World,
    order: &Write,
    places: &[(SeatId, Write)],
) -> Result<Whole, Fault> {
    for pause in AFTER_CONFLICT {
        match attempt(world, pause, order, places).await? {
            Transacted::Done => return Ok(Whole::Done),
            Transacted::InTheWay => {}
            Transacted::Refused(refusals) => {
                return Ok(match part(&refusals, 0) {
                    Some(item) => Whole::Stands(item),
                    None => Whole::Gone(refused(&refusals, places)),
                });
            }
        }
    }
    Err(Fault::Waiting("the order's places are being written by others"))
}

/// Moves an order together with those of its places that are still its own.
pub(super) async fn move_what_is_left(
    world: &World,
    order: &Write,
    mut places: Vec<(SeatId, Write)>,
) -> Result<Left, Fault> {
    let mut gone = Vec::new();
    // Each time round leaves out a place at least.
    loop {
        match move_whole(world, order, &places).await? {
            Whole::Done => return Ok(Left::Done(gone)),
            Whole::Stands(_) => return Ok(Left::Stands),
            Whole::Gone(others) => {
                places.retain(|(id, _)| !others.contains(id));
                gone.extend(others);
            }
        }
    }
}

async fn attempt(
    world: &World,
    pause: u64,
    order: &Write,
    places: &[(SeatId, Write)],
) -> Result<Transacted, Fault> {
    if pause > 0 {
        world.time.sleep(Duration::from_millis(pause)).await;
    }
    let places = places.iter().map(|(_, write)| write.clone());
    world.tables.transact(std::iter::once(order.clone()).chain(places).collect()).await
}

/// The item that stands in the way of a transaction's part; an empty one where nothing is there.
fn part(refusals: &[Refusal], part: usize) -> Option<Item> {
    let refusal = refusals.iter().find(|refusal| refusal.part == part)?;
    Some(refusal.item.clone().unwrap_or_default())
}

fn refused(refusals: &[Refusal], places: &[(SeatId, Write)]) -> Vec<SeatId> {
    let place = |refusal: &Refusal| places.get(refusal.part.checked_sub(1)?).map(|(id, _)| id.clone());
    refusals.iter().filter_map(place).collect()
}
