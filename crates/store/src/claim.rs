//! Who may sell a place, as far as this station knows: the cloud's word, kept with the version it was of.
//!
//! A seat becomes this station's only by a row of a newer version than the one known; it stops being so before the
//! cloud is asked to take it back.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};
use wicket_domain::id::{CartId, OrderId};
use wicket_domain::seat::SeatId;

use crate::error::StoreError;
use crate::row::{Id, Time, count, known};
use crate::seat::hold_over;
use crate::write::{Read, Write};

/// Who may sell a seat. The numbers stand in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ClaimCode {
    /// This station.
    Mine = 0,
    /// Nobody yet: whoever claims it.
    Available = 1,
    /// In a cart elsewhere.
    HeldElsewhere = 2,
    /// Another station.
    OwnedElsewhere = 3,
    /// Nobody any more.
    SoldElsewhere = 4,
    /// Nobody: kept out of sale.
    BlockedElsewhere = 5,
    /// Nobody: this station gives it back.
    GivingBack = 6,
    /// Nobody yet: in a cart here, and the cloud keeps others away.
    Reserved = 7,
    /// Nobody: it is on its way into the cloud.
    Publishing = 8,
}

impl ClaimCode {
    const ALL: [Self; 9] = [
        Self::Mine,
        Self::Available,
        Self::HeldElsewhere,
        Self::OwnedElsewhere,
        Self::SoldElsewhere,
        Self::BlockedElsewhere,
        Self::GivingBack,
        Self::Reserved,
        Self::Publishing,
    ];

    /// The number in the database.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Reads it back.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.code() == code)
    }
}

/// What is known of a seat's claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatClaimRow {
    /// The seat.
    pub seat_id: SeatId,
    /// Its index in the plan.
    pub seat_no: u32,
    /// Who may sell it.
    pub claim: ClaimCode,
    /// The cloud's version; 0 while the cloud has not told.
    pub version: u64,
    /// Until when a cart elsewhere has it.
    pub until: Option<Timestamp>,
    /// Whether it is kept for selling offline.
    pub allotted: bool,
    /// Whether it is sold here.
    pub sold: bool,
    /// Whether it is kept out of sale here.
    pub blocked: bool,
}

/// What is known of the places of a standing area.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StandingClaimRow {
    /// Places this station may sell, sold ones among them; none: all are its own.
    pub granted: Option<u32>,
    /// The version of the grant.
    pub grant_version: u64,
    /// Places of it that are being given back.
    pub giving_back: u32,
    /// Places of it that are kept for selling offline.
    pub allotted: u32,
    /// Places that nobody has been granted.
    pub left_for_all: u32,
    /// The version of the counter that says so.
    pub counter_version: u64,
}

impl StandingClaimRow {
    /// Places that this station may still sell, of `capacity` places of which it has sold `sold`.
    pub fn sellable(&self, capacity: u32, sold: u32) -> u32 {
        self.granted.map_or(capacity, |granted| granted.saturating_sub(self.giving_back)).saturating_sub(sold)
    }
}

/// The words of the partial index `seat_claimed`: SQLite uses it only for a query that says them.
const CLAIMED: &str = "cloud_version > 0 AND claim IN (0, 6, 7) AND state IN (0, 1)";
const CLAIM: &str =
    "seat_id, seat_no, claim, cloud_version, elsewhere_until, allotted, state = 2, state = 3 FROM seat";

fn read_claim(row: &rusqlite::Row<'_>) -> rusqlite::Result<Result<SeatClaimRow, StoreError>> {
    let claim = known(ClaimCode::from_code(row.get(2)?), "claim");
    let (seat_id, seat_no) = (SeatId::new(row.get::<_, String>(0)?), row.get(1)?);
    let (version, until) = (row.get(3)?, row.get::<_, Option<Time>>(4)?.map(|time| time.0));
    let (allotted, sold, blocked) = (row.get(5)?, row.get(6)?, row.get(7)?);
    Ok(claim.map(|claim| SeatClaimRow { seat_id, seat_no, claim, version, until, allotted, sold, blocked }))
}

