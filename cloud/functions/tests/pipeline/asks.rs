//! Requests at the doors, as stations make them.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wicket_domain::door::{Audience, Claim, ClaimAsk, Door, Goal, Request};
use wicket_domain::id::{MessageId, StationId};
use wicket_domain::seat::SeatId;
use wicket_pipeline::desk_clerk::DeskClerk;
use wicket_pipeline::gate_clerk::GateClerk;
use wicket_pipeline::seat_clerk::SeatClerk;

use crate::messages::{EVENT, OFFICE, at, key, venue};
use crate::stage::{NOW, Stage};

/// Counts every request of every station here.
static COUNTER: AtomicU64 = AtomicU64::new(1);

pub(crate) async fn ask(stage: &Stage, who: StationId, door: Door, ask: &impl Serialize) -> (u64, Value) {
    let counter = COUNTER.fetch_add(1, Ordering::Relaxed);
    let [.., a, b] = counter.to_be_bytes();
    let request_id = MessageId::new(at(NOW), [1, 2, 3, 4, 5, 6, 7, 8, a, b]);
    let request = Request { station_id: who, request_id, counter, sent_at: NOW, ask };
    let body = serde_json::to_string(&request).unwrap();
    let audience = Audience { environment: "test".to_owned(), venue: venue() };
    let event = json!({
        "routeKey": format!("POST /venues/{{venue}}/{}", door.as_str()),
        "pathParameters": {"venue": venue()},
        "headers": {"wicket-signature": audience.sign_request(&key(who), door, &body)},
        "body": body,
    });
    match door {
        Door::Claims | Door::Reclaim => stage.http::<SeatClerk>(event).await,
        Door::Admissions => stage.http::<GateClerk>(event).await,
        _ => stage.http::<DeskClerk>(event).await,
    }
}

pub(crate) async fn asked<Answer: DeserializeOwned>(
    stage: &Stage,
    who: StationId,
    door: Door,
    question: &impl Serialize,
) -> Answer {
    let (status, body) = ask(stage, who, door, question).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_value(body).unwrap()
}

pub(crate) async fn put_event(stage: &Stage, status: &str) {
    put_event_of(stage, "house", status).await;
}

pub(crate) async fn put_event_of(stage: &Stage, venue: &str, status: &str) {
    let event = json!({
        "eventId": EVENT, "venue": venue, "organizerId": OFFICE, "status": status, "category": "music",
        "startsAt": NOW, "startsOn": "2026-12-05", "seats": 3, "standing": [], "planKey": "p", "planDigest": "d",
        "manifest": {"text": "{}", "signature": "s", "signerKey": "k"}, "version": 1, "updatedAt": 1,
        "event": {
            "eventId": EVENT, "name": "Fidelio", "kind": "opera", "startsAt": "2026-12-05T19:00:00Z",
            "currency": "EUR", "sample": false, "venue": {"name": "House", "timeZone": "Europe/Berlin"},
        },
    });
    stage.put("Events", event).await;
}

pub(crate) fn seats(goal: Goal, epoch: u32, seats: &[(&str, u64)]) -> ClaimAsk {
    let seats = seats.iter().map(|(seat, version)| (SeatId::new(*seat), *version)).collect();
    ClaimAsk { event_id: EVENT, epoch, claim: Claim::Seats { goal, seats } }
}
