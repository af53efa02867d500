//! A batch of messages, one at a time. What fails fails alone; what there is no time left for counts as failed.

use std::pin::Pin;
use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use crate::cloud::Call;
use crate::fault::Fault;

/// Kept back to answer in, so that the messages that were dealt with are not sent again.
const TO_ANSWER: Duration = Duration::from_millis(1_500);

/// Deals with each message's body.
pub(crate) async fn each(
    event: &SqsEvent,
    call: &Call,
    mut work: impl AsyncFnMut(&str) -> Result<(), Fault>,
) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    let until = call.until.checked_sub(TO_ANSWER).unwrap_or_else(Instant::now);
    for message in &event.records {
        let id = message.message_id.clone().unwrap_or_default();
        let body = message.body.as_deref().unwrap_or_default();
        let working: Pin<Box<dyn Future<Output = _> + '_>> = Box::pin(work(body));
        let outcome = match timeout_at(until, working).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Fault::Waiting("there was no time left for it")),
        };
        if let Err(fault) = outcome {
            tracing::warn!(item = %id, fault = %fault, "goes back to its queue");
            response.add_failure(id);
        }
    }
    response
}

/// What SNS wraps a message in where raw delivery is off.
#[derive(Deserialize)]
struct Wrapped {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Message")]
    message: String,
}

/// The topic's message, whether it came raw or wrapped.
pub(crate) fn unwrapped(body: &str) -> String {
    match serde_json::from_str::<Wrapped>(body) {
        Ok(wrapped) if wrapped.kind == "Notification" => wrapped.message,
        _ => body.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(bodies: &[&str]) -> SqsEvent {
        let records: Vec<_> = bodies
            .iter()
            .enumerate()
            .map(|(no, body)| serde_json::json!({"messageId": no.to_string(), "body": body}))
            .collect();
        serde_json::from_value(serde_json::json!({"Records": records})).unwrap()
    }

    fn failed(response: &SqsBatchResponse) -> Vec<&str> {
        response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect()
    }

    #[tokio::test]
    async fn only_what_fails_goes_back() {
        let call = Call { request_id: String::new(), until: Instant::now() + Duration::from_secs(30) };
        let response = each(&event(&["a", "bad", "c"]), &call, async |body: &str| {
            if body == "bad" { Err(Fault::Waiting("bad")) } else { Ok(()) }
        })
        .await;
        assert_eq!(failed(&response), ["1"]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_there_is_no_time_for_goes_back() {
        let call = Call { request_id: String::new(), until: Instant::now() + Duration::from_secs(5) };
        let response = each(&event(&["a", "b", "c"]), &call, async |_: &str| {
            tokio::time::sleep(Duration::from_secs(2)).await;
            Ok(())
        })
        .await;
        assert_eq!(failed(&response), ["1", "2"], "the first took two of three and a half seconds");
    }

    #[test]
    fn a_message_is_taken_raw_or_wrapped() {
        assert_eq!(unwrapped("{\"Type\":\"Notification\",\"Message\":\"{}\"}"), "{}");
        assert_eq!(unwrapped("{\"orderId\":\"x\"}"), "{\"orderId\":\"x\"}");
    }
}
