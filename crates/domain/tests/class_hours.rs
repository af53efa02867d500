//! When a class of tickets is good, beside its event's hours.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

use jiff::Timestamp;
use wicket_domain::event::{Event, Venue};
use wicket_domain::id::EventId;
use wicket_domain::judge::ClassRules;
use wicket_domain::money::Currency;

#[test]
fn a_class_narrows_its_events_hours_and_never_widens_them() {
    let at = |second| Timestamp::from_second(second).unwrap();
    let within = |event: &Event, from: Option<i64>, until: Option<i64>| {
        let rules =
            ClassRules { valid_from: from.map(at), valid_until: until.map(at), ..ClassRules::default() };
        let rules = rules.within(event);
        (rules.valid_from.unwrap().as_second(), rules.valid_until.unwrap().as_second())
    };
    let silent = Event {
        event_id: EventId::from_bytes([1; 16]),
        name: "Gala".into(),
        kind: String::new(),
        venue: Venue { name: "Arena".into(), address: None, time_zone: "UTC".into() },
        starts_at: at(150),
        currency: Currency::USD,
        sample: false,
        doors_from: None,
        doors_until: None,
        sells_until: None,
    };
    let says = Event { doors_from: Some(at(100)), doors_until: Some(at(200)), ..silent.clone() };
    assert_eq!(within(&says, None, None), (100, 200));
    assert_eq!(within(&says, Some(50), Some(250)), (100, 200));
    assert_eq!(within(&says, Some(120), Some(180)), (120, 180));
    let half_a_day = 12 * 3600;
    let default = (150 - half_a_day, 150 + half_a_day);
    assert_eq!(within(&silent, None, None), default);
    assert_eq!(within(&silent, Some(160), None), (160, default.1));
    let three_days = 3 * 24 * 3600;
    assert_eq!(
        within(&silent, Some(-three_days), Some(three_days)),
        (-three_days, three_days),
        "what the class says outlasts what nobody has said"
    );
}
