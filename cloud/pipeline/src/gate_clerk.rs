//! `GateClerk`: the gate's one question, asked while somebody waits. Is this the first admission with that ticket
//! (`docs/contract.md`, "Admission in the cloud")?
//!
//! One conditional write answers it. A ticket whose sale has not arrived yet gets its item by it; one that does not stand
//! any more stays as it is.

use wicket_domain::cloud::rules::{self, FirstAdmission};
use wicket_domain::cloud::{ANNULMENTS_MAX, CloudTicketStatus};
use wicket_domain::door::{AdmissionAsk, Door, GateAnswer, Refusal};
use wicket_domain::pipeline::wire;
use wicket_domain::table::{Item, Table};

use crate::entrance::{self, Knock, Shut, answer, said};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::houses::Houses;
use crate::http::{HttpAnswer, HttpEvent};
use crate::world::{World, Written};

/// Milliseconds that a gate's clock may be off. Beyond that, the cloud's own time is written.
const CLOCK_BELIEVED_MS: u64 = 300_000;

/// The function.
pub struct GateClerk {
    world: World,
    houses: Houses,
}

impl Function for GateClerk {
    type Event = HttpEvent;
    type Answer = HttpAnswer;

    const NEEDS: &'static [Need] =
        &[Need::Table(Table::Stations), Need::Table(Table::Tickets), Need::Table(Table::Events)];

    fn new(world: World) -> Self {
        Self { world, houses: Houses::default() }
    }

    async fn handle(&self, event: HttpEvent, _: &Call) -> Result<HttpAnswer, Fault> {
        let door = entrance::door(&event)?;
        let outcome = match door {
            Door::Admissions => self.admissions(&event).await,
            _ => return Err(Fault::Broken("another function's door".to_owned())),
        };
        Ok(answer(door, outcome))
    }
}

impl GateClerk {
    async fn admissions(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<AdmissionAsk> = Knock::of(&self.world, event, Door::Admissions)?;
        let station = knock.enter_let_in(&self.world).await?.station;
        let ask = &knock.request.ask;
        let few_undone = u32::try_from(ask.annulled.len()).is_ok_and(|undone| undone <= ANNULMENTS_MAX);
        if !few_undone || !ask.gate.as_deref().is_none_or(wire::is_name) {
            return Err(Refusal::Form.into());
        }
        self.houses.check(&self.world, &knock.venue, ask.event_id).await?;
        let now = self.world.millis();
        let admission = FirstAdmission {
            ticket_id: ask.ticket_id.to_string(),
            event_id: ask.event_id.to_string(),
            admission_id: ask.admission_id.to_string(),
            undone: ask.annulled.iter().map(ToString::to_string).collect(),
            at: if ask.at.abs_diff(now) > CLOCK_BELIEVED_MS { now } else { ask.at },
            gate: ask.gate.clone(),
            station: station.name,
        };
        said(&match self.world.write(rules::admit(&admission, now)).await? {
            Written::Yes(_) => GateAnswer::First,
            Written::No(item) => judged(&admission, &item.unwrap_or_default())?,
        })
    }
}

/// What a ticket says on which this admission is not the first.
fn judged(admission: &FirstAdmission, ticket: &Item) -> Result<GateAnswer, Shut> {
    if ticket.text("eventId").is_some_and(|event| event != admission.event_id) {
        return Err(Refusal::Event.into());
    }
    match ticket.text("status").map(CloudTicketStatus::from_word) {
        Some(Some(CloudTicketStatus::Valid | CloudTicketStatus::Used)) | None => {}
        Some(Some(status)) => return Ok(GateAnswer::Fallen { status }),
        Some(None) => return Err(Fault::Broken("a ticket of a status that nobody writes".to_owned()).into()),
    }
    if ticket.text("admissionId") == Some(&admission.admission_id) {
        return Ok(GateAnswer::First);
    }
    let word = |name: &str| ticket.text(name).map(str::to_owned);
    Ok(GateAnswer::Already { at: ticket.number("validatedAt"), gate: word("gate"), station: word("station") })
}
