//! What goes wrong in one place only: the rest goes on, and the words say what waits and why.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use wicket_domain::cloud::{
    ChangePage, CloudSeatState, ConflictKind, ConflictRecord, EventRecord, event_feed,
};
use wicket_domain::id::EventId;
use wicket_domain::judge::Refusal;
use wicket_domain::seat::{SeatId, SeatState};
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::sync::Heard;
use wicket_station::view::{ClaimOutcome, SaleOutcome, Trouble, VerdictWord};

use super::pretend::{Barred, Weather, World};
use super::together::{Post, two};
use crate::support::{add_event, from_cart, scan, seat, sold, standing, wants};

fn state(world: &Mutex<World>, event: EventId, id: &str) -> CloudSeatState {
    world.lock().unwrap().seats[&(event.to_string(), SeatId::new(id))].state
}

fn seen(station: &Station, event: EventId, id: &str) -> SeatState {
    let lines = station.seat_lines(event, false).unwrap();
    lines.iter().find(|line| line.seat_id.as_str() == id).unwrap().state
}

fn kinds(world: &Mutex<World>) -> Vec<String> {
    let world = world.lock().unwrap();
    world.messages.iter().map(|message| message["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_queue_that_lets_nobody_in_keeps_nothing_else_back() {
    let (world, north, south, event) = two();
    let receipt = sold(&south.station, &wants(event, &["A-1"]));
    south.line.bar(&[Barred::Sales]);
    let token = receipt.tickets[0].token.clone();
    south.station.admit(&Actor::CommandLine, &scan(&token, None, Some(event))).unwrap();
    sold(&north.station, &wants(event, &["A-2"]));
    north.sync();
    world.lock().unwrap().work();

    let round = south.station.sync_round().unwrap();
    assert_eq!((round.fault, round.sent, round.waiting), (None, 1, 1));
    assert!(kinds(&world).contains(&"admission".to_owned()), "the admission went out");
    assert_eq!(seen(&south.station, event, "A-2"), SeatState::Sold, "what is new was followed");
    let status = south.station.cloud_status().unwrap();
    assert_eq!((status.online, status.trouble), (true, Some(Trouble::Refused)));
    let words = status.words.unwrap();
    assert!(words.contains("Sales wait") && words.contains("AccessDenied"), "{words}");
    let tried = south.station.outbox_view().unwrap().lines[0].attempts;
    south.station.sync_round().unwrap();
    assert_eq!(
        south.station.outbox_view().unwrap().lines[0].attempts,
        tried,
        "no window is woken for nothing"
    );

    let token = sold(&north.station, &wants(event, &["A-3"])).tickets[0].token.clone();
    let verdict = south.station.admit(&Actor::CommandLine, &scan(&token, None, Some(event))).unwrap();
    assert!(!verdict.offline, "the gate goes on asking");
    south.line.bar(&[]);
    south.sync();
    let status = south.station.cloud_status().unwrap();
    assert_eq!((status.waiting, status.trouble), (0, None));
}

#[test]
fn places_that_may_not_be_given_back_keep_nothing_else_back() {
    let (world, north, south, event) = two();
    let cart = south.station.open_cart().unwrap();
    south.station.claim_places(&Actor::CommandLine, &from_cart(cart, wants(event, &["B-1"]))).unwrap();
    south.station.release_cart(cart).unwrap();
    south.line.bar(&[Barred::Claims]);
    sold(&north.station, &wants(event, &["A-2"]));
    north.sync();
    world.lock().unwrap().work();
    south.sync();
    assert_eq!(seen(&south.station, event, "A-2"), SeatState::Sold);
    let status = south.station.cloud_status().unwrap();
    assert!(status.online);
    assert!(status.words.unwrap().contains("cannot be given back"));
    assert!(
        south.station.sync_round().unwrap().barred,
        "whoever gave them back is told that it did not happen"
    );
    south.line.bar(&[]);
    south.sync();
    assert_eq!(state(&world, event, "B-1"), CloudSeatState::Available);
}

#[test]
fn a_conflict_is_heard_of_once_and_stays_settled() {
    let (world, north, south, event) = two();
    world.lock().unwrap().conflicts.push(conflict(event, "seat#A-1"));
    south.sync();
    north.sync();
    assert_eq!(south.station.conflicts().unwrap().len(), 1);
    north.station.settle_conflict(&Actor::CommandLine, event, "seat#A-1").unwrap();
    south.sync();
    assert!(south.station.conflicts().unwrap()[0].settled_at.is_some());
    // Every page once more, the older ones among them.
    south.house.sql().execute("UPDATE follow SET number = 0", []).unwrap();
    south.station.connect(Some(Arc::clone(&south.line) as _)).unwrap();
    south.sync();
    assert!(south.station.conflicts().unwrap()[0].settled_at.is_some());
}

fn conflict(event: EventId, id: &str) -> ConflictRecord {
    ConflictRecord {
        event_id: event.to_string(),
        conflict_id: id.into(),
        kind: ConflictKind::SeatSoldTwice,
        at: 1_798_804_800_000,
        first: BTreeMap::new(),
        second: BTreeMap::new(),
        seat_id: Some("A-1".into()),
        ticket_id: None,
        order_id: None,
        resolved_at: None,
        resolved_by: None,
        updated_at: 1,
    }
}

#[test]
fn an_event_is_followed_for_days_and_its_conflicts_for_a_month() {
    let (world, north, south, event) = two();
    for post in [&north, &south] {
        // It starts seven hours after noon.
        post.house.pass((7 + 95) * 60);
    }
    world.lock().unwrap().pass((7 + 95) * 60);
    north.station.sync_round().unwrap();
    world.lock().unwrap().seats.values_mut().filter(|seat| seat.seat_id.as_str() == "B-5").for_each(|seat| {
        (seat.state, seat.version) = (CloudSeatState::Sold, seat.version + 1);
        seat.updated_at += (7 + 95) * 3_600_000;
    });
    south.sync();
    assert_eq!(seen(&south.station, event, "B-5"), SeatState::Sold);

    south.house.pass(20 * 24 * 60);
    world.lock().unwrap().conflicts.push(conflict(event, "late"));
    south.sync();
    assert_eq!(south.station.cloud_status().unwrap().conflicts, 1);
    world.lock().unwrap().conflicts.push(conflict(event, "later"));
    south.sync();
    assert_eq!(south.station.cloud_status().unwrap().conflicts, 1, "not asked again within the minute");
    south.house.pass(1);
    south.sync();
    assert_eq!(south.station.cloud_status().unwrap().conflicts, 2);
    south.house.pass(10 * 24 * 60);
    world.lock().unwrap().conflicts.push(conflict(event, "too late"));
    south.sync();
    assert_eq!(south.station.cloud_status().unwrap().conflicts, 2);
}

/// The station is closed and opened again, with what it is told before anything was asked.
fn reopened(post: Post, minutes: i64) -> Post {
    let Post { house, station, line } = post;
    drop(station);
    house.pass(minutes);
    let station = house.window();
    station.connect(Some(Arc::clone(&line) as _)).unwrap();
    let status = station.cloud_status().unwrap();
    assert!(!status.online, "nothing was asked yet");
    Post { house, station, line }
}

#[test]
fn since_is_true_across_restarts() {
    let world = Arc::new(Mutex::new(World::default()));
    let north = Post::new(&world, "North", 11);
    let began = north.station.cloud_status().unwrap().since;
    assert!(began.is_some());

    let north = reopened(north, 60);
    assert_eq!(north.station.cloud_status().unwrap().since, None, "whether it still is, nobody knows");
    north.station.probe().unwrap();
    let status = north.station.cloud_status().unwrap();
    assert_eq!((status.online, status.since), (true, began), "as before");

    let north = reopened(north, 60);
    north.line.set(Weather::Cut);
    north.station.probe().unwrap();
    let status = north.station.cloud_status().unwrap();
    let cut = Some(north.house.now());
    assert_eq!((status.online, status.since), (false, cut), "not since it was online");

    let north = reopened(north, 60);
    assert_eq!(north.station.cloud_status().unwrap().since, cut);
    north.station.probe().unwrap();
    assert_eq!(north.station.cloud_status().unwrap().since, cut, "it has been so all the time");
    north.line.set(Weather::Fine);
    north.station.probe().unwrap();
    assert_eq!(north.station.cloud_status().unwrap().since, Some(north.house.now()));
}

#[test]
fn a_station_that_was_paired_offline_says_since_when() {
    let world = Arc::new(Mutex::new(World::default()));
    let north = Post::new(&world, "North", 11);
    north.house.sql().execute("UPDATE cloud SET online = 0, since = NULL, trouble = NULL", []).unwrap();
    let north = reopened(north, 1);
    north.line.set(Weather::Cut);
    north.station.probe().unwrap();
    assert_eq!(north.station.cloud_status().unwrap().since, Some(north.house.now()));
}

#[test]
fn a_fence_is_accepted_once_whoever_hears_of_it() {
    let (world, north, _, event) = two();
    let other = north.house.window();
    other.connect(Some(Arc::clone(&north.line) as _)).unwrap();
    other.probe().unwrap();
    let id = north.station.start(None).unwrap().station.unwrap().station_id;
    world.lock().unwrap().station(id).put("epoch", 2);
    north.station.probe().unwrap();
    assert_eq!(north.station.allot(&Actor::CommandLine, event, 1).unwrap(), 2);
    other.probe().unwrap();
    north.line.set(Weather::Cut);
    north.station.probe().unwrap();
    assert!(matches!(
        north.station.sell(&Actor::CommandLine, &wants(event, &["A-1"])).unwrap(),
        SaleOutcome::Sold { .. }
    ));
    let fenced = north.station.start(None).unwrap().notices;
    assert_eq!(fenced.iter().filter(|notice| notice.code == "fenced").count(), 1);
}

#[test]
fn a_key_that_another_window_knows_to_be_revoked_lets_nobody_in() {
    let (_, north, south, event) = two();
    let token = sold(&north.station, &wants(event, &["A-1"])).tickets[0].token.clone();
    let tokens = sold(&north.station, &wants(event, &["A-2"])).tickets[0].token.clone();
    let admit =
        |token: &str| south.station.admit(&Actor::CommandLine, &scan(token, None, Some(event))).unwrap();
    assert_eq!(admit(&token).verdict, VerdictWord::Admitted, "the keys are read now");
    south.house.sql().execute("UPDATE issuer_key SET revoked = 1", []).unwrap();
    assert_eq!(admit(&tokens).reason, Some(Refusal::KeyRevoked));
}

#[test]
fn a_page_that_is_missing_is_told_and_nothing_is_taken_past_it() {
    let (world, north, south, event) = two();
    let sells = |seat| {
        sold(&north.station, &wants(event, &[seat]));
        north.sync();
        let mut world = world.lock().unwrap();
        world.work();
        world.write_pages();
    };
    let feed = event_feed("house", &event.to_string());
    sells("A-1");
    let lost = world.lock().unwrap().pages.get_mut(&feed).unwrap().pop().unwrap();
    let before = lost.number - 1;
    {
        let mut world = world.lock().unwrap();
        let later = ChangePage { number: lost.number + 1, ..lost.clone() };
        world.pages.get_mut(&feed).unwrap().push(later);
    }
    let round = south.station.sync_round().unwrap();
    assert!(round.fault.is_none(), "the rest of the round goes on");
    let words = round.warning.unwrap().words;
    assert!(words.contains(&format!("page {} of what changed is missing", lost.number)), "{words}");
    assert!(south.house.number("SELECT number FROM follow") <= i64::try_from(before).unwrap());
    {
        let mut world = world.lock().unwrap();
        let pages = world.pages.get_mut(&feed).unwrap();
        pages.insert(pages.len() - 1, lost);
    }
    south.sync();
    assert_eq!(seen(&south.station, event, "A-1"), SeatState::Sold);
    assert_eq!(south.station.cloud_status().unwrap().words, None);
}

#[test]
fn entries_that_cannot_be_read_are_told_and_read_again_by_a_newer_wicket() {
    let (world, north, south, event) = two();
    south.sync();
    let before = south.house.number("SELECT number FROM follow");
    south.line.unreadable.store(3, Ordering::SeqCst);
    sold(&north.station, &wants(event, &["A-1"]));
    north.sync();
    world.lock().unwrap().work();
    south.sync();
    assert_eq!(seen(&south.station, event, "A-1"), SeatState::Sold, "the rest is taken");
    south.line.unreadable.store(0, Ordering::SeqCst);
    south.sync();
    let status = south.station.cloud_status().unwrap();
    assert_eq!(status.trouble, Some(Trouble::Unreadable));
    let words = status.words.unwrap();
    assert!(words.contains("entries of Evening cannot be read. Update Wicket."), "{words}");
    assert_eq!(south.house.number("SELECT number FROM follow"), before, "from there it is read again");
    let shown = world.lock().unwrap().shown;
    let south = reopened(south, 2);
    sold(&north.station, &wants(event, &["A-2"]));
    north.sync();
    south.sync();
    assert!(world.lock().unwrap().shown > shown, "what it could not read comes again");
    assert_eq!(south.station.cloud_status().unwrap().words, None);
    assert!(south.house.number("SELECT number FROM follow") > before);
}

#[test]
fn a_seat_that_was_published_and_let_go_of_is_on_sale_again() {
    let world = Arc::new(Mutex::new(World::default()));
    let north = Post::new(&world, "North", 11);
    let event = add_event(&north.station, "Evening");
    let cart = north.station.open_cart().unwrap();
    north.station.hold_seats(event, cart, &[seat("A-1")]).unwrap();
    // The seats arrive, and nobody hears of it.
    north.line.lose_seats.store(true, Ordering::SeqCst);
    north.station.publish_event(&Actor::CommandLine, event, &mut |_| ()).unwrap_err();
    north.station.release_cart(cart).unwrap();
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Owned);
    north.station.publish_event(&Actor::CommandLine, event, &mut |_| ()).unwrap();
    north.sync();
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Available);
}

