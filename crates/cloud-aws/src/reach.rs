//! What every request needs: the clients and the names of what they ask for.

use std::sync::Arc;

use wicket_domain::cloud::VenueId;
use wicket_domain::pairing::Pairing;
use wicket_station::ports::Clock;

use crate::clock::ClockOffset;
use crate::connect::{Clients, SdkSetup};
use crate::door::Api;
use crate::fault::Asked;

/// The cloud within reach; the other modules give it its requests.
pub(crate) struct Reach {
    pub(crate) clients: Clients,
    pub(crate) api: Api,
    pub(crate) offset: Arc<ClockOffset>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) venue: VenueId,
    pub(crate) events: String,
    pub(crate) changes: String,
    pub(crate) station_queue: String,
    pub(crate) admission_queue: String,
    pub(crate) bucket: String,
}

impl Reach {
    pub(crate) fn new(setup: &SdkSetup, pairing: &Pairing) -> Self {
        Self {
            clients: setup.clients(pairing),
            api: setup.api(pairing),
            venue: pairing.venue.clone(),
            offset: setup.offset(),
            clock: setup.clock(),
            events: pairing.events_table.clone(),
            changes: pairing.changes_table.clone(),
            station_queue: pairing.station_queue_url.clone(),
            admission_queue: pairing.admission_queue_url.clone(),
            bucket: pairing.bucket.clone(),
        }
    }

    /// Now by the cloud's clock, as far as its last answers told it, in milliseconds.
    pub(crate) fn cloud_now(&self) -> i64 {
        self.clock.now().as_millisecond().saturating_sub(self.offset.median_ms().unwrap_or(0))
    }

    pub(crate) fn table_asked(&self) -> Asked {
        self.asked("DynamoDB")
    }

    pub(crate) fn queue_asked(&self) -> Asked {
        self.asked("SQS")
    }

    pub(crate) fn file_asked(&self) -> Asked {
        self.asked("S3")
    }

    pub(crate) fn asked(&self, service: &'static str) -> Asked {
        Asked { service, offset_ms: self.offset.median_ms() }
    }
}
