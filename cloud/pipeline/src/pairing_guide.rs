//! `PairingGuide`: tells a station that is to be paired what this cloud is made of. Whoever asks has not signed in yet, so
//! nothing secret is told (`docs/adr/0033`), and every house that could be is answered alike: nobody learns here which
//! ones there are.

use serde_json::json;
use wicket_domain::cloud::VenueId;
use wicket_domain::pairing::Pairing;

use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::http::{HttpAnswer, HttpEvent};
use crate::world::World;

/// How long a cache may keep an answer, in seconds. The settings change only with a deployment.
const KEPT_SECONDS: u32 = 300;

/// The function.
pub struct PairingGuide {
    pairing: Option<Pairing>,
}

impl Function for PairingGuide {
    type Event = HttpEvent;
    type Answer = HttpAnswer;

    const NEEDS: &'static [Need] = &[Need::Pairing];

    fn new(world: World) -> Self {
        Self { pairing: world.pairing }
    }

    async fn handle(&self, event: HttpEvent, _: &Call) -> Result<HttpAnswer, Fault> {
        let pairing =
            self.pairing.clone().ok_or_else(|| Fault::Broken("a guide without a cloud".to_owned()))?;
        let named = event.path_parameters.as_ref().and_then(|path| path.get("venue"));
        let Some(venue) = named.and_then(|name| name.parse::<VenueId>().ok()) else {
            let message = "This names no house. Ask for /venues/VENUE/pairing.";
            return Ok(HttpAnswer::json(400, &json!({ "message": message })));
        };
        Ok(HttpAnswer::said(200, &Pairing { venue, ..pairing })?.kept_for(KEPT_SECONDS))
    }
}
