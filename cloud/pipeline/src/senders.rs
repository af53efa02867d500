//! Who sent a message: the station that its envelope names has signed it, and a desk has let that station in
//! (`docs/contract.md`, "What a station signs").
//!
//! An epoch that is over does not bar a message: what a fenced station sold is told, and collides where it must.
//!
//! Of a station that a desk has shut out, or made something that does not sell, no new sale is taken: whoever holds its key
//! dates a sale as they like, so only what the cloud has by then counts (`docs/contract.md`, "Revoking a key").

use std::collections::HashMap;

use wicket_domain::cloud::{Approval, StationRecord, VenueId};
use wicket_domain::door::{Audience, SealedEnvelope};
use wicket_domain::id::StationId;
use wicket_domain::pipeline::{Faults, Stamp, StationMessage};

use crate::fault::Fault;
use crate::orders;
use crate::stations;
use crate::world::World;

/// What a sender may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sends {
    /// Sales, and what follows from them.
    Sales,
    /// Scans at a gate.
    Scans,
}

/// The stations that a batch's messages name, each read once.
#[derive(Default)]
pub(crate) struct Senders {
    met: HashMap<(VenueId, StationId), Option<StationRecord>>,
}

impl Senders {
    /// Reads an envelope, and takes it only from the station that it names.
    pub(crate) async fn open(
        &mut self,
        world: &World,
        text: &str,
        sends: Sends,
    ) -> Result<(Stamp, StationMessage), Fault> {
        let (stamp, message) = StationMessage::parse(text)?;
        let unsigned = || Faults::one("signature", "Send the envelope signed by the station's own key.");
        let sealed = SealedEnvelope::read(text).ok_or_else(unsigned)?;
        let station = self.station(world, &stamp.venue, stamp.station_id).await?;
        let Some(station) = station else {
            return Err(
                Faults::one("stationId", "Nobody has met this station. Pair it with its venue.").into()
            );
        };
        let audience = Audience { environment: world.environment.clone(), venue: stamp.venue.clone() };
        if !audience.has_signed_message(&station.public_key, &sealed) {
            return Err(unsigned().into());
        }
        let (approval, kind) = (station.approval, station.kind);
        if approval == Approval::Pending {
            // A desk may let it in at any moment, so the message comes again.
            return Err(Fault::Waiting("no desk has let its station in yet"));
        }
        let of_its_kind = match sends {
            Sends::Sales => kind.issues_tickets(),
            Sends::Scans => kind.admits(),
        };
        let may = approval == Approval::Approved && of_its_kind;
        let goes_on = !may && sends == Sends::Sales && is_from_before(world, &stamp, &message).await?;
        if !may && !goes_on {
            let (field, words) = match approval {
                Approval::Revoked => ("stationId", "A desk has shut this station out.".to_owned()),
                _ => ("kind", format!("A {} does not send this.", kind.as_str())),
            };
            return Err(Faults::one(field, words).into());
        }
        Ok((stamp, message))
    }

    /// The register's row of a station that a message names.
    pub(crate) async fn station(
        &mut self,
        world: &World,
        venue: &VenueId,
        station: StationId,
    ) -> Result<Option<&StationRecord>, Fault> {
        let name = (venue.clone(), station);
        if !self.met.contains_key(&name) {
            let station = stations::station(world, &name.0, name.1).await?;
            self.met.insert(name.clone(), station);
        }
        Ok(self.met.get(&name).and_then(Option::as_ref))
    }
}

/// Whether a message is a sale whose order was written while its station might still send it. What follows from the order
/// (tickets, payment, news) may be missing, so the sale goes on.
async fn is_from_before(world: &World, stamp: &Stamp, message: &StationMessage) -> Result<bool, Fault> {
    match message {
        StationMessage::Purchase(sale) if sale.station_id == Some(stamp.station_id) => {
            orders::has(world, sale).await
        }
        _ => Ok(false),
    }
}
