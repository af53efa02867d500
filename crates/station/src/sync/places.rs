//! Claiming places of standing areas: the area's counter and this station's grant change together, so that after a lost
//! answer the grant itself says what came of it.

use wicket_domain::cart::{HOLD, StandingLine};
use wicket_domain::cloud::GrantRecord;
use wicket_domain::cloud::rules::Claimant;
use wicket_domain::door::{Claim, ClaimAnswer, ClaimAsk, Door};
use wicket_domain::id::CartId;
use wicket_store::{EventRow, Read, StandingRow, Write};

use super::StepError;
use super::claims::claimant;
use crate::Station;
use crate::fault::Fault;
use crate::keys::Own;
use crate::lookup::unknown_area;

/// A claim that was refused because the file was behind is tried again so often.
const TRIES: u32 = 3;

impl Station {
    /// The areas of which a cart wants more places than this station has, and how many more.
    pub(crate) fn short_of_places(
        &self,
        row: &EventRow,
        cart: CartId,
        wanted: &[StandingLine],
    ) -> Result<Vec<(String, u32)>, Fault> {
        let now = self.clock.now();
        self.store.read(|read| short_of(read, row, cart, wanted, now))
    }

    /// Keeps standing places for a cart while it is paid, if this station has as many beside those of other carts;
    /// otherwise keeps none and gives the areas it is short of.
    pub(crate) fn keep_places(
        &self,
        row: &EventRow,
        cart: CartId,
        wanted: &[StandingLine],
    ) -> Result<Vec<(String, u32)>, Fault> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let until = now.checked_add(HOLD).unwrap_or(jiff::Timestamp::MAX);
        self.write(|tx| {
            let short = short_of(tx, row, cart, wanted, now)?;
            if short.is_empty() {
                for line in wanted.iter().filter(|line| line.count > 0) {
                    tx.hold_standing(cart, row.event_no, &line.area_id, line.count, until)?;
                }
            }
            Ok(short)
        })
    }

    /// Claims places; when there are not so many, says how many are left, and has claimed none.
    pub(crate) fn get_places(
        &self,
        row: &EventRow,
        area_id: &str,
        places: u32,
        keep: bool,
    ) -> Result<Option<u32>, StepError> {
        let mut left = 0;
        for _ in 0..TRIES {
            let own = self.own()?;
            let area = self.area(row, area_id)?;
            match self.change_grant(row, &own, &area, i64::from(places))? {
                ClaimAnswer::Done { granted, .. } => {
                    let granted = granted.unwrap_or(0);
                    let stands = self.write(|tx| {
                        let version = area.claim.grant_version.saturating_add(1);
                        let me = claimant(tx, own.station_id)?;
                        put_granted(tx, row.event_no, area_id, (granted, version, own.epoch), me)?;
                        if me.epoch != own.epoch {
                            return Ok(false);
                        }
                        if keep {
                            let kept = area.claim.allotted.saturating_add(places);
                            tx.set_standing_allotted(row.event_no, area_id, kept)?;
                        }
                        Ok(true)
                    })?;
                    if !stands {
                        continue;
                    }
                    return Ok(None);
                }
                ClaimAnswer::Refused { .. } => {
                    let now = self.area(row, area_id)?;
                    // An earlier try may have come through after all.
                    let gained =
                        now.claim.granted.unwrap_or(0).saturating_sub(area.claim.granted.unwrap_or(0));
                    if gained >= places {
                        return Ok(None);
                    }
                    left = now.claim.left_for_all;
                    if left < places {
                        return Ok(Some(left.saturating_add(now.claim.sellable(now.capacity, now.sold))));
                    }
                }
                ClaimAnswer::Fenced => {
                    self.probe()?;
                }
            }
        }
        Ok(Some(left))
    }

    /// Moves places between the area and this station, and takes over how both stand when that was refused.
    fn change_grant(
        &self,
        row: &EventRow,
        own: &Own,
        area: &StandingRow,
        change: i64,
    ) -> Result<ClaimAnswer, StepError> {
        let (area_id, version) = (area.area_id.clone(), area.claim.grant_version);
        let claim = Claim::Places { area_id, change, version };
        let ask = ClaimAsk { event_id: row.event.event_id, epoch: own.epoch, claim };
        let answer = self.asked(Door::Claims, &ask)?;
        if let ClaimAnswer::Refused { grant, counter, .. } = &answer {
            self.write(|tx| {
                if let Some(grant) = grant {
                    let me = claimant(tx, own.station_id)?;
                    take_grant(tx, row.event_no, &area.area_id, grant, me)?;
                }
                if let Some(counter) = counter {
                    tx.put_counter(row.event_no, &area.area_id, counter.remaining, counter.version)?;
                }
                Ok(())
            })?;
        }
        Ok(answer)
    }

    fn area(&self, row: &EventRow, area_id: &str) -> Result<StandingRow, Fault> {
        let areas = self.store.read::<_, Fault>(|read| Ok(read.standing(row.event_no)?))?;
        let found = areas.iter().find(|area| area.area_id == area_id).cloned();
        found.ok_or_else(|| unknown_area(area_id, &areas))
    }

    /// Takes places of each standing area ahead; gives how many were to be had.
    pub(crate) fn allot_places(&self, row: &EventRow, count: u32) -> Result<u32, StepError> {
        let areas = self.store.read::<_, Fault>(|read| Ok(read.standing(row.event_no)?))?;
        let mut took = 0_u32;
        for area in areas {
            // As many as there are, when there are fewer.
            let mut wanted = count;
            while wanted > 0 {
                if self.get_places(row, &area.area_id, wanted, true)?.is_none() {
                    took = took.saturating_add(wanted);
                    break;
                }
                let left = self.area(row, &area.area_id)?.claim.left_for_all;
                wanted = left.min(wanted.saturating_sub(1));
            }
        }
        Ok(took)
    }

    /// Gives back granted places that nobody here needs.
    pub(crate) fn give_back_places(&self, row: &EventRow) -> Result<(), StepError> {
        let own = self.own()?;
        let now = self.clock.now();
        let areas = self.store.read::<_, Fault>(|read| Ok(read.standing(row.event_no)?))?;
        for area in areas.iter().filter(|area| area.claim.granted.is_some()) {
            let idle = self.store.read::<_, Fault>(|read| idle_of(read, row, area, now))?;
            if idle + area.claim.giving_back == 0 {
                continue;
            }
            // Looked at once more where nobody can sell in between.
            let back = self.write(|tx| {
                let areas = tx.standing(row.event_no)?;
                let Some(area) = areas.iter().find(|now| now.area_id == area.area_id) else {
                    return Ok(None);
                };
                let back = area.claim.giving_back + idle_of(tx, row, area, now)?;
                tx.set_giving_back(row.event_no, &area.area_id, back)?;
                Ok(Some((area.clone(), back)))
            })?;
            let Some((area, back)) = back.filter(|(_, back)| *back > 0) else { continue };
            if let ClaimAnswer::Done { granted, .. } =
                self.change_grant(row, &own, &area, -i64::from(back))?
            {
                let granted = granted.unwrap_or(0);
                let version = area.claim.grant_version.saturating_add(1);
                self.write(|tx| {
                    let me = claimant(tx, own.station_id)?;
                    put_granted(tx, row.event_no, &area.area_id, (granted, version, own.epoch), me)
                })?;
            }
        }
        Ok(())
    }
}

