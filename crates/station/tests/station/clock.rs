//! A clock that is wrong by centuries: every scan gets a verdict, every sale is made, and the people here are told.

use jiff::SignedDuration;
use wicket_domain::judge::Refusal;
use wicket_domain::pipeline::StationMessage;
use wicket_station::actor::Actor;
use wicket_station::view::{HandRequest, SaleOutcome, SaleRequest, ScanRequest, UndoOutcome};

use crate::support::{House, admit, scan, sold, wants};

const BY: Actor = Actor::CommandLine;

#[test]
fn a_clock_before_1970_or_after_2200_stops_no_scan_and_no_sale_and_is_told_once() {
    for (years, hours, code) in
        [(-100, Refusal::NotYetValid, "clock_behind"), (400, Refusal::NoLongerValid, "clock_ahead")]
    {
        let (house, window_a, event) = House::open();
        let receipt = sold(&window_a, &wants(event, &["A-1", "A-2"]));
        house.clock.pass(SignedDuration::from_hours(years * 366 * 24));
        let token = &receipt.tickets[0].token;
        assert_eq!(admit(&window_a, token).reason, Some(hours), "{years}");
        assert_eq!(admit(&window_a, "what is this").reason, Some(Refusal::NotATicket));
        let whenever = ScanRequest { any_time: true, ..scan(token, None, Some(event)) };
        let inside = window_a.admit(&BY, &whenever).unwrap();
        assert_eq!(inside.reason, None);
        let undone = window_a.undo_admission(&BY, inside.scan_id).unwrap();
        assert!(matches!(undone, UndoOutcome::Undone { .. }), "{undone:?}");
        let ticket_id = receipt.tickets[1].ticket_id;
        let by_hand = HandRequest { ticket_id, gate: None, event_id: Some(event), any_time: true };
        assert_eq!(window_a.admit_by_hand(&BY, &by_hand).unwrap().reason, None);
        let late = SaleRequest { any_time: true, ..wants(event, &["A-3"]) };
        assert!(matches!(window_a.sell(&BY, &late).unwrap(), SaleOutcome::Sold { .. }));

        let told: Vec<_> =
            window_a.start(None).unwrap().notices.into_iter().map(|notice| notice.code).collect();
        assert_eq!(told, [code], "{years}");
        let last = house.number("SELECT max(sequence) FROM outbox");
        for sequence in 1..=last {
            let text = window_a.message_json(u64::try_from(sequence).unwrap()).unwrap();
            assert!(StationMessage::parse(&text).is_ok(), "the cloud takes {text}");
        }
        assert!(window_a.verify_audit().unwrap().sound);
    }
}
