//! Seats and standing places: their states, and the conditional changes that make selling one twice impossible.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};
use wicket_domain::cart::hold_is_over;
use wicket_domain::id::{CartId, TicketId};
use wicket_domain::seat::{SeatId, SeatState};

use crate::claim::ClaimCode;
use crate::error::StoreError;
use crate::row::{Id, Time, count, known};
use crate::write::{Read, Write};

/// A seat as stored.
#[derive(Clone)]
pub struct SeatRow {
    /// Its id.
    pub seat_id: SeatId,
    /// Its index in the plan.
    pub seat_no: u32,
    /// What it is priced by.
    pub category_no: u16,
    /// Its state now: a hold whose time has run out counts as free.
    pub state: SeatState,
    /// Whose hold it is.
    pub cart_id: Option<CartId>,
    /// Whose ticket it is.
    pub ticket_id: Option<TicketId>,
    /// Who may sell it.
    pub claim: ClaimCode,
}

/// A hold is somebody's only until its time runs out: [`hold_is_over`], as SQLite says it.
macro_rules! hold_over {
    () => {
        "(hold_until <= :now OR hold_until > :now + 1200000)"
    };
}
pub(crate) use hold_over;

const FREE_FOR_CART: &str =
    concat!("(state = 0 OR (state = 1 AND (cart_id = :cart_id OR ", hold_over!(), ")))");

fn state_at(code: u8, hold_until: Option<Timestamp>, now: Timestamp) -> Result<SeatState, StoreError> {
    match known(SeatState::from_code(code), "seat state")? {
        SeatState::Held if hold_until.is_none_or(|until| hold_is_over(until, now)) => Ok(SeatState::Free),
        state => Ok(state),
    }
}

/// What a seat that is free here is for whoever wants to buy it here. `claims` says whether places of nobody can be
/// claimed now; while they cannot, they are not for sale.
fn with_claim(
    claim: u8,
    until: Option<Timestamp>,
    claims: bool,
    now: Timestamp,
) -> Result<SeatState, StoreError> {
    Ok(match known(ClaimCode::from_code(claim), "claim")? {
        ClaimCode::Mine => SeatState::Free,
        ClaimCode::HeldElsewhere if until.is_some_and(|until| until > now) => SeatState::Held,
        ClaimCode::OwnedElsewhere => SeatState::Held,
        ClaimCode::SoldElsewhere => SeatState::Sold,
        ClaimCode::BlockedElsewhere => SeatState::Blocked,
        ClaimCode::Available
        | ClaimCode::HeldElsewhere
        | ClaimCode::GivingBack
        | ClaimCode::Reserved
        | ClaimCode::Publishing => {
            if claims {
                SeatState::Free
            } else {
                SeatState::Blocked
            }
        }
    })
}

