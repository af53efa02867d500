//! The hall as the seller sees it: the drawing, what is free, the best seats, and holds for a cart.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use jiff::Timestamp;
use wicket_domain::cart::TICKETS_MAX;
use wicket_domain::id::{CartId, EventId};
use wicket_domain::money::Money;
use wicket_domain::plan::{SeatingPlan, best_available};
use wicket_domain::price::CategoryPrice;
use wicket_domain::seat::{SeatId, SeatState};
use wicket_store::{EventRow, SeatRow, StandingRow};

pub(crate) use wicket_domain::cart::HOLD;

use crate::Station;
use crate::fault::{Code, Fault};
use crate::ports::draw;
use crate::sell::unknown_seat;
use crate::view::{Hall, HoldOutcome, SeatLine, SeatStates, StandingView, Suggestion, TakenSeat};

/// The digit of a seat in the asking cart; the others are [`SeatState::code`].
const MINE: u8 = b'4';

/// As many bits of a hall's version count the holds that have run out.
const EXPIRED_BITS: u32 = 20;

/// Plans that have been read from the file, by their numbers, and which event has which: neither ever changes.
#[derive(Default)]
pub(crate) struct Halls {
    plans: HashMap<i64, Arc<SeatingPlan>>,
    events: HashMap<EventId, i64>,
}

impl Station {
    /// The drawing of an event's hall with its prices.
    pub fn hall(&self, event_id: EventId) -> Result<Hall, Fault> {
        let row = self.on_sale(event_id)?;
        let plan = self.plan(row.plan_no)?;
        let currency = row.event.currency;
        self.store.read(|read| {
            let categories = read.categories(row.event_no)?;
            let price = |category_no: u16| {
                let found = categories.iter().find(|category| category.category_no == category_no);
                Money::new(found.map_or(0, |category| category.price), currency)
            };
            let standing = read.standing(row.event_no)?.into_iter().map(|area| StandingView {
                price: price(area.category_no),
                area_id: area.area_id,
                capacity: area.capacity,
            });
            let prices = categories.iter().map(|category| CategoryPrice {
                category: category.name.clone(),
                price: Money::new(category.price, currency),
            });
            Ok(Hall {
                standing: standing.collect(),
                prices: prices.collect(),
                plan: plan.hall(),
                hours: row.event.hours(),
                event: row.event.clone(),
            })
        })
    }

    /// What is free now, as `cart` sees it; nothing when nothing was written since `known`.
    pub fn seat_states(
        &self,
        event_id: EventId,
        cart: Option<CartId>,
        known: Option<u64>,
    ) -> Result<Option<SeatStates>, Fault> {
        let (now, claims) = (self.clock.now(), self.online());
        let version = self.hall_version(now, claims)?;
        if known == Some(version) {
            return Ok(None);
        }
        let row = self.on_sale(event_id)?;
        let plan = self.plan(row.plan_no)?;
        let mut states = vec![SeatState::Blocked.code() + b'0'; plan.seats.len()];
        let mut free_by_category = vec![0_u32; plan.categories.len()];
        let standing = self.store.read::<_, Fault>(|read| {
            read.seat_states(row.event_no, cart, claims, now, |seat_no, state, mine| {
                let index = usize::try_from(seat_no).unwrap_or(usize::MAX);
                if let Some(slot) = states.get_mut(index) {
                    *slot = if mine { MINE } else { state.code() + b'0' };
                }
                let category = plan.seats.get(index).map(|seat| usize::from(seat.category));
                if state == SeatState::Free
                    && let Some(count) = category.and_then(|category| free_by_category.get_mut(category))
                {
                    *count += 1;
                }
            })?;
            Ok(read.standing(row.event_no)?)
        })?;
        let standing_left = standing.iter().map(|area| places_left(area, claims)).collect();
        let states = String::from_utf8(states).unwrap_or_default();
        let own_only = own_only(&row, claims);
        Ok(Some(SeatStates { version, states, free_by_category, standing_left, own_only }))
    }

    /// Changes with every write, with every hold that runs out and when the cloud comes or goes; fits the 53 bits of a JavaScript number.
    fn hall_version(&self, now: Timestamp, claims: bool) -> Result<u64, Fault> {
        // Written first: what comes between the two makes the next look a fresh one.
        let written = u64::from(self.store.version()?);
        let expired = self.store.read::<_, Fault>(|read| Ok(read.expired_holds(now)?))?;
        let version = (written << EXPIRED_BITS) | (u64::from(expired) & ((1 << EXPIRED_BITS) - 1));
        Ok((version << 1) | u64::from(claims))
    }

