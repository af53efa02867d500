//! Fencing: a desk ends what another station owns, and gives its unsold places back.
//!
//! The epoch is raised first: from then on nothing that the station claims is taken until it has heard of the fence. Then
//! the clerk goes through each event's inventory. It may be cut off anywhere and begun again.

use wicket_domain::cloud::{StationKind, StationRecord};
use wicket_domain::door::{Door, Fence, Reclaim, Reclaimed, Refusal};
use wicket_domain::id::StationId;

use super::StepError;
use super::link::told;
use super::register::{at_desk, no_station, said};
use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::view::Fenced;

/// The notice of a station that was fenced.
pub(crate) const FENCED: &str = "fenced";

impl Station {
    /// This station was fenced: what it had and did not sell is on sale elsewhere. It goes on under the new epoch; what
    /// it sold meanwhile is reported like everything else, and collides in the cloud where it must.
    pub(crate) fn accept_fence(&self, epoch: u32) -> Result<(), Fault> {
        let now = self.clock.now();
        self.write(|tx| {
            // Another window or command has accepted it already, and may have claimed under it since.
            if tx.station()?.is_some_and(|row| row.epoch >= epoch) {
                return Ok(());
            }
            tx.set_epoch(epoch)?;
            tx.give_up_claims()?;
            tx.insert_notice(FENCED, &epoch.to_string(), now)?;
            self.books(tx).enter(now, "cloud", "fenced", &serde_json::json!({ "epoch": epoch }).to_string())
        })?;
        self.keys().forget_own();
        Ok(())
    }

    /// Ends what a station owns, because it will not come back tonight, and gives its unsold places back. It may go on
    /// later. What it has sold and not sent yet collides with what others have sold since, and is told as conflicts.
    pub fn fence_station(&self, by: &Actor, station_id: StationId) -> Result<Fenced, Fault> {
        self.has_cloud_or_fault()?;
        if self.own()?.kind != StationKind::Desk {
            return Err(said(Refusal::Kind));
        }
        let stations = self.stations_of_house()?;
        let known = stations.into_iter().find(|record| record.station_id == station_id);
        let known = known.ok_or_else(no_station)?;
        let ask = Fence { station_id, epoch: known.epoch, by: self.name_on_the_wire(by)? };
        let record: StationRecord = at_desk(self.ask_at(Door::Fence, &ask))?;
        let station = self.decided(by, "station_fenced", record)?;
        let places = self.reclaim(by, station_id)?;
        Ok(Fenced { station, places })
    }

    /// Gives back what a station had in epochs that are over; gives how many places.
    pub(crate) fn reclaim(&self, by: &Actor, station_id: StationId) -> Result<u32, Fault> {
        let mut places = 0_u32;
        for row in self.followed(self.clock.now())? {
            let mut after = None;
            loop {
                let ask = Reclaim { station_id, event_id: row.event.event_id, after };
                let back: Reclaimed = match self.asked(Door::Reclaim, &ask) {
                    Ok(back) => back,
                    Err(StepError::Cloud(fault)) => return Err(interrupted(&told(&fault))),
                    Err(StepError::Here(fault)) => return Err(fault),
                };
                places = places.saturating_add(back.places);
                after = back.next;
                if after.is_none() {
                    break;
                }
            }
        }
        let now = self.clock.now();
        let body = serde_json::json!({ "stationId": station_id, "places": places }).to_string();
        self.write(|tx| self.books(tx).enter(now, &by.text(), "reclaimed", &body))?;
        self.tell_hurry();
        Ok(places)
    }
}

/// The station is fenced; some of its places are not back yet.
fn interrupted(fault: &Fault) -> Fault {
    let message = format!(
        "The station's unsold places are not all back on sale yet. Take them back once more. {}",
        fault.message
    );
    Fault::new(Code::Cloud, message)
}
