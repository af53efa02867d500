//! Rows of stations: one for each that was met, under its house.

use wicket_domain::cloud::rules::station_key;
use wicket_domain::cloud::{StationRecord, VenueId};
use wicket_domain::id::StationId;
use wicket_domain::table::{Item, Key, Table};

use crate::fault::Fault;
use crate::world::World;

/// Stands among a house's stations once a desk has let itself in: nobody else does.
const FOUNDED: &str = "founded";

/// The mark of a house that has had a desk.
pub(crate) fn founded_key(venue: &VenueId) -> Key {
    Key::pair(Table::Stations, venue.to_string(), FOUNDED)
}

/// A station as it stands, if it was met.
pub(crate) async fn station(
    world: &World,
    venue: &VenueId,
    station: StationId,
) -> Result<Option<StationRecord>, Fault> {
    world.read(station_key(venue, station)).await?.map(record).transpose()
}

/// Every station of a house.
pub(crate) async fn all(world: &World, venue: &VenueId) -> Result<Vec<StationRecord>, Fault> {
    let items = world.tables.partition(Table::Stations, venue.to_string()).await?;
    let stations = items.into_iter().filter(|item| item.text("stationId") != Some(FOUNDED));
    stations.map(record).collect()
}

/// A station's item as its record.
pub(crate) fn record(item: Item) -> Result<StationRecord, Fault> {
    item.read().map_err(|_| Fault::Broken("a station's item is not a station's".to_owned()))
}