    /// Every seat of an event as a line, in the plan's order.
    pub fn seat_lines(&self, event_id: EventId, only_free: bool) -> Result<Vec<SeatLine>, Fault> {
        let row = self.on_sale(event_id)?;
        let plan = self.plan(row.plan_no)?;
        let (now, claims) = (self.clock.now(), self.online());
        let mut states = vec![SeatState::Blocked; plan.seats.len()];
        let categories = self.store.read::<_, Fault>(|read| {
            read.seat_states(row.event_no, None, claims, now, |seat_no, state, _| {
                if let Some(slot) = usize::try_from(seat_no).ok().and_then(|index| states.get_mut(index)) {
                    *slot = state;
                }
            })?;
            Ok(read.categories(row.event_no)?)
        })?;
        let line = |(index, seat): (usize, &wicket_domain::plan::Seat)| {
            let category = categories.iter().find(|category| category.category_no == seat.category)?;
            Some(SeatLine {
                seat_id: seat.id.clone(),
                label: plan.place(index)?.label(),
                category: category.name.clone(),
                price: Money::new(category.price, row.event.currency).decimal(),
                state: states.get(index).copied()?,
            })
        };
        let lines = plan.seats.iter().enumerate().filter_map(line);
        Ok(lines.filter(|line| !only_free || line.state == SeatState::Free).collect())
    }

    /// The best `count` free seats together, of one category of the plan or of any.
    pub fn best_seats(
        &self,
        event_id: EventId,
        cart: Option<CartId>,
        count: u32,
        category: Option<u16>,
    ) -> Result<Option<Suggestion>, Fault> {
        let Some(states) = self.seat_states(event_id, cart, None)? else { return Ok(None) };
        let row = self.on_sale(event_id)?;
        let plan = self.plan(row.plan_no)?;
        let free = SeatState::Free.code() + b'0';
        let states = states.states.as_bytes();
        let is_free = |index: usize| states.get(index) == Some(&free);
        let wanted = usize::try_from(count).unwrap_or(usize::MAX).min(TICKETS_MAX);
        let best = best_available(&plan, &is_free, wanted, category);
        Ok(best.map(|found| Suggestion {
            seats: found.seats.into_iter().filter_map(|seat| u32::try_from(seat).ok()).collect(),
            together: found.together,
        }))
    }

    /// A fresh cart.
    pub fn open_cart(&self) -> Result<CartId, Fault> {
        Ok(CartId::new(self.clock.now(), draw(self.random.as_ref())?))
    }

    /// Puts seats in a cart: all of them, or none.
    pub fn hold_seats(
        &self,
        event_id: EventId,
        cart: CartId,
        seats: &[SeatId],
    ) -> Result<HoldOutcome, Fault> {
        if seats.len() > TICKETS_MAX {
            return Err(Fault::new(Code::BadInput, "One order has at most 100 tickets."));
        }
        let row = self.on_sale(event_id)?;
        if let Some(seats) = self.hold_here(&row, cart, seats, self.online())? {
            return Ok(HoldOutcome::Taken { seats });
        }
        if row.publication.is_shared() {
            let lost = self.hold_in_cloud(&row, cart, seats)?;
            if !lost.is_empty() {
                return Ok(HoldOutcome::Taken { seats: lost });
            }
        }
        Ok(HoldOutcome::Held { until: self.clock.now().checked_add(HOLD).unwrap_or(Timestamp::MAX) })
    }

    /// Holds seats at this station; gives those that are somebody else's, and has then held none. `claims` says whether
    /// seats that nobody owns may be held, because they can be claimed.
    pub(crate) fn hold_here(
        &self,
        row: &EventRow,
        cart: CartId,
        seats: &[SeatId],
        claims: bool,
    ) -> Result<Option<Vec<TakenSeat>>, Fault> {
        let plan = self.plan(row.plan_no)?;
        let now = self.clock.now();
        let until = now.checked_add(HOLD).unwrap_or(Timestamp::MAX);
        self.write(|tx| {
            let mut taken = Vec::new();
            for seat_id in seats {
                let seat =
                    tx.seat(row.event_no, seat_id, claims, now)?.ok_or_else(|| unknown_seat(seat_id))?;
                let mine = seat.state == SeatState::Held && seat.cart_id == Some(cart);
                if seat.state != SeatState::Free && !mine {
                    taken.push(taken_seat(&plan, &seat));
                }
            }
            if !taken.is_empty() {
                return Ok(Some(taken));
            }
            for seat_id in seats {
                tx.hold_seat(row.event_no, seat_id, cart, now, until)?;
            }
            Ok(None)
        })
    }

