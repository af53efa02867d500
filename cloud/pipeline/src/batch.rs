//! A batch of messages. What fails fails alone; what there is no time left for counts as failed.
//!
//! SQS counts a try when it hands a message out, whatever the answer says, so a message that was never begun has used
//! one of its tries. Therefore nothing that waits may keep the rest of its batch from its turn: [`each_at_once`].

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use serde::Deserialize;

use crate::fault::Fault;
use crate::function::Call;
use crate::queue::{Batch, Failures, Record};
use crate::world::World;

/// Kept back to answer in, so that the messages that were dealt with are not sent again.
const TO_ANSWER: Duration = Duration::from_millis(1_500);

/// A message, and what becomes of it.
type Working<'a> = (&'a Record, Pin<Box<dyn Future<Output = Result<(), Fault>> + 'a>>);

/// Deals with each message's body, one at a time: they may write to the same counter.
pub(crate) async fn each(
    world: &World,
    batch: &Batch,
    call: &Call,
    mut work: impl AsyncFnMut(&str) -> Result<(), Fault>,
) -> Failures {
    let mut failures = Failures::default();
    for message in &batch.records {
        let working: Pin<Box<dyn Future<Output = _> + '_>> = Box::pin(work(&message.body));
        let outcome = within(world, call, working).await;
        note(&mut failures, message, outcome);
    }
    failures
}

/// Deals with all bodies at the same time, for work that mostly waits and shares nothing. A message that came twice is
/// dealt with twice, one after the other.
pub(crate) async fn each_at_once(
    world: &World,
    batch: &Batch,
    call: &Call,
    work: impl AsyncFn(&str) -> Result<(), Fault>,
) -> Failures {
    let mut failures = Failures::default();
    let (mut open, mut again) = (Vec::<Working<'_>>::new(), Vec::new());
    let mut seen = HashSet::new();
    for message in &batch.records {
        if seen.insert(&message.body) {
            open.push((message, Box::pin(within(world, call, Box::pin(work(&message.body))))));
        } else {
            again.push(message);
        }
    }
    poll_fn(|context| {
        open.retain_mut(|(message, working)| match working.as_mut().poll(context) {
            Poll::Pending => true,
            Poll::Ready(outcome) => {
                note(&mut failures, message, outcome);
                false
            }
        });
        if open.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    for message in again {
        let outcome = within(world, call, Box::pin(work(&message.body))).await;
        note(&mut failures, message, outcome);
    }
    failures
}

async fn within(
    world: &World,
    call: &Call,
    working: Pin<Box<dyn Future<Output = Result<(), Fault>> + '_>>,
) -> Result<(), Fault> {
    let done = world.before(call.until.saturating_sub(TO_ANSWER), working).await;
    done.unwrap_or(Err(Fault::Waiting("there was no time left for it")))
}

fn note(failures: &mut Failures, message: &Record, outcome: Result<(), Fault>) {
    if let Err(fault) = outcome {
        let order = order_of(&message.body);
        tracing::warn!(item = %message.message_id, order, fault = %fault, "goes back to its queue");
        failures.add(message.message_id.clone(), fault.to_string());
    }
}

/// The order that a message is about, so that every line of its way can be found by it. Whatever else stands in its place
/// stays out of the log.
fn order_of(body: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named {
        order_id: Option<String>,
        body: Option<Box<Named>>,
    }
    let named: Named = serde_json::from_str(&unwrapped(body)).ok()?;
    let order = named.order_id.or_else(|| named.body?.order_id)?;
    let is_id = order.len() <= 64 && order.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_id.then_some(order)
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
    use crate::memory::Memory;

    fn call(seconds: u64) -> Call {
        Call { request_id: String::new(), until: Duration::from_secs(seconds) }
    }

    fn event(bodies: &[&str]) -> Batch {
        let records: Vec<_> = bodies
            .iter()
            .enumerate()
            .map(|(no, body)| serde_json::json!({"messageId": no.to_string(), "body": body}))
            .collect();
        serde_json::from_value(serde_json::json!({"Records": records})).unwrap()
    }

    fn failed(response: &Failures) -> Vec<&str> {
        response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect()
    }

    fn memory() -> Memory {
        Memory::new(jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn only_what_fails_goes_back() {
        let memory = memory();
        let world = memory.world();
        let work = async |body: &str| if body == "bad" { Err(Fault::Waiting("bad")) } else { Ok(()) };
        let failures = memory.run(each(&world, &event(&["a", "bad", "c"]), &call(30), work));
        assert_eq!(failed(&failures), ["1"]);
    }

    #[test]
    fn what_there_is_no_time_for_goes_back() {
        let memory = memory();
        let world = memory.world();
        let work = async |_: &str| {
            world.time.sleep(Duration::from_secs(2)).await;
            Ok(())
        };
        let failures = memory.run(each(&world, &event(&["a", "b", "c"]), &call(5), work));
        assert_eq!(failed(&failures), ["1", "2"], "the first took two of three and a half seconds");
    }

    #[test]
    fn one_that_waits_keeps_nobody_from_its_turn() {
        let memory = memory();
        let world = memory.world();
        let work = async |body: &str| {
            world.time.sleep(Duration::from_secs(if body == "slow" { 60 } else { 2 })).await;
            Ok(())
        };
        let failures = memory.run(each_at_once(&world, &event(&["slow", "b", "c"]), &call(5), work));
        assert_eq!(failed(&failures), ["0"]);
    }

    #[test]
    fn a_message_is_taken_raw_or_wrapped() {
        assert_eq!(unwrapped("{\"Type\":\"Notification\",\"Message\":\"{}\"}"), "{}");
        assert_eq!(unwrapped("{\"orderId\":\"x\"}"), "{\"orderId\":\"x\"}");
    }

    #[test]
    fn a_message_says_which_order_it_is_about() {
        let of = |body: &str| order_of(&body.replace('\'', "\""));
        assert_eq!(of("{'orderId':'o-1'}").as_deref(), Some("o-1"));
        assert_eq!(of("{'kind':'purchase','body':{'orderId':'o-1'}}").as_deref(), Some("o-1"));
        assert_eq!(of("{'Type':'Notification','Message':'{}'}"), None);
        assert_eq!(of("{'orderId':'Ada Moreno'}"), None, "a name is no id");
        assert_eq!(of("nonsense"), None);
    }
}
