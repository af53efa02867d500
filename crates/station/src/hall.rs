//! The hall as the seller sees it: the drawing, what is free, and the best seats.

use jiff::Timestamp;
use wicket_domain::cart::TICKETS_MAX;
use wicket_domain::id::{CartId, EventId};
use wicket_domain::money::Money;
use wicket_domain::plan::best_available;
use wicket_domain::price::CategoryPrice;
use wicket_domain::seat::{SeatId, SeatState};
use wicket_store::EventRow;

use crate::Station;
use crate::fault::Fault;
use crate::lookup::{own_only, places_left};
use crate::view::{Hall, SeatLine, SeatStates, StandingView, Suggestion};

/// The digit of a seat in the asking cart; the others are [`SeatState::code`].
const MINE: u8 = b'4';

/// As many bits of a hall's version count the holds that have run out.
const EXPIRED_BITS: u32 = 20;

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
}
