//! A house with one event on sale, and its web shop.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde_json::{Value, json};
use wicket_domain::cloud::{Manifest, ManifestKey, key_text};
use wicket_domain::id::{EventId, StationId};
use wicket_domain::pipeline::concert_id_for;
use wicket_domain::table::{Item, Table, Value as Attribute};
use wicket_pipeline::awards::FanClubAwardProcessor;
use wicket_pipeline::fulfilment::OrderFulfilment;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::issuer::key_of;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::notify::FanNotifier;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::signature::signature;
use wicket_pipeline::web::WebOrderKeeper;
use wicket_pipeline::webhook::StripeWebhookHandler;
use wicket_pipeline::world::{Parameter, Secret, Topic};
use wicket_pipeline::{Call, Function, World};

pub(crate) const EVENT: EventId = EventId::from_bytes([2; 16]);
pub(crate) const SECRET: &str = "an issuing key's secret has at least 32 signs";
const STRIPE: &str = "whsec_test";
const NAME: &str = "Evening";
const DAY: &str = "2026-12-05";

pub(crate) struct Shop {
    pub(crate) memory: Memory,
    pub(crate) world: World,
}

impl Shop {
    /// The hall has the seats A-1 to A-3 of the stalls, whose ids are `s1` to `s3`, and a floor for three people.
    pub(crate) fn new() -> Self {
        let memory = Memory::new("2026-11-20T18:00:00Z".parse::<Timestamp>().unwrap());
        memory.choose(Parameter::FulfilmentEndpoint, "none");
        memory.keep(Secret::StripeWebhook, STRIPE);
        memory.keep(Secret::IssuingKey, SECRET);
        for seat in ["s1", "s2", "s3"] {
            let free = json!({"concertId": EVENT, "seatId": seat, "state": "available", "version": 1, "updatedAt": 1});
            memory.put(Table::SeatInventory, Item::of(&free).unwrap());
        }
        let floor = json!({"concertId": EVENT, "seatId": "ga#floor", "capacity": 3, "remaining": 3, "version": 1, "updatedAt": 1});
        memory.put(Table::SeatInventory, Item::of(&floor).unwrap());
        memory.put(Table::FanClubMembers, [("fanClubId", "F1")].into_iter().collect());
        let world = memory.world();
        let shop = Self { memory, world };
        shop.put_plan();
        shop.put_event("live", &[key_of(SECRET).unwrap()]);
        shop.name_event(&[EVENT]);
        shop
    }

    /// The same with another world around the functions.
    pub(crate) fn within(&self, world: World) -> Self {
        Self { memory: self.memory.clone(), world }
    }

    fn put_plan(&self) {
        let seat = |no: u8| json!({"id": format!("s{no}"), "row": 0, "number": no.to_string(), "category": 0, "x": 0.0, "y": 0.0, "radius": 1.0});
        let plan = json!({
            "name": "Hall", "width": 10.0, "height": 10.0, "areas": [],
            "categories": [{"name": "Stalls", "color": null}, {"name": "floor", "color": null}],
            "zones": [{"name": "Stalls", "x": 0.0, "y": 0.0}],
            "rows": [{"zone": 0, "name": "A", "label": null, "seatLabel": null, "shown": "start"}],
            "seats": [seat(1), seat(2), seat(3)],
        });
        let mut packing = GzEncoder::new(Vec::new(), Compression::default());
        packing.write_all(plan.to_string().as_bytes()).unwrap();
        let (key, bytes) = ("plans/house/d.json.gz".to_owned(), packing.finish().unwrap());
        let file = wicket_pipeline::world::File { key, media_type: "application/gzip", name: "plan", bytes };
        self.memory.run(self.world.files.put(file)).unwrap();
    }

    /// The event, as the desk published it: its manifest names the keys.
    pub(crate) fn put_event(&self, status: &str, keys: &[SigningKey]) {
        let desk = SigningKey::from_bytes(&[1; 32]);
        let named = |key: &SigningKey| ManifestKey {
            station_id: StationId::from_bytes([9; 16]),
            public_key: key_text(&key.verifying_key()),
            desk: false,
        };
        let keys = keys.iter().map(named).collect();
        let manifest = Manifest {
            event_id: EVENT,
            edition: 1,
            organizer_key: key_text(&desk.verifying_key()),
            keys,
            revoked: Vec::new(),
            grants: Vec::new(),
            classes: Vec::new(),
        };
        let manifest = manifest.seal(&desk).unwrap();
        let event = json!({
            "eventId": EVENT, "venue": "house", "organizerId": "desk", "status": status, "category": "music",
            "startsAt": 1, "startsOn": DAY, "seats": 3,
            "standing": [{"areaId": "floor", "categoryNo": 1, "capacity": 3}],
            "planKey": "plans/house/d.json.gz", "planDigest": "d", "manifest": manifest, "version": 1, "updatedAt": 1,
            "event": {
                "eventId": EVENT, "name": NAME, "kind": "concert", "startsAt": "2026-12-05T19:00:00Z",
                "currency": "EUR", "sample": false, "venue": {"name": "House", "timeZone": "Europe/Berlin"},
            },
        });
        self.memory.put(Table::Events, Item::of(&event).unwrap());
    }

    /// Leaves events under the name and the day, as their desks do.
    pub(crate) fn name_event(&self, events: &[EventId]) {
        let mut item: Item = [("eventId", concert_id_for(NAME, DAY))].into_iter().collect();
        item.put("names", Attribute::Texts(events.iter().map(ToString::to_string).collect()));
        self.memory.put(Table::Events, item);
    }

