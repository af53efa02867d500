//! Asking at the cloud's doors: counted in the file first, signed with the station's key, and answered or refused.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wicket_domain::door::{Door, Refusal, Request};
use wicket_domain::id::MessageId;

use super::StepError;
use super::link::not_paired;
use super::take::unreadable;
use crate::Station;
use crate::cloud::{Ask, CloudFault, CloudTrouble};
use crate::fault::{Code, Fault};
use crate::ports::draw;

/// A request that came too late by this computer's clock is signed once more by the cloud's.
const TRIES: usize = 2;

/// What a refusal's body says.
#[derive(serde::Deserialize)]
struct Refused {
    refusal: Refusal,
}

impl Station {
    /// Asks at a door for something of this station's work: what was asked for, or the fault that there is no getting it.
    pub(crate) fn asked<Answer: DeserializeOwned>(
        &self,
        door: Door,
        ask: &impl Serialize,
    ) -> Result<Answer, StepError> {
        match self.ask_at(door, ask)? {
            Ok(answer) => Ok(answer),
            Err(refusal) => {
                self.hear_of_itself(refusal)?;
                Err(refused(refusal).into())
            }
        }
    }

    /// After a refusal that tells that the register knows something of this station which the station does not.
    pub(crate) fn hear_of_itself(&self, refusal: Refusal) -> Result<(), Fault> {
        if matches!(refusal, Refusal::Pending | Refusal::Revoked | Refusal::Copy | Refusal::Kind) {
            self.probe()?;
        }
        Ok(())
    }

    /// Asks at a door: what was asked for, or why not.
    pub(crate) fn ask_at<Answer: DeserializeOwned>(
        &self,
        door: Door,
        ask: &impl Serialize,
    ) -> Result<Result<Answer, Refusal>, StepError> {
        self.ask_within(door, ask, None)
    }

    /// The same while somebody waits: once, and for so long.
    pub(crate) fn ask_within<Answer: DeserializeOwned>(
        &self,
        door: Door,
        ask: &impl Serialize,
        within: Option<Duration>,
    ) -> Result<Result<Answer, Refusal>, StepError> {
        let cloud = self.link.cloud().ok_or_else(not_paired)?;
        // The numbers of its requests were another file's already. Only a supervisor's hello goes out.
        if door != Door::Hello && self.is_behind_mark() {
            return Ok(Err(Refusal::Copy));
        }
        let own = self.own()?;
        let now = self.clock.now();
        let request_id = MessageId::new(now, draw(self.random.as_ref())?);
        let mut refusal = Refusal::Time;
        let tries = if within.is_some() { 1 } else { TRIES };
        for _ in 0..tries {
            // Each time another number: nobody has heard of the last one.
            let counter = self.write(|tx| Ok(tx.next_counter()?))?;
            let request = Request {
                station_id: own.station_id,
                request_id,
                counter,
                sent_at: self.link.cloud_now(),
                ask,
            };
            let body = serde_json::to_string(&request).map_err(|_| {
                Fault::new(Code::Internal, "What is asked of the cloud cannot be written as JSON.")
            })?;
            let signature = own.audience.sign_request(&own.key, door, &body);
            let answer = cloud.ask(&Ask { door, body, signature, within });
            // An account that may not use one of the other doors says nothing of the line.
            let reply =
                if door == Door::Hello { self.link.answered(answer) } else { self.link.noted(answer) }?;
            if reply.status < 300 {
                let answer = serde_json::from_str(&reply.body);
                return Ok(Ok(answer.map_err(|_| unreadable("the door's answer cannot be read"))?));
            }
            let refused: Refused = serde_json::from_str(&reply.body)
                .map_err(|_| unreadable("the door's refusal cannot be read"))?;
            refusal = refused.refusal;
            if refusal != Refusal::Time {
                break;
            }
        }
        Ok(Err(refusal))
    }
}

/// Why a door refused, as a fault of the cloud.
pub(crate) fn refused(refusal: Refusal) -> CloudFault {
    let (trouble, words) = match refusal {
        Refusal::Form => (CloudTrouble::Rejected, "the cloud cannot read the request; update Wicket"),
        Refusal::Signature => (CloudTrouble::Refused, "the signature is not this station's"),
        Refusal::Time => (CloudTrouble::Clock, "this computer's clock is too far off"),
        Refusal::Unknown => (CloudTrouble::NotThere, "the cloud does not know that station"),
        Refusal::Pending => (CloudTrouble::Refused, "no desk has let this station in yet"),
        Refusal::Revoked => (CloudTrouble::Refused, "a desk has shut the station out"),
        Refusal::Event => (CloudTrouble::NotThere, "the house has no such event"),
        Refusal::Kind => (CloudTrouble::Refused, "a station of this kind may not do this"),
        Refusal::Copy => (CloudTrouble::Refused, "this station's data was copied or put back"),
        Refusal::Key => (CloudTrouble::Refused, "the station's key is another than the cloud knows"),
        Refusal::Collision => {
            (CloudTrouble::Rejected, "its tickets could not be told from another station's; set it up anew")
        }
        Refusal::Itself => (CloudTrouble::Rejected, "a desk cannot shut itself out; use another desk"),
    };
    CloudFault { trouble, words: words.to_owned() }
}