#[test]
fn an_event_without_its_plan_stops_no_other() {
    let (world, north, south, event) = two();
    let second = add_event(&north.station, "Matinee");
    let third = add_event(&north.station, "Late Show");
    for added in [second, third] {
        north.station.publish_event(&Actor::CommandLine, added, &mut |_| ()).unwrap();
    }
    {
        let mut world = world.lock().unwrap();
        let of = |world: &World, id: EventId| world.events[&id.to_string()].clone();
        let lost = EventRecord { plan_key: "plans/gone.json.gz".into(), ..of(&world, second) };
        world.events.insert(second.to_string(), lost);
    }
    sold(&north.station, &wants(event, &["A-1"]));
    north.sync();
    world.lock().unwrap().work();
    south.sync();
    assert_eq!(seen(&south.station, event, "A-1"), SeatState::Sold);
    assert_eq!(south.station.events().unwrap().len(), 2, "the late show came");
    let status = south.station.cloud_status().unwrap();
    assert!(status.online && status.words.unwrap().contains("Matinee"));
    let before = south.line.read_whole.load(Ordering::SeqCst);
    south.sync();
    assert_eq!(south.line.read_whole.load(Ordering::SeqCst), before, "nothing is read whole again");
}

#[test]
fn what_is_stuck_waits_again_all_at_once_and_is_found_by_its_id() {
    let (_, north, _, event) = two();
    for id in ["A-1", "A-2"] {
        sold(&north.station, &wants(event, &[id]));
    }
    north.house.sql().execute("UPDATE outbox_state SET state = 2", []).unwrap();
    let line = &north.station.outbox_view().unwrap().lines[1];
    assert_eq!(north.station.message_number(line.message_id).unwrap(), Some(line.sequence));
    assert_eq!(north.station.retry_all_messages(&Actor::CommandLine).unwrap(), 2);
    assert_eq!(north.station.retry_all_messages(&Actor::CommandLine).unwrap(), 0);
    north.sync();
    assert_eq!(north.station.outbox_view().unwrap().waiting, 0);

    north.house.sql().execute("UPDATE cloud SET offset_ms = 1234", []).unwrap();
    let looking = north.house.window();
    assert!(looking.message_json(line.sequence).unwrap().contains("\"clockOffsetMs\":1234"));
}