/// Takes over what this station has been granted of an area, if that is news. What it was granted before it was fenced is
/// no longer its own, but for what it has sold: a desk is giving it back.
pub(crate) fn take_grant(
    tx: &Write<'_>,
    event_no: i64,
    area_id: &str,
    grant: &GrantRecord,
    me: Claimant,
) -> Result<bool, Fault> {
    put_granted(tx, event_no, area_id, (grant.granted, grant.version, grant.epoch), me)
}

fn put_granted(
    tx: &Write<'_>,
    event_no: i64,
    area_id: &str,
    (granted, version, epoch): (u32, u64, u32),
    me: Claimant,
) -> Result<bool, Fault> {
    let news = tx.put_grant(event_no, area_id, granted, version)?;
    if news && epoch < me.epoch {
        tx.give_up_grant(event_no, area_id)?;
    }
    Ok(news)
}

/// The areas of which a cart wants more places than this station has beside those of other carts, and how many more.
fn short_of(
    read: &Read<'_>,
    row: &EventRow,
    cart: CartId,
    wanted: &[StandingLine],
    now: jiff::Timestamp,
) -> Result<Vec<(String, u32)>, Fault> {
    let areas = read.standing(row.event_no)?;
    let mut short = Vec::new();
    for line in wanted {
        let area = areas.iter().find(|area| area.area_id == line.area_id);
        let area = area.ok_or_else(|| unknown_area(&line.area_id, &areas))?;
        let held = read.standing_held(row.event_no, &area.area_id, Some(cart), now)?;
        let have = area.claim.sellable(area.capacity, area.sold).saturating_sub(held);
        if line.count > have {
            short.push((area.area_id.clone(), line.count - have));
        }
    }
    Ok(short)
}

/// Granted places that are neither sold, nor in a cart, nor kept, nor on their way back.
fn idle_of(read: &Read<'_>, row: &EventRow, area: &StandingRow, now: jiff::Timestamp) -> Result<u32, Fault> {
    let held = read.standing_held(row.event_no, &area.area_id, None, now)?;
    let sellable = area.claim.sellable(area.capacity, area.sold);
    Ok(sellable.saturating_sub(area.claim.allotted).saturating_sub(held))
}
