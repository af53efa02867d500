//! A hall of 12,000 seats, and the event in it.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use wicket_domain::money::{Currency, Money};
use wicket_domain::price::CategoryPrice;
use wicket_domain::seat::SeatId;
use wicket_station::events::{EventDraft, HoursDraft, VenueDraft};

const ROWS: usize = 120;
const SEATS: usize = 100;
/// Pairs of neighbours.
pub(crate) const PAIRS: usize = ROWS * SEATS / 2;

/// Two neighbours.
pub(crate) fn pair(number: usize) -> [SeatId; 2] {
    [2 * number, 2 * number + 1].map(|seat| seat_id(seat / SEATS, seat % SEATS))
}

fn seat_id(row: usize, seat: usize) -> SeatId {
    SeatId::new(format!("{}-{}", row + 1, seat + 1))
}

pub(crate) fn event() -> EventDraft {
    let venue = VenueDraft { name: None, address: None, time_zone: "Europe/Berlin".into() };
    EventDraft {
        name: "Harbour Nights".into(),
        kind: "Concert".into(),
        venue,
        // Tonight: stations ask for one that is further ahead less often.
        starts_at: Timestamp::now() + SignedDuration::from_hours(5),
        currency: Currency::USD,
        prices: vec![CategoryPrice { category: "Seat".into(), price: Money::new(5_000, Currency::USD) }],
        standing: Vec::new(),
        hours: HoursDraft::default(),
    }
}

pub(crate) fn plan() -> String {
    let row = |row: usize| {
        let seat = |seat: usize| {
            json!({
                "seat_guid": seat_id(row, seat).as_str(), "seat_number": (seat + 1).to_string(),
                "position": { "x": seat * 12, "y": 0 }, "category": "Seat",
            })
        };
        json!({
            "row_number": (row + 1).to_string(), "position": { "x": 0, "y": row * 12 },
            "seats": (0..SEATS).map(seat).collect::<Vec<_>>(),
        })
    };
    let zone = json!({
        "name": "Stalls", "position": { "x": 0, "y": 0 }, "areas": [],
        "rows": (0..ROWS).map(row).collect::<Vec<_>>(),
    });
    json!({
        "name": "Hall", "size": { "width": 1_400, "height": 1_600 },
        "categories": [{ "name": "Seat", "color": "#2f74b5" }], "zones": [zone],
    })
    .to_string()
}