    /// Gives one seat of a cart back.
    pub fn release_seat(&self, event_id: EventId, cart: CartId, seat: &SeatId) -> Result<(), Fault> {
        let row = self.event_row(event_id)?;
        self.write(|tx| Ok(tx.release_seats(cart, Some((row.event_no, seat)))?))?;
        if row.publication.is_shared() {
            self.tell_news();
        }
        Ok(())
    }

    /// Gives everything in a cart back.
    pub fn release_cart(&self, cart: CartId) -> Result<(), Fault> {
        let now = self.clock.now();
        self.write(|tx| {
            tx.release_standing(Some(cart), now)?;
            Ok(tx.release_seats(cart, None)?)
        })?;
        self.tell_news();
        Ok(())
    }

    /// Numbered seats that could be claimed now, in the plan's order.
    pub(crate) fn free_seats(&self, row: &EventRow) -> Result<Vec<SeatId>, Fault> {
        let plan = self.plan(row.plan_no)?;
        let now = self.clock.now();
        let mut free = vec![false; plan.seats.len()];
        self.store.read::<_, Fault>(|read| {
            // What is this station's already is not taken once more: only what it would not have offline.
            Ok(read.seat_states(row.event_no, None, true, now, |seat_no, state, _| {
                if let Some(slot) = usize::try_from(seat_no).ok().and_then(|index| free.get_mut(index)) {
                    *slot = state == SeatState::Free;
                }
            })?)
        })?;
        let seats = plan.seats.iter().zip(free).filter(|(_, free)| *free);
        Ok(seats.map(|(seat, _)| seat.id.clone()).collect())
    }

    /// A plan, read from the file once.
    pub(crate) fn plan(&self, plan_no: i64) -> Result<Arc<SeatingPlan>, Fault> {
        if let Some(plan) = self.halls().plans.get(&plan_no) {
            return Ok(Arc::clone(plan));
        }
        let document = self.store.read::<_, Fault>(|read| Ok(read.plan(plan_no)?))?;
        let plan: SeatingPlan = serde_json::from_str(&document).map_err(|_| {
            let message =
                "The seating plan stored for this event cannot be read. Sell at another station, and call whoever looks after this one.";
            Fault::new(Code::DamagedFile, message)
        })?;
        let plan = Arc::new(plan);
        self.halls().plans.insert(plan_no, Arc::clone(&plan));
        Ok(plan)
    }

    /// The plan of an event's hall.
    pub(crate) fn plan_of(&self, event_id: EventId) -> Result<Arc<SeatingPlan>, Fault> {
        let known = self.halls().events.get(&event_id).copied();
        let plan_no = match known {
            Some(plan_no) => plan_no,
            None => self.event_row(event_id)?.plan_no,
        };
        let plan = self.plan(plan_no)?;
        self.halls().events.insert(event_id, plan_no);
        Ok(plan)
    }

    fn halls(&self) -> MutexGuard<'_, Halls> {
        self.halls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Places of a standing area that can be sold here now. `claims` says whether more can be claimed.
pub(crate) fn places_left(area: &StandingRow, claims: bool) -> u32 {
    let own = area.claim.sellable(area.capacity, area.sold);
    let more = if claims && area.claim.granted.is_some() { area.claim.left_for_all } else { 0 };
    own.saturating_add(more)
}

/// Whether an event that other stations sell too is down to this station's own places. `claims` as for [`places_left`].
pub(crate) fn own_only(row: &EventRow, claims: bool) -> bool {
    row.publication.is_shared() && !claims
}

/// A seat that could not be had, as people are told.
pub(crate) fn taken_seat(plan: &SeatingPlan, seat: &SeatRow) -> TakenSeat {
    let place = usize::try_from(seat.seat_no).ok().and_then(|index| plan.place(index));
    let label = place.map_or_else(|| seat.seat_id.to_string(), |place| place.label());
    TakenSeat { seat_id: seat.seat_id.clone(), label, state: seat.state }
}