#[test]
fn whoever_waits_after_a_fault_is_woken_by_what_may_have_ended_it() {
    let (_, north, _, event) = two();
    let long = std::time::Duration::from_mins(10);
    let seen = north.station.wait_for_news(Heard::default(), long);
    std::thread::scope(|scope| {
        let woken = scope.spawn(|| north.station.wait_for_hurry(seen, long));
        // A sale is to be sent, and would meet the same trouble.
        sold(&north.station, &wants(event, &["A-1"]));
        north.station.connect(Some(Arc::clone(&north.line) as _)).unwrap();
        assert_ne!(woken.join().unwrap(), seen);
    });
}

#[test]
fn an_event_whose_tickets_look_like_anothers_is_not_taken() {
    let (_, north, south, _) = two();
    let local = add_event(&south.station, "Local");
    let added = add_event(&north.station, "Matinee");
    let mut twin = *added.as_bytes();
    twin[15] ^= 1;
    let ids = (twin.as_slice(), local.as_bytes().as_slice());
    south.house.sql().execute("UPDATE event SET event_id = ?1 WHERE event_id = ?2", ids).unwrap();
    north.station.publish_event(&Actor::CommandLine, added, &mut |_| ()).unwrap();
    south.sync();
    assert_eq!(south.station.events().unwrap().len(), 2);
    let words = south.station.cloud_status().unwrap().words.unwrap();
    assert!(words.contains("Matinee") && words.contains("those of Local"), "{words}");
}

