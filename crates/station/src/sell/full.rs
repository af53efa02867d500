//! A sale on a full disk: refused in plain words, nothing of it stays, and with room again it is made.

use std::sync::Arc;

use wicket_domain::cloud::StationKind;
use wicket_domain::id::EventId;
use wicket_domain::money::Money;
use wicket_domain::seat::SeatId;

use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::pin::Cost;
use crate::ports::{NoMarks, SystemClock, SystemRandom};
use crate::view::{SaleOutcome, SaleRequest};

/// What a sale writes, as far as another window sees it.
fn state(station: &Station, event_id: EventId) -> (usize, usize, u64, u32) {
    let rows = station.store.read::<_, Fault>(|read| {
        Ok((read.outbox(0, 100_000)?.len(), read.unfinished_sales()?.len(), read.last_audit_seq()?))
    });
    let (messages, unfinished, entries) = rows.unwrap();
    let free = station.seat_lines(event_id, true).unwrap().len();
    (messages, unfinished, entries, u32::try_from(free).unwrap())
}

#[test]
fn a_sale_on_a_full_disk_is_refused_in_words_and_made_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wicket.sqlite");
    let station =
        Station::open(&path, Arc::new(SystemClock), Arc::new(SystemRandom), Arc::new(NoMarks), Cost::Least)
            .unwrap();
    station.set_up("Window A", StationKind::Desk, "Ada", "2580", true).unwrap();
    let event = station.events().unwrap().remove(0).event;
    let seats = station.seat_lines(event.event_id, true).unwrap();
    let sell = |seat_id: &SeatId| {
        let request = SaleRequest {
            event_id: event.event_id,
            cart_id: None,
            seats: vec![seat_id.clone()],
            standing: Vec::new(),
            cash: Money::new(10_000_000, event.currency),
            holder: None,
            contact: None,
            fan_club_id: None,
            any_time: false,
        };
        station.sell(&Actor::CommandLine, &request)
    };
    station.store.limit_pages(1).unwrap();
    // Some sales have room in pages that are there already.
    let mut before = state(&station, event.event_id);
    let (seat, fault) = seats
        .iter()
        .find_map(|seat| match sell(&seat.seat_id) {
            Ok(_) => {
                before = state(&station, event.event_id);
                None
            }
            Err(fault) => Some((&seat.seat_id, fault)),
        })
        .unwrap();
    assert_eq!(fault.code, Code::Storage);
    assert_eq!(fault.message, "The disk is full. Nothing was changed. Free some space and try again.");
    assert_eq!(state(&station, event.event_id), before, "nothing of it stays");
    station.store.limit_pages(u32::MAX - 1).unwrap();
    assert!(matches!(sell(seat).unwrap(), SaleOutcome::Sold { .. }));
    assert!(station.verify_audit().unwrap().sound);
}