impl Read<'_> {
    /// What a seat is priced by.
    pub fn category_of_seat(&self, event_no: i64, seat_id: &str) -> Result<Option<u16>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT category_no FROM seat WHERE event_no = ?1 AND seat_id = ?2")?;
        Ok(statement.query_row((event_no, seat_id), |row| row.get(0)).optional()?)
    }

    /// One seat. `claims` says whether places that nobody owns can be claimed now.
    pub fn seat(
        &self,
        event_no: i64,
        seat_id: &SeatId,
        claims: bool,
        now: Timestamp,
    ) -> Result<Option<SeatRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT seat_no, category_no, state, cart_id, hold_until, ticket_id, claim, elsewhere_until FROM seat
             WHERE event_no = ?1 AND seat_id = ?2",
        )?;
        let row = statement
            .query_row((event_no, seat_id.as_str()), |row| {
                let cart_id = row.get::<_, Option<Id<CartId>>>(3)?.map(|id| id.0);
                let ticket_id = row.get::<_, Option<Id<TicketId>>>(5)?.map(|id| id.0);
                let hold_until = row.get::<_, Option<Time>>(4)?.map(|time| time.0);
                let claimed = (row.get::<_, u8>(6)?, row.get::<_, Option<Time>>(7)?.map(|time| time.0));
                Ok(((row.get(0)?, row.get(1)?, row.get(2)?), cart_id, hold_until, ticket_id, claimed))
            })
            .optional()?;
        let Some(((seat_no, category_no, code), cart_id, hold_until, ticket_id, (claim, until))) = row else {
            return Ok(None);
        };
        let mut state = state_at(code, hold_until, now)?;
        if state == SeatState::Free {
            state = with_claim(claim, until, claims, now)?;
        }
        let claim = known(ClaimCode::from_code(claim), "claim")?;
        Ok(Some(SeatRow { seat_id: seat_id.clone(), seat_no, category_no, state, cart_id, ticket_id, claim }))
    }

    /// The state of every seat by its index in the plan, and whether the hold is `cart`'s. `claims` as for
    /// [`Read::seat`].
    pub fn seat_states(
        &self,
        event_no: i64,
        cart: Option<CartId>,
        claims: bool,
        now: Timestamp,
        mut visit: impl FnMut(u32, SeatState, bool),
    ) -> Result<(), StoreError> {
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT seat_no, state, claim, cart_id, hold_until, elsewhere_until FROM seat WHERE event_no = ?1",
            )?;
        let mut rows = statement.query([event_no])?;
        while let Some(row) = rows.next()? {
            let (code, claim): (u8, u8) = (row.get(1)?, row.get(2)?);
            let (mut state, mut mine) = (state_at(code, None, now)?, false);
            if code == SeatState::Held.code() {
                let holder = row.get::<_, Option<Id<CartId>>>(3)?.map(|id| id.0);
                state = state_at(code, row.get::<_, Option<Time>>(4)?.map(|time| time.0), now)?;
                mine = state == SeatState::Held && holder == cart && cart.is_some();
            }
            if state == SeatState::Free && claim != ClaimCode::Mine.code() {
                let until = row.get::<_, Option<Time>>(5)?.map(|time| time.0);
                state = with_claim(claim, until, claims, now)?;
            }
            visit(row.get(0)?, state, mine);
        }
        Ok(())
    }

    /// Numbered seats of an event that are neither free nor sold: held at this moment, or kept out of sale.
    pub fn seats_kept(&self, event_no: i64, now: Timestamp) -> Result<u32, StoreError> {
        let mut statement = self.conn.prepare_cached(concat!(
            "SELECT (SELECT count(*) FROM seat INDEXED BY seat_held
                     WHERE state = 1 AND event_no = :event_no AND NOT ",
            hold_over!(),
            ")
                  + (SELECT count(*) FROM seat INDEXED BY seat_blocked
                     WHERE state = 3 AND event_no = :event_no)",
        ))?;
        let params = named_params! { ":event_no": event_no, ":now": Time(now) };
        Ok(count(statement.query_row(params, |row| row.get(0))?))
    }

    /// Holds of any event whose time has run out and that nobody has taken over: each is one more free seat, though
    /// nothing was written.
    pub fn expired_holds(&self, now: Timestamp) -> Result<u32, StoreError> {
        let mut statement = self.conn.prepare_cached(concat!(
            "SELECT count(*) FROM seat INDEXED BY seat_held WHERE state = 1 AND ",
            hold_over!(),
        ))?;
        Ok(count(statement.query_row(named_params! { ":now": Time(now) }, |row| row.get(0))?))
    }
}

impl Read<'_> {
    /// How much carts hold, or held and did not give back.
    pub(crate) fn holds(&self) -> Result<u32, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT (SELECT count(*) FROM seat INDEXED BY seat_held WHERE state = 1)
                  + (SELECT count(*) FROM standing_hold)",
        )?;
        Ok(count(statement.query_row([], |row| row.get(0))?))
    }
}