impl Read<'_> {
    /// What is known of a seat's claim.
    pub fn seat_claim(&self, event_no: i64, seat_id: &SeatId) -> Result<Option<SeatClaimRow>, StoreError> {
        let sql = format!("SELECT {CLAIM} WHERE event_no = ?1 AND seat_id = ?2");
        let mut statement = self.conn.prepare_cached(&sql)?;
        statement.query_row((event_no, seat_id.as_str()), read_claim).optional()?.transpose()
    }

    /// Seats that this station gives back, at most `limit`.
    pub fn seats_to_give_back(&self, event_no: i64, limit: u32) -> Result<Vec<SeatClaimRow>, StoreError> {
        let sql = format!(
            "SELECT {CLAIM} INDEXED BY seat_claimed
             WHERE event_no = ?1 AND claim = 6 AND {CLAIMED} LIMIT ?2"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((event_no, limit), read_claim)?;
        rows.map(|row| row?).collect()
    }

    /// Seats that have not been put into the cloud yet, in the plan's order, at most `limit`.
    pub fn seats_to_publish(&self, event_no: i64, limit: u32) -> Result<Vec<SeatClaimRow>, StoreError> {
        let sql =
            format!("SELECT {CLAIM} WHERE event_no = ?1 AND cloud_version = 0 ORDER BY seat_id LIMIT ?2");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map((event_no, limit), read_claim)?;
        rows.map(|row| row?).collect()
    }

    /// How many seats have not been put into the cloud yet.
    pub fn count_to_publish(&self, event_no: i64) -> Result<u32, StoreError> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT count(*) FROM seat WHERE event_no = ?1 AND cloud_version = 0")?;
        Ok(count(statement.query_row([event_no], |row| row.get(0))?))
    }

    /// The order a seat was sold in here.
    pub fn order_of_seat(&self, event_no: i64, seat_id: &SeatId) -> Result<Option<OrderId>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT t.order_id FROM seat s JOIN ticket t ON t.ticket_id = s.ticket_id
             WHERE s.event_no = ?1 AND s.seat_id = ?2",
        )?;
        let row = statement.query_row((event_no, seat_id.as_str()), |row| row.get::<_, Id<OrderId>>(0));
        Ok(row.optional()?.map(|id| id.0))
    }

    /// Seats of an event that only this station may sell and has not sold: all, and those kept for selling offline.
    pub fn seats_owned(&self, event_no: i64) -> Result<(u32, u32), StoreError> {
        let sql = format!(
            "SELECT count(*), coalesce(sum(allotted), 0) FROM seat INDEXED BY seat_claimed
             WHERE event_no = ?1 AND claim = 0 AND {CLAIMED}"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement.query_row([event_no], |row| Ok((count(row.get(0)?), count(row.get(1)?))))?)
    }

    /// Seats of an event that are gone elsewhere: owned, sold or kept out of sale there, or in a cart there until
    /// after `now`.
    pub fn seats_elsewhere(&self, event_no: i64, now: Timestamp) -> Result<u32, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT count(*) FROM seat INDEXED BY seat_elsewhere
             WHERE event_no = :event_no AND claim IN (2, 3, 4, 5) AND state <> 2
               AND (claim <> 2 OR elsewhere_until > :now)",
        )?;
        let params = named_params! { ":event_no": event_no, ":now": Time(now) };
        Ok(count(statement.query_row(params, |row| row.get(0))?))
    }

    /// Seats of an event that only this station may sell and that nobody has: what is for sale while nothing can be
    /// claimed. It looks at every seat, some milliseconds in a large hall.
    pub fn seats_own_free(&self, event_no: i64, now: Timestamp) -> Result<u32, StoreError> {
        let mut statement = self.conn.prepare_cached(concat!(
            "SELECT count(*) FROM seat
             WHERE event_no = :event_no AND claim = 0 AND (state = 0 OR (state = 1 AND ",
            hold_over!(),
            "))",
        ))?;
        let params = named_params! { ":event_no": event_no, ":now": Time(now) };
        Ok(count(statement.query_row(params, |row| row.get(0))?))
    }

    /// Standing places that carts other than `except` are about to pay for.
    pub fn standing_held(
        &self,
        event_no: i64,
        area_id: &str,
        except: Option<CartId>,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let mut statement = self.conn.prepare_cached(concat!(
            "SELECT coalesce(sum(places), 0) FROM standing_hold
             WHERE event_no = :event_no AND area_id = :area_id AND NOT ",
            hold_over!(),
            " AND (:except IS NULL OR cart_id <> :except)",
        ))?;
        let params = named_params! {
            ":event_no": event_no, ":area_id": area_id, ":except": except.map(Id), ":now": Time(now),
        };
        Ok(count(statement.query_row(params, |row| row.get(0))?))
    }
}

impl Write<'_> {
    /// Takes over what the cloud says of a seat, if it says it of a newer version; says whether it did. A seat that
    /// stops being this station's is no longer kept for selling offline either.
    pub fn put_seat_claim(
        &self,
        event_no: i64,
        seat_id: &SeatId,
        claim: ClaimCode,
        version: u64,
        until: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let changed = self
            .conn
            .prepare_cached(
                "UPDATE seat SET claim = :claim, cloud_version = :version, elsewhere_until = :until,
                        allotted = CASE :claim WHEN 0 THEN allotted ELSE 0 END
                 WHERE event_no = :event_no AND seat_id = :seat_id AND cloud_version < :version",
            )?
            .execute(named_params! {
                ":event_no": event_no,
                ":seat_id": seat_id.as_str(),
                ":claim": claim.code(),
                ":version": version,
                ":until": until.map(Time),
            })?;
        Ok(changed == 1)
    }

    /// Keeps a seat that is this station's for selling offline.
    pub fn allot_seat(&self, event_no: i64, seat_id: &SeatId) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "UPDATE seat SET allotted = 1 WHERE event_no = ?1 AND seat_id = ?2 AND claim = 0",
            )?
            .execute((event_no, seat_id.as_str()))?;
        Ok(())
    }

    /// Lets go of what was kept for selling offline.
    pub fn unallot_seats(&self, event_no: i64) -> Result<usize, StoreError> {
        let sql = format!(
            "UPDATE seat INDEXED BY seat_claimed SET allotted = 0
             WHERE event_no = ?1 AND claim = 0 AND allotted = 1 AND {CLAIMED}"
        );
        Ok(self.conn.execute(&sql, [event_no])?)
    }

    /// Marks what this station has of an event in the cloud, and no cart and no allotment needs, as given back: from
    /// now on it is not sold from. Gives how many.
    pub fn mark_giving_back(&self, event_no: i64, now: Timestamp) -> Result<usize, StoreError> {
        let sql = format!(
            "UPDATE seat INDEXED BY seat_claimed SET claim = 6
             WHERE event_no = :event_no AND claim IN (0, 7) AND allotted = 0 AND {CLAIMED}
               AND (state = 0 OR {})",
            hold_over!()
        );
        let params = named_params! { ":event_no": event_no, ":now": Time(now) };
        Ok(self.conn.prepare_cached(&sql)?.execute(params)?)
    }

    /// Makes every place of an event nobody's: it came from the cloud, which has yet to say whose they are.
    pub fn disclaim_event(&self, event_no: i64) -> Result<(), StoreError> {
        self.conn.execute("UPDATE seat SET claim = 1 WHERE event_no = ?1", [event_no])?;
        self.conn.execute("UPDATE standing_area SET granted = 0 WHERE event_no = ?1", [event_no])?;
        Ok(())
    }

    /// Lets go of everything in the cloud that this station has not sold: somebody has fenced it.
    pub fn give_up_claims(&self) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE seat SET claim = 1, allotted = 0
             WHERE cloud_version > 0 AND claim IN (0, 6, 7) AND state IN (0, 1)",
            [],
        )?;
        self.conn.execute(
            "UPDATE standing_area SET granted = sold, giving_back = 0, allotted = 0 WHERE granted IS NOT NULL",
            [],
        )?;
        Ok(())
    }

    /// Gives up what this station was granted of one standing area and has not sold.
    pub fn give_up_grant(&self, event_no: i64, area_id: &str) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE standing_area SET granted = sold, giving_back = 0, allotted = 0
             WHERE event_no = ?1 AND area_id = ?2 AND granted IS NOT NULL",
            (event_no, area_id),
        )?;
        Ok(())
    }

    /// Marks a free seat as on its way into the cloud; says whether it was free. What is sold, or in a cart here, stays
    /// this station's.
    pub fn mark_publishing(
        &self,
        event_no: i64,
        now: Timestamp,
        seat_id: &SeatId,
    ) -> Result<bool, StoreError> {
        let changed = self
            .conn
            .prepare_cached(concat!(
                "UPDATE seat SET claim = 8
                 WHERE event_no = :event_no AND seat_id = :seat_id AND cloud_version = 0 AND claim IN (0, 8)
                   AND (state = 0 OR (state = 1 AND ",
                hold_over!(),
                "))",
            ))?
            .execute(
                named_params! { ":event_no": event_no, ":seat_id": seat_id.as_str(), ":now": Time(now) },
            )?;
        Ok(changed == 1)
    }

    /// Takes over what a station's grant from a standing area is, if it is of a newer version.
    pub fn put_grant(
        &self,
        event_no: i64,
        area_id: &str,
        granted: u32,
        version: u64,
    ) -> Result<bool, StoreError> {
        let changed = self
            .conn
            .prepare_cached(
                "UPDATE standing_area SET granted = :granted, grant_version = :version, giving_back = 0
                 WHERE event_no = :event_no AND area_id = :area_id AND grant_version < :version",
            )?
            .execute(named_params! {
                ":event_no": event_no, ":area_id": area_id, ":granted": granted, ":version": version,
            })?;
        Ok(changed == 1)
    }

    /// Makes a standing area one that places are granted from, with what this station has sold as its grant.
    pub fn begin_grants(&self, event_no: i64, area_id: &str) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE standing_area SET granted = sold
             WHERE event_no = ?1 AND area_id = ?2 AND granted IS NULL",
            (event_no, area_id),
        )?;
        Ok(())
    }

    /// Takes over what is left of a standing area for everybody, if it is of a newer version.
    pub fn put_counter(
        &self,
        event_no: i64,
        area_id: &str,
        remaining: u32,
        version: u64,
    ) -> Result<bool, StoreError> {
        let changed = self
            .conn
            .prepare_cached(
                "UPDATE standing_area SET left_for_all = :remaining, counter_version = :version
                 WHERE event_no = :event_no AND area_id = :area_id AND counter_version < :version",
            )?
            .execute(named_params! {
                ":event_no": event_no, ":area_id": area_id, ":remaining": remaining, ":version": version,
            })?;
        Ok(changed == 1)
    }

    /// Sets how many places of a grant are being given back: from now on they are not sold from.
    pub fn set_giving_back(&self, event_no: i64, area_id: &str, places: u32) -> Result<(), StoreError> {
        self.conn
            .prepare_cached("UPDATE standing_area SET giving_back = ?3 WHERE event_no = ?1 AND area_id = ?2")?
            .execute((event_no, area_id, places))?;
        Ok(())
    }

    /// Sets how many places of a grant are kept for selling offline.
    pub fn set_standing_allotted(&self, event_no: i64, area_id: &str, places: u32) -> Result<(), StoreError> {
        self.conn
            .prepare_cached("UPDATE standing_area SET allotted = ?3 WHERE event_no = ?1 AND area_id = ?2")?
            .execute((event_no, area_id, places))?;
        Ok(())
    }

    /// Keeps standing places for a cart that is about to pay.
    pub fn hold_standing(
        &self,
        cart: CartId,
        event_no: i64,
        area_id: &str,
        places: u32,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO standing_hold (cart_id, event_no, area_id, places, hold_until)
                 VALUES (:cart, :event_no, :area_id, :places, :until)
                 ON CONFLICT (cart_id, event_no, area_id) DO UPDATE SET places = :places, hold_until = :until",
            )?
            .execute(named_params! {
                ":cart": Id(cart), ":event_no": event_no, ":area_id": area_id, ":places": places,
                ":until": Time(until),
            })?;
        Ok(())
    }

    /// Lets go of a cart's standing places, and of those whose time has run out.
    pub fn release_standing(&self, cart: Option<CartId>, now: Timestamp) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(concat!("DELETE FROM standing_hold WHERE cart_id = :cart OR ", hold_over!()))?
            .execute(named_params! { ":cart": cart.map(Id), ":now": Time(now) })?;
        Ok(())
    }
}
