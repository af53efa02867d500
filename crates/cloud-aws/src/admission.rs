//! The gate's one question, asked while somebody waits: is this the first admission with that ticket?
//!
//! One conditional write answers it. A ticket whose sale has not arrived yet gets its item by it; one that does not
//! stand any more stays as it is. An admission of this station's own that was undone gives way to the next one.

use std::time::Duration;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use wicket_domain::cloud::CloudTicketStatus;
use wicket_station::cloud::{AdmissionClaim, Answered, CloudTrouble, GateAnswer};

use crate::item::{Item, key, names, number, text, values};
use crate::reach::Reach;

const FIRST: &str = "NOT contains(#annulled, :admission) AND \
    (attribute_not_exists(#admissionId) AND (attribute_not_exists(#status) OR #status = :valid)";

impl Reach {
    pub(crate) async fn admit(&self, claim: &AdmissionClaim, budget: Duration) -> Answered<GateAnswer> {
        let asking = async {
            match self.admit_once(claim).await {
                // The refusal told the cloud's time, by which the SDK signs from now on.
                Err(refused) if refused.trouble == CloudTrouble::Clock => self.admit_once(claim).await,
                answer => answer,
            }
        };
        tokio::time::timeout(budget, asking).await.unwrap_or_else(|_| Err(self.table_asked().late()))
    }

    async fn admit_once(&self, claim: &AdmissionClaim) -> Answered<GateAnswer> {
        let mut change = "SET #admissionId = :admission, #status = :used, #validatedAt = :at, \
            #station = :station, #updatedAt = :now, #eventId = if_not_exists(#eventId, :event)"
            .to_owned();
        let mut named =
            names(["admissionId", "status", "validatedAt", "station", "updatedAt", "eventId", "annulled"]);
        let mut condition = FIRST.to_owned();
        let mut bound = values([
            ("admission", text(claim.admission_id.to_string())),
            ("used", text(CloudTicketStatus::Used.as_str())),
            ("valid", text(CloudTicketStatus::Valid.as_str())),
            ("at", number(claim.at)),
            ("station", text(&claim.station_name)),
            ("now", number(claim.now)),
            ("event", text(claim.event_id.to_string())),
        ]);
        if let Some(gate) = &claim.gate {
            change.push_str(", #gate = :gate");
            named.extend(names(["gate"]));
            bound.extend(values([("gate", text(gate))]));
        }
        let undone: Vec<_> = claim.annulled.iter().map(ToString::to_string).collect();
        if undone.is_empty() {
            condition.push(')');
        } else {
            // In place of an undone admission, which the cloud may take for a standing one.
            let listed: Vec<_> = (0..undone.len()).map(|index| format!(":undone{index}")).collect();
            condition.push_str(" OR #status = :used AND #admissionId IN (");
            condition.push_str(&listed.join(", "));
            condition.push_str("))");
            bound.extend(listed.into_iter().zip(undone.iter().map(text)));
            if claim.gate.is_none() {
                change.push_str(" REMOVE #gate");
                named.extend(names(["gate"]));
            }
            change.push_str(" ADD #annulled :annulled");
            bound.extend(values([("annulled", AttributeValue::Ss(undone))]));
        }
        let ticket = key([("ticketId", &claim.ticket_id.to_string())]);
        let answer = self
            .clients
            .gate
            .update_item()
            .table_name(&self.tickets)
            .set_key(Some(ticket.clone()))
            .update_expression(change)
            .condition_expression(condition)
            .set_expression_attribute_names(Some(named))
            .set_expression_attribute_values(Some(bound))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = answer else { return Ok(GateAnswer::First) };
        let Some(UpdateItemError::ConditionalCheckFailedException(refused)) = error.as_service_error() else {
            return Err(self.table_asked().fault(&error));
        };
        let there = match refused.item() {
            Some(item) => item.clone(),
            None => self.ticket(ticket).await?,
        };
        self.judged(claim, &there)
    }

    /// The ticket as it stands, from a service that does not give it along with its refusal.
    async fn ticket(&self, ticket: Item) -> Answered<Item> {
        let asked = self.clients.gate.get_item().table_name(&self.tickets).set_key(Some(ticket));
        let answer = asked.consistent_read(true).send().await;
        let answer = answer.map_err(|error| self.table_asked().fault(&error))?;
        answer.item.ok_or_else(|| self.table_asked().unreadable("the ticket it speaks of"))
    }

    fn judged(&self, claim: &AdmissionClaim, there: &Item) -> Answered<GateAnswer> {
        let words = |name: &str| there.get(name).and_then(|value| value.as_s().ok()).cloned();
        let fallen = match words("status").as_deref() {
            Some("void") => Some(CloudTicketStatus::Void),
            Some("refunded") => Some(CloudTicketStatus::Refunded),
            Some("replaced") => Some(CloudTicketStatus::Replaced),
            Some("blocked") => Some(CloudTicketStatus::Blocked),
            Some("used" | "valid") | None => None,
            Some(_) => return Err(self.table_asked().unreadable("a ticket's status that this Wicket knows")),
        };
        if let Some(status) = fallen {
            return Ok(GateAnswer::Fallen(status));
        }
        if words("admissionId") == Some(claim.admission_id.to_string()) {
            return Ok(GateAnswer::First);
        }
        let at = there.get("validatedAt").and_then(|value| value.as_n().ok()?.parse().ok());
        Ok(GateAnswer::Already { at, gate: words("gate"), station: words("station") })
    }
}