impl Write<'_> {
    /// Gives back what all carts hold.
    pub(crate) fn release_everything(&self) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE seat INDEXED BY seat_held SET state = 0, cart_id = NULL, hold_until = NULL WHERE state = 1",
            [],
        )?;
        self.conn.execute("DELETE FROM standing_hold", [])?;
        Ok(())
    }

    /// Adds a free seat.
    pub fn insert_seat(
        &self,
        event_no: i64,
        seat_id: &SeatId,
        seat_no: u32,
        category_no: u16,
    ) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO seat (event_no, seat_id, seat_no, category_no)
                 VALUES (:event_no, :seat_id, :seat_no, :category_no)",
            )?
            .execute(named_params! {
                ":event_no": event_no,
                ":seat_id": seat_id.as_str(),
                ":seat_no": seat_no,
                ":category_no": category_no,
            })?;
        Ok(())
    }

    /// Holds a seat for `cart`; says whether it could be had.
    pub fn hold_seat(
        &self,
        event_no: i64,
        seat_id: &SeatId,
        cart: CartId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "UPDATE seat SET state = 1, cart_id = :cart_id, hold_until = :until
             WHERE event_no = :event_no AND seat_id = :seat_id AND {FREE_FOR_CART}"
        );
        let changed = self.conn.prepare_cached(&sql)?.execute(named_params! {
            ":event_no": event_no,
            ":seat_id": seat_id.as_str(),
            ":cart_id": Id(cart),
            ":now": Time(now),
            ":until": Time(until),
        })?;
        Ok(changed == 1)
    }

    /// Gives back what `cart` holds: one seat, or all of them.
    pub fn release_seats(&self, cart: CartId, only: Option<(i64, &SeatId)>) -> Result<(), StoreError> {
        const RELEASE: &str = "UPDATE seat SET state = 0, cart_id = NULL, hold_until = NULL
                               WHERE state = 1 AND cart_id = ?1";
        match only {
            None => self.conn.prepare_cached(RELEASE)?.execute([Id(cart)])?,
            Some((event_no, seat_id)) => self
                .conn
                .prepare_cached(&format!("{RELEASE} AND event_no = ?2 AND seat_id = ?3"))?
                .execute((Id(cart), event_no, seat_id.as_str()))?,
        };
        Ok(())
    }

    /// Sells a seat that is this station's and free, or held by `cart`; says whether it could be had.
    pub fn sell_seat(
        &self,
        event_no: i64,
        seat_id: &SeatId,
        cart: Option<CartId>,
        now: Timestamp,
        ticket: TicketId,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "UPDATE seat SET state = 2, cart_id = NULL, hold_until = NULL, ticket_id = :ticket_id
             WHERE event_no = :event_no AND seat_id = :seat_id AND claim = 0 AND {FREE_FOR_CART}"
        );
        let changed = self.conn.prepare_cached(&sql)?.execute(named_params! {
            ":event_no": event_no,
            ":seat_id": seat_id.as_str(),
            ":cart_id": cart.map(Id),
            ":now": Time(now),
            ":ticket_id": Id(ticket),
        })?;
        Ok(changed == 1)
    }

    /// Sells places in a standing area; says whether this station had so many left to sell. Of those kept for selling
    /// offline, the sold ones count as used up.
    pub fn sell_standing(&self, event_no: i64, area_id: &str, places: u32) -> Result<bool, StoreError> {
        let changed = self
            .conn
            .prepare_cached(
                "UPDATE standing_area SET sold = sold + :places, allotted = max(0, allotted - :places)
                 WHERE event_no = :event_no AND area_id = :area_id
                   AND sold + :places <= coalesce(granted - giving_back, capacity)",
            )?
            .execute(named_params! { ":places": places, ":event_no": event_no, ":area_id": area_id })?;
        Ok(changed == 1)
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use wicket_domain::cart::{HOLD, HOLD_LONGEST};

    use super::*;

    #[test]
    fn sqlite_says_the_same_of_a_hold() {
        let conn = Connection::open_in_memory().unwrap();
        let now = Timestamp::from_second(1_798_804_800).unwrap();
        let sql = concat!("SELECT ", hold_over!(), " FROM (SELECT :until AS hold_until)");
        let moment = jiff::SignedDuration::from_millis(1);
        for ahead in [-moment, moment - moment, moment, HOLD, HOLD_LONGEST, HOLD_LONGEST + moment] {
            let until = now + ahead;
            let params = named_params! { ":now": Time(now), ":until": Time(until) };
            let over: bool = conn.query_row(sql, params, |row| row.get(0)).unwrap();
            assert_eq!(over, hold_is_over(until, now), "{ahead}");
        }
    }
}