    pub(crate) fn call<F: Function>(&self, event: Value) -> Result<Value, wicket_pipeline::Fault> {
        let event = serde_json::from_value(event).unwrap();
        let until = self.world.time.passed() + Duration::from_mins(1);
        let call = Call { request_id: "r".to_owned(), until };
        let answer = self.memory.run(F::new(self.world.clone()).handle(event, &call))?;
        Ok(serde_json::to_value(answer).unwrap())
    }

    fn asked<F: Function>(&self, event: Value) -> (u64, Value) {
        let answer = self.call::<F>(event).unwrap();
        let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        (answer["statusCode"].as_u64().unwrap(), body)
    }

    /// `POST /orders`; status and answer.
    pub(crate) fn order(&self, key: &str, body: &Value) -> (u64, Value) {
        self.asked::<TicketPurchaseHandler>(
            json!({"headers": {"idempotency-key": key}, "body": body.to_string()}),
        )
    }

    /// An order that is accepted; its id.
    pub(crate) fn ordered(&self, key: &str, body: &Value) -> String {
        let (status, answer) = self.order(key, body);
        assert_eq!(status, 202, "{answer}");
        answer["orderId"].as_str().unwrap().to_owned()
    }

    /// Tells what Stripe says of an order.
    pub(crate) fn stripe(&self, kind: &str, order: &str, mut object: Value) -> u64 {
        object["id"] = json!("pi_1");
        object["metadata"] = json!({ "orderId": order });
        let at = self.world.time.now().as_second();
        let event =
            json!({"id": "evt_1", "type": kind, "created": at, "data": {"object": object}}).to_string();
        let signed = signature(STRIPE, &at.to_string(), event.as_bytes()).unwrap();
        let hex = signed.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        let header = format!("t={at},v1={hex}");
        self.asked::<StripeWebhookHandler>(json!({"headers": {"stripe-signature": header}, "body": event})).0
    }

    pub(crate) fn pay(&self, order: &str, amount: i64) -> u64 {
        self.stripe("payment_intent.succeeded", order, json!({"amount_received": amount, "currency": "eur"}))
    }

    pub(crate) fn refund(&self, order: &str, amount: i64, all: bool) -> u64 {
        self.stripe("charge.refunded", order, json!({"amount_refunded": amount, "refunded": all}))
    }

    /// How many orders the keeper gave back.
    pub(crate) fn keep(&self) -> u64 {
        self.call::<WebOrderKeeper>(json!({})).unwrap()["lapsed"].as_u64().unwrap()
    }

    pub(crate) fn pass(&self, minutes: u64) {
        self.memory.pass(Duration::from_mins(minutes));
    }

    /// What was published for the other functions since.
    pub(crate) fn published(&self) -> Vec<String> {
        let notices = self.memory.published().into_iter();
        notices.filter(|notice| notice.topic == Topic::TourTicketing).map(|notice| notice.text).collect()
    }

    /// The functions behind the topic hear of sales, twice; the news for fans that came of it.
    pub(crate) fn hear(&self, topic: &[String]) -> Vec<String> {
        let records: Vec<_> = topic.iter().map(|body| json!({"messageId": "m", "body": body})).collect();
        let batch = json!({ "Records": records });
        for _ in 0..2 {
            for failed in [
                self.call::<SeatInventoryUpdater>(batch.clone()),
                self.call::<PaymentProcessor>(batch.clone()),
                self.call::<FanClubAwardProcessor>(batch.clone()),
                self.call::<OrderFulfilment>(batch.clone()),
                self.call::<FanNotifier>(batch.clone()),
            ] {
                assert_eq!(failed.unwrap()["batchItemFailures"], json!([]));
            }
        }
        let notices = self.memory.published().into_iter();
        notices.filter(|notice| notice.topic == Topic::FanNotification).map(|notice| notice.text).collect()
    }

    pub(crate) fn seat(&self, id: &str) -> Item {
        let items = self.memory.items(Table::SeatInventory);
        items.into_iter().find(|item| item.text("seatId") == Some(id)).unwrap()
    }

    pub(crate) fn state(&self, id: &str) -> String {
        self.seat(id).text("state").unwrap().to_owned()
    }

    pub(crate) fn remaining(&self) -> i64 {
        self.seat("ga#floor").number("remaining").unwrap()
    }

    /// Each order's status, by its id.
    pub(crate) fn status(&self, order: &str) -> String {
        let orders = self.memory.items(Table::Orders);
        let order = orders.iter().find(|item| item.text("orderId") == Some(order)).unwrap();
        order.text("status").unwrap().to_owned()
    }
}

/// An order by the event's id, for seats as people call them: `A-1`; `floor` is a place to stand. Ten euros each.
pub(crate) fn wants(places: &[&str]) -> Value {
    let ticket = |place: &&str| match place.split_once('-') {
        Some((row, number)) => json!({
            "seatClass": "Standard", "seatSection": "stalls", "seatRow": row, "seatNumber": number,
            "isFanClubMember": true, "fanClubId": "F1",
        }),
        None => json!({
            "seatClass": "Standard", "seatSection": "Floor", "seatId": format!("ga#{place}"),
            "isFanClubMember": false,
        }),
    };
    let tickets: Vec<_> = places.iter().map(ticket).collect();
    json!({
        "concertId": EVENT, "concertName": NAME, "concertDate": DAY, "currency": "EUR",
        "totalAmount": places.len() * 10, "tickets": tickets, "fanContact": {"email": "ada@example.org"},
    })
}