#[test]
fn two_carts_do_not_both_hear_that_the_last_places_are_theirs() {
    let (_, north, _, event) = two();
    let carts = [north.station.open_cart().unwrap(), north.station.open_cart().unwrap()];
    let claim = |cart, count| {
        north.station.claim_places(&Actor::CommandLine, &from_cart(cart, standing(event, count))).unwrap()
    };
    assert_eq!(claim(carts[0], 3), ClaimOutcome::Owned);
    // While the second cart asks, another window claims the last two.
    let other = north.house.window();
    other.connect(Some(Arc::clone(&north.line) as _)).unwrap();
    other.probe().unwrap();
    *north.line.before_grant.lock().unwrap() = Some(Box::new(move || {
        let request = from_cart(other.open_cart().unwrap(), standing(event, 2));
        let first = other.claim_places(&Actor::CommandLine, &request).unwrap();
        assert_eq!(first, ClaimOutcome::Owned);
    }));
    let second = claim(carts[1], 2);
    assert!(matches!(second, ClaimOutcome::Full { .. }), "{second:?}");
}

#[test]
fn a_clock_that_is_set_has_what_was_read_by_the_old_one_read_again() {
    let (world, north, south, event) = two();
    for post in [&north, &south] {
        post.sync();
    }
    // The station's clock is ten minutes ahead and it does not know: it believes to have read what is yet to come.
    south.house.pass(10);
    south.sync();
    south.sync();
    sold(&north.station, &wants(event, &["A-1"]));
    north.sync();
    world.lock().unwrap().work();
    south.house.pass(10);
    south.line.offset_ms.store(10 * 60_000, Ordering::SeqCst);
    south.sync();
    assert_eq!(seen(&south.station, event, "A-1"), SeatState::Sold);
}

#[test]
fn an_organizer_that_may_not_read_the_register_is_not_cut_off() {
    let (world, north, south, event) = two();
    let since = north.station.cloud_status().unwrap().since;
    north.house.pass(1);
    north.line.bar(&[Barred::Stations]);
    sold(&north.station, &wants(event, &["A-1"]));
    let round = north.station.sync_round().unwrap();
    assert_eq!((round.fault, round.waiting), (None, 0));
    assert!(round.warning.unwrap().words.contains("AccessDenied"), "it is told");
    let status = north.station.cloud_status().unwrap();
    assert_eq!((status.online, status.since), (true, since), "it was online all the time");
    world.lock().unwrap().work();
    south.sync();
    assert_eq!(seen(&south.station, event, "A-1"), SeatState::Sold);
}

#[test]
fn whom_to_write_into_a_manifest_is_asked_now_and_then() {
    let (_world, north, _south, _event) = two();
    north.sync();
    let asked = north.line.listed.load(Ordering::Relaxed);
    north.sync();
    assert_eq!(north.line.listed.load(Ordering::Relaxed), asked, "a moment later it knows");
    north.house.pass(1);
    north.sync();
    assert_eq!(north.line.listed.load(Ordering::Relaxed), asked + 1);
}
