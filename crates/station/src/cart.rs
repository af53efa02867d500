//! The cart: seats that somebody chooses are held, and what is about to be paid is made this station's.

use jiff::Timestamp;
use wicket_domain::cart::{HOLD, TICKETS_MAX};
use wicket_domain::id::{CartId, EventId};
use wicket_domain::seat::{SeatId, SeatState};
use wicket_store::{ClaimCode, EventRow};

use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::lookup::{taken_seat, unknown_seat};
use crate::ports::draw;
use crate::post::{check_prices, tidy};
use crate::sell;
use crate::sync::{CLAIM_TRIES, Got, StepError, Wanted};
use crate::view::{ClaimOutcome, HoldOutcome, SaleRequest, TakenSeat};

impl Station {
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
    fn hold_here(
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

    /// Makes the places of a cart this station's, before money is taken for them. At a station without a cloud, and for
    /// an event that is this station's alone, they are already.
    pub fn claim_places(&self, _by: &Actor, request: &SaleRequest) -> Result<ClaimOutcome, Fault> {
        let request = &tidy(request);
        sell::check(request)?;
        let row = self.on_sale(request.event_id)?;
        let now = self.clock.now();
        self.store.read(|read| {
            sell::not_sold_yet(read, request.cart_id)?;
            check_prices(read, &row, request, now)
        })?;
        self.check_only_copy()?;
        if !row.publication.is_shared() {
            return Ok(ClaimOutcome::Owned);
        }
        let cart = match request.cart_id {
            Some(cart) => cart,
            None => self.open_cart()?,
        };
        self.claim_for(&row, cart, request)
    }

    /// The same for a cart that is named. The seats are in the cart afterwards, whatever became of the claim.
    pub(crate) fn claim_for(
        &self,
        row: &EventRow,
        cart: CartId,
        request: &SaleRequest,
    ) -> Result<ClaimOutcome, Fault> {
        if let Some(taken) = self.hold_here(row, cart, &request.seats, true)? {
            return Ok(ClaimOutcome::Taken { seats: taken });
        }
        let missing = self.not_mine(row, &request.seats, ClaimCode::Mine)?;
        let mut short = self.short_of_places(row, cart, &request.standing)?;
        if !self.online() {
            if missing.is_empty() && short.is_empty() {
                short = self.keep_places(row, cart, &request.standing)?;
                if short.is_empty() {
                    return Ok(ClaimOutcome::Owned);
                }
            }
            return Ok(self.offline(row, &missing, &short));
        }
        match self.get_seats(row, &missing, Wanted::ToSell) {
            Ok(Got::All) => {}
            Ok(Got::Lost(seats)) => return Ok(ClaimOutcome::Taken { seats: self.taken_seats(row, &seats)? }),
            Err(StepError::Cloud(_)) => return Ok(self.offline(row, &missing, &short)),
            Err(StepError::Here(fault)) => return Err(fault),
        }
        for _ in 0..CLAIM_TRIES {
            for (area_id, places) in &short {
                match self.get_places(row, area_id, *places, false) {
                    Ok(None) => {}
                    Ok(Some(left)) => return Ok(ClaimOutcome::Full { area_id: area_id.clone(), left }),
                    Err(StepError::Cloud(_)) => return Ok(self.offline(row, &[], &short)),
                    Err(StepError::Here(fault)) => return Err(fault),
                }
            }
            // Another cart may have kept what was claimed for this one a moment ago.
            short = self.keep_places(row, cart, &request.standing)?;
            if short.is_empty() {
                return Ok(ClaimOutcome::Owned);
            }
        }
        let (area_id, left) = short.into_iter().next().map(|(area_id, _)| (area_id, 0)).unwrap_or_default();
        Ok(ClaimOutcome::Full { area_id, left })
    }

    /// Holds seats of a cart in the cloud too, so that others see them taken while somebody chooses. Gives those that
    /// could not be had; they are out of the cart again.
    fn hold_in_cloud(&self, row: &EventRow, cart: CartId, seats: &[SeatId]) -> Result<Vec<TakenSeat>, Fault> {
        let missing = self.not_mine(row, seats, ClaimCode::Reserved)?;
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        let got = if self.online() {
            self.get_seats(row, &missing, Wanted::InCart)
        } else {
            Ok(Got::Lost(missing.clone()))
        };
        let lost = match got {
            Ok(Got::All) => return Ok(Vec::new()),
            Ok(Got::Lost(lost)) => lost,
            Err(StepError::Cloud(_)) => missing.clone(),
            Err(StepError::Here(fault)) => return Err(fault),
        };
        self.write(|tx| {
            missing.iter().try_for_each(|seat| Ok(tx.release_seats(cart, Some((row.event_no, seat)))?))
        })?;
        self.taken_seats(row, &lost)
    }

    /// Those of the seats that are not this station's, nor (`enough` being that) reserved for a while yet.
    fn not_mine(&self, row: &EventRow, seats: &[SeatId], enough: ClaimCode) -> Result<Vec<SeatId>, Fault> {
        let soon = self.clock.now().checked_add(HOLD / 2).unwrap_or(Timestamp::MAX);
        self.store.read(|read| {
            let mut missing = Vec::new();
            for seat_id in seats {
                let claim = read.seat_claim(row.event_no, seat_id)?.ok_or_else(|| unknown_seat(seat_id))?;
                let lasts = claim.until.is_some_and(|until| until > soon);
                let reserved = enough == ClaimCode::Reserved && claim.claim == ClaimCode::Reserved && lasts;
                if claim.claim != ClaimCode::Mine && !reserved {
                    missing.push(seat_id.clone());
                }
            }
            Ok(missing)
        })
    }

    fn taken_seats(&self, row: &EventRow, seats: &[SeatId]) -> Result<Vec<TakenSeat>, Fault> {
        let plan = self.plan(row.plan_no)?;
        let (claims, now) = (self.online(), self.clock.now());
        self.store.read(|read| {
            let one = |seat_id: &SeatId| {
                let seat =
                    read.seat(row.event_no, seat_id, claims, now)?.ok_or_else(|| unknown_seat(seat_id))?;
                Ok(taken_seat(&plan, &seat))
            };
            seats.iter().map(one).collect()
        })
    }

    fn offline(&self, row: &EventRow, seats: &[SeatId], short: &[(String, u32)]) -> ClaimOutcome {
        let labels = self.taken_seats(row, seats).unwrap_or_default().into_iter().map(|seat| seat.label);
        let areas = short.iter().map(|(area_id, _)| area_id.clone());
        ClaimOutcome::Offline { places: labels.chain(areas).collect() }
    }
}
