//! What has changed, page by page.

use wicket_domain::cloud::{CloudTicketStatus, CounterRecord, InventoryRecord};
use wicket_domain::seat::SeatId;
use wicket_station::cloud::{Cloud, CloudTrouble};

use crate::stage::{EVENT, Stage, number, seat, text};

#[test]
fn the_inventory_comes_oldest_first_and_from_then_on() {
    let stage = Stage::with_seats(60);
    let floor = SeatId::standing("floor");
    let counter = CounterRecord {
        concert_id: EVENT.to_string(),
        seat_id: floor,
        capacity: 9,
        remaining: 9,
        version: 1,
        updated_at: 2_000,
    };
    stage.put_record("SeatInventory", &counter);
    let read = |since| -> Vec<InventoryRecord> {
        stage.cloud.inventory(EVENT, since, None).flat_map(|page| page.unwrap().items).collect()
    };
    let all = read(0);
    assert_eq!(all.len(), 61);
    assert!(all.is_sorted_by_key(InventoryRecord::updated_at));
    assert_eq!(all.first(), Some(&InventoryRecord::Seat(seat(0))));
    assert_eq!(all.last(), Some(&InventoryRecord::Counter(counter)));
    assert_eq!(read(1_050).len(), 11, "at or after");
    assert_eq!(read(9_999).len(), 0);
}

#[test]
fn an_item_nobody_can_read_is_counted() {
    let stage = Stage::with_seats(1);
    let event = EVENT.to_string();
    stage.put(
        "SeatInventory",
        &[
            ("concertId", text(&event)),
            ("seatId", text("S-odd")),
            ("state", text("haunted")),
            ("version", number(1)),
            ("updatedAt", number(1_500)),
        ],
    );
    let page = stage.cloud.inventory(EVENT, 0, None).next().unwrap().unwrap();
    assert_eq!((page.items.len(), page.unreadable, page.next), (1, 1, None));
}

#[test]
fn tickets_of_many_pages_go_on_after_a_cut() {
    let stage = Stage::new();
    let event = EVENT.to_string();
    // A page ends at a megabyte: each of these is 100 KB.
    let padding = "x".repeat(100_000);
    for at in 0..25 {
        stage.put(
            "Tickets",
            &[
                ("ticketId", text(&format!("T{at:02}"))),
                ("eventId", text(&event)),
                ("status", text("valid")),
                ("codeDigest", text(&padding)),
                ("updatedAt", number(1_000 + at)),
            ],
        );
    }
    let mut seen = Vec::new();
    let mut resume = None;
    let mut cuts = 0;
    loop {
        // Only the first page of each iteration is taken, as if the network were cut after it.
        let page = stage.cloud.tickets(EVENT, 0, resume.take()).next().unwrap().unwrap();
        assert!(page.items.iter().all(|ticket| ticket.status == CloudTicketStatus::Valid));
        seen.extend(page.items.into_iter().map(|ticket| ticket.ticket_id));
        resume = page.next;
        if resume.is_none() {
            break;
        }
        cuts += 1;
    }
    assert!(cuts >= 2, "{cuts}");
    let whole: Vec<String> = (0..25).map(|at| format!("T{at:02}")).collect();
    assert_eq!(seen, whole, "each once and in order");
    let in_one: Vec<String> = stage
        .cloud
        .tickets(EVENT, 0, None)
        .flat_map(|page| page.unwrap().items)
        .map(|t| t.ticket_id)
        .collect();
    assert_eq!(in_one, whole);
}

#[test]
fn a_reading_goes_on_with_the_time_it_began_with() {
    let stage = Stage::with_seats(3);
    let place = format!(
        r#"{{"since":1000,"key":{{"concertId":{{"S":"{EVENT}"}},"seatId":{{"S":"{}"}},"updatedAt":{{"N":"1000"}}}}}}"#,
        seat(0).seat_id
    );
    // Time has passed since the cut: what is asked for now begins after the place.
    let page = stage.cloud.inventory(EVENT, 5_000, Some(place)).next().unwrap().unwrap();
    assert_eq!(page.items, [InventoryRecord::Seat(seat(1)), InventoryRecord::Seat(seat(2))]);
}

#[test]
fn a_place_that_was_tampered_with_is_refused() {
    let stage = Stage::with_seats(1);
    let place = |since: i64, concert: &str| {
        format!(
            r#"{{"since":{since},"key":{{"concertId":{{"S":"{concert}"}},"seatId":{{"S":"a"}},"updatedAt":{{"N":"5"}}}}}}"#
        )
    };
    let (other, beyond) = (place(1, "another"), place(6, &EVENT.to_string()));
    let long = format!("{{\"concertId\":{{\"S\":\"{}\"}}}}", "x".repeat(9_000));
    for text in ["", "{}", "null", "[1]", &other, &beyond, &long] {
        let mut pages = stage.cloud.inventory(EVENT, 0, Some(text.to_owned()));
        let fault = pages.next().unwrap().unwrap_err();
        assert_eq!(fault.trouble, CloudTrouble::Rejected, "{text:.40}");
        assert!(pages.next().is_none());
    }
}
