//! A batch of messages. What fails fails alone; what there is no time left for counts as failed.
//!
//! SQS counts a try when it hands a message out, whatever the answer says, so a message that was never begun has used
//! one of its tries. Therefore nothing that waits may keep the rest of its batch from its turn: [`each_at_once`].

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use crate::cloud::Call;
use crate::fault::Fault;

/// Kept back to answer in, so that the messages that were dealt with are not sent again.
const TO_ANSWER: Duration = Duration::from_millis(1_500);

/// A message's id, and what becomes of it.
type Working<'a> = (String, Pin<Box<dyn Future<Output = Result<(), Fault>> + 'a>>);

/// Deals with each message's body, one at a time: they may write to the same counter.
pub(crate) async fn each(
    event: &SqsEvent,
    call: &Call,
    mut work: impl AsyncFnMut(&str) -> Result<(), Fault>,
) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in &event.records {
        let working: Pin<Box<dyn Future<Output = _> + '_>> = Box::pin(work(body(message)));
        let outcome = within(call, working).await;
        note(&mut response, id(message), outcome);
    }
    response
}

/// Deals with all bodies at the same time, for work that mostly waits and shares nothing. A message that came twice is
/// dealt with twice, one after the other.
pub(crate) async fn each_at_once(
    event: &SqsEvent,
    call: &Call,
    work: impl AsyncFn(&str) -> Result<(), Fault>,
) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    let (mut open, mut again) = (Vec::<Working<'_>>::new(), Vec::new());
    let mut seen = HashSet::new();
    for message in &event.records {
        if seen.insert(body(message)) {
            open.push((id(message), Box::pin(within(call, Box::pin(work(body(message)))))));
        } else {
            again.push(message);
        }
    }
    poll_fn(|context| {
        open.retain_mut(|(id, working)| match working.as_mut().poll(context) {
            Poll::Pending => true,
            Poll::Ready(outcome) => {
                note(&mut response, std::mem::take(id), outcome);
                false
            }
        });
        if open.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    for message in again {
        let outcome = within(call, Box::pin(work(body(message)))).await;
        note(&mut response, id(message), outcome);
    }
    response
}

fn id(message: &SqsMessage) -> String {
    message.message_id.clone().unwrap_or_default()
}

fn body(message: &SqsMessage) -> &str {
    message.body.as_deref().unwrap_or_default()
}

async fn within(
    call: &Call,
    working: Pin<Box<dyn Future<Output = Result<(), Fault>> + '_>>,
) -> Result<(), Fault> {
    let until = call.until.checked_sub(TO_ANSWER).unwrap_or_else(Instant::now);
    let late = Err(Fault::Waiting("there was no time left for it"));
    timeout_at(until, working).await.unwrap_or(late)
}

fn note(response: &mut SqsBatchResponse, id: String, outcome: Result<(), Fault>) {
    if let Err(fault) = outcome {
        tracing::warn!(item = %id, fault = %fault, "goes back to its queue");
        response.add_failure(id);
    }
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

    #[tokio::test(start_paused = true)]
    async fn one_that_waits_keeps_nobody_from_its_turn() {
        let call = Call { request_id: String::new(), until: Instant::now() + Duration::from_secs(5) };
        let response = each_at_once(&event(&["slow", "b", "c"]), &call, async |body: &str| {
            let seconds = if body == "slow" { 60 } else { 2 };
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok(())
        })
        .await;
        assert_eq!(failed(&response), ["0"]);
    }

    #[test]
    fn a_message_is_taken_raw_or_wrapped() {
        assert_eq!(unwrapped("{\"Type\":\"Notification\",\"Message\":\"{}\"}"), "{}");
        assert_eq!(unwrapped("{\"orderId\":\"x\"}"), "{\"orderId\":\"x\"}");
    }
}
