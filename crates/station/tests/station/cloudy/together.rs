//! What two stations with one cloud can rely on, and what each does when its line is cut.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use wicket_domain::cloud::StationKind;
use wicket_domain::cloud::{CloudSeatState, CloudTicketStatus, ConflictKind, ConflictRecord};
use wicket_domain::id::EventId;
use wicket_domain::judge::Refusal;
use wicket_domain::seat::{SeatId, SeatState};
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::{
    ClaimOutcome, CloudMode, HoldOutcome, MessageState, SaleOutcome, SaleRequest, StandingLine, Trouble,
    VerdictWord,
};

use super::pairs::pair;
use super::pretend::{Line, Weather, World};
use crate::support::{House, PIN, add_event, from_cart, scan, seat, sold, wants};

/// A station in a house of its own, with its line to the world.
pub(super) struct Post {
    pub(super) house: House,
    pub(super) station: Station,
    pub(super) line: Arc<Line>,
}

impl Post {
    pub(super) fn new(world: &Arc<Mutex<World>>, name: &str, seed: u64) -> Self {
        let house = House::seeded(seed);
        let station = house.window();
        station.set_up(name, StationKind::Desk, "Ada", PIN, false).unwrap();
        pair(&station);
        let line = Line::new(world, seed);
        station.connect(Some(Arc::clone(&line) as _)).unwrap();
        station.probe().unwrap();
        Self { house, station, line }
    }

    pub(super) fn sync(&self) {
        let round = self.station.sync_round().unwrap();
        assert_eq!(round.fault, None);
    }

    pub(crate) fn sells(&self, request: &SaleRequest) -> SaleOutcome {
        self.station.sell(&Actor::CommandLine, request).unwrap()
    }
}

/// Two box offices that have one published event.
pub(super) fn two() -> (Arc<Mutex<World>>, Post, Post, EventId) {
    let world = Arc::new(Mutex::new(World::default()));
    let north = Post::new(&world, "North", 11);
    let south = Post::new(&world, "South", 22);
    let event = add_event(&north.station, "Evening");
    let mut told = Vec::new();
    north
        .station
        .publish_event(&Actor::CommandLine, event, &mut |progress| told.push(progress.done))
        .unwrap();
    assert_eq!(told.last(), Some(&10), "the last word is that every seat is there");
    south.sync();
    north.sync();
    south.sync();
    (world, north, south, event)
}

fn state(world: &Mutex<World>, event: EventId, id: &str) -> CloudSeatState {
    world.lock().unwrap().seats[&(event.to_string(), SeatId::new(id))].state
}

pub(super) fn seen(station: &Station, event: EventId, id: &str) -> SeatState {
    let lines = station.seat_lines(event, false).unwrap();
    lines.iter().find(|line| line.seat_id.as_str() == id).unwrap().state
}

#[test]
fn an_event_published_here_is_on_sale_there() {
    let (_, north, south, event) = two();
    let (here, there) = (north.station.hall(event).unwrap(), south.station.hall(event).unwrap());
    assert_eq!((here.plan, here.prices, here.standing), (there.plan, there.prices, there.standing));
    let summary = &south.station.events().unwrap()[0];
    assert_eq!((summary.seats_free, summary.standing_free), (10, 5));
}

#[test]
fn a_seat_sold_here_is_taken_there_and_its_holder_admitted_there_once() {
    let (world, north, south, event) = two();
    let receipt = sold(&north.station, &wants(event, &["A-1"]));
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Owned, "claimed before it was sold");
    let outcome = south.sells(&wants(event, &["A-1"]));
    assert!(
        matches!(&outcome, SaleOutcome::Taken { seats } if seats[0].label == "Stalls A-1"),
        "{outcome:?}"
    );

    north.sync();
    world.lock().unwrap().work();
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Sold);
    south.sync();
    assert_eq!(seen(&south.station, event, "A-1"), SeatState::Sold);

    let token = &receipt.tickets[0].token;
    let gate = scan(token, Some("South gate"), Some(event));
    let verdict = south.station.admit(&Actor::CommandLine, &gate).unwrap();
    assert_eq!((verdict.verdict, verdict.offline), (VerdictWord::Admitted, false));
    let again = north.station.admit(&Actor::CommandLine, &scan(token, None, Some(event))).unwrap();
    assert_eq!(again.reason, Some(Refusal::AlreadyAdmitted));
    let first = again.first_admission.unwrap();
    assert_eq!((first.station.as_str(), first.gate.as_deref()), ("South", Some("South gate")));
    let count = south.station.gate_count(event).unwrap();
    assert_eq!((count.sold, count.admitted), (1, 1));
}

#[test]
fn of_two_that_want_one_seat_one_gets_it() {
    let (world, north, south, event) = two();
    let carts = [&north, &south].map(|post| post.station.open_cart().unwrap());
    let held = north.station.hold_seats(event, carts[0], &[seat("B-2")]).unwrap();
    assert!(matches!(held, HoldOutcome::Held { .. }));
    assert_eq!(state(&world, event, "B-2"), CloudSeatState::Held);
    let late = south.station.hold_seats(event, carts[1], &[seat("B-2"), seat("B-3")]).unwrap();
    assert!(matches!(&late, HoldOutcome::Taken { seats } if seats.len() == 1), "{late:?}");
    assert_eq!(state(&world, event, "B-3"), CloudSeatState::Available, "all or none");

    let request = from_cart(carts[0], wants(event, &["B-2"]));
    assert_eq!(north.station.claim_places(&Actor::CommandLine, &request).unwrap(), ClaimOutcome::Owned);
    assert!(matches!(north.sells(&request), SaleOutcome::Sold { .. }));
    assert!(matches!(south.sells(&wants(event, &["B-2"])), SaleOutcome::Taken { .. }));
}

#[test]
fn a_hold_that_ran_out_elsewhere_can_be_claimed_and_an_ownership_never_runs_out() {
    let (_, north, south, event) = two();
    let cart = north.station.open_cart().unwrap();
    north.station.hold_seats(event, cart, &[seat("A-2")]).unwrap();
    let owned = from_cart(cart, wants(event, &["A-3"]));
    north.station.claim_places(&Actor::CommandLine, &owned).unwrap();
    south.house.pass(60);
    assert!(matches!(south.sells(&wants(event, &["A-2"])), SaleOutcome::Sold { .. }));
    assert!(
        matches!(south.sells(&wants(event, &["A-3"])), SaleOutcome::Taken { .. }),
        "no clock gives it away"
    );
}

#[test]
fn what_a_cart_let_go_of_goes_back_on_sale() {
    let (world, north, south, event) = two();
    let cart = north.station.open_cart().unwrap();
    let request = from_cart(cart, wants(event, &["A-1", "A-2"]));
    north.station.claim_places(&Actor::CommandLine, &request).unwrap();
    north.sync();
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Owned, "a cart still wants it");
    north.station.release_cart(cart).unwrap();
    north.sync();
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Available);
    assert!(matches!(south.sells(&wants(event, &["A-1", "A-2"])), SaleOutcome::Sold { .. }));
}

#[test]
fn offline_a_station_sells_what_it_took_ahead_and_nothing_else() {
    let (world, north, south, event) = two();
    assert_eq!(north.station.allot(&Actor::CommandLine, event, 3).unwrap(), 6, "three seats, three places");
    north.sync();
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Owned, "what is kept is not given back");
    north.line.set(Weather::Cut);
    let round = north.station.sync_round().unwrap();
    assert!(round.fault.is_some());

    let floor = |count| SaleRequest {
        standing: vec![StandingLine { area_id: "Floor".into(), count }],
        ..wants(event, &[])
    };
    assert!(matches!(north.sells(&wants(event, &["A-1"])), SaleOutcome::Sold { .. }));
    assert!(matches!(north.sells(&floor(3)), SaleOutcome::Sold { .. }));
    let outcome = north.sells(&wants(event, &["B-5"]));
    assert!(matches!(outcome, SaleOutcome::Taken { .. } | SaleOutcome::Offline { .. }), "{outcome:?}");
    assert_eq!(seen(&north.station, event, "B-5"), SeatState::Blocked, "not for sale here now");
    let outcome = north.sells(&floor(1));
    assert_eq!(outcome, SaleOutcome::Offline { places: vec!["Floor".into()] });
    let status = north.station.cloud_status().unwrap();
    assert_eq!((status.mode, status.online, status.waiting), (CloudMode::Connected, false, 2));

    assert!(matches!(south.sells(&wants(event, &["A-1"])), SaleOutcome::Taken { .. }));
    assert!(matches!(south.sells(&floor(3)), SaleOutcome::Full { left: 2, .. }));
    assert!(matches!(south.sells(&floor(2)), SaleOutcome::Sold { .. }));

    north.line.set(Weather::Fine);
    assert_eq!(north.station.give_back_allotted(&Actor::CommandLine, event).unwrap(), 2);
    north.sync();
    assert_eq!(north.station.cloud_status().unwrap().waiting, 0);
    assert_eq!(state(&world, event, "A-2"), CloudSeatState::Available);
}

#[test]
fn offline_what_is_free_counts_what_the_station_has_and_says_so() {
    let (_, north, _, event) = two();
    north.station.allot(&Actor::CommandLine, event, 3).unwrap();
    north.sync();
    let counted = |station: &Station| {
        let summary = station.events().unwrap().remove(0);
        let states = station.seat_states(event, None, None).unwrap().unwrap();
        let lines = u32::try_from(station.seat_lines(event, true).unwrap().len()).unwrap();
        assert_eq!((summary.seats_free, summary.own_only), (lines, states.own_only), "list and seats agree");
        assert_eq!(summary.standing_free, states.standing_left.iter().sum::<u32>());
        assert_eq!(states.free_by_category.iter().sum::<u32>(), lines);
        (summary.seats_free, summary.standing_free, summary.own_only)
    };
    assert_eq!(counted(&north.station), (10, 5, false));
    let cart = north.station.open_cart().unwrap();
    north.station.hold_seats(event, cart, &[seat("A-1")]).unwrap();

    north.line.set(Weather::Cut);
    assert!(north.station.sync_round().unwrap().fault.is_some());
    assert_eq!(counted(&north.station), (2, 3, true), "three of its own, one of them in a cart");
    let alone = add_event(&north.station, "Matinee");
    let summary = north.station.events().unwrap();
    let matinee = summary.iter().find(|line| line.event.event_id == alone).unwrap();
    assert_eq!((matinee.seats_free, matinee.own_only), (10, false), "nobody else sells it");
    let late = north.station.seat_states(event, None, None).unwrap().unwrap().version;
    north.line.set(Weather::Fine);
    north.station.probe().unwrap();
    let again = north.station.seat_states(event, None, Some(late)).unwrap().unwrap();
    assert!(!again.own_only, "when the cloud comes back the seats are new to the window");
    assert_eq!(counted(&north.station), (9, 5, false));
}

#[test]
fn pages_that_are_late_give_nothing_back() {
    let (world, north, south, event) = two();
    north.station.allot(&Actor::CommandLine, event, 1).unwrap();
    north.station.give_back_allotted(&Actor::CommandLine, event).unwrap();
    north.sync();
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Available);
    north.line.late.store(true, Ordering::SeqCst);
    north.sync();
    assert_eq!(seen(&north.station, event, "A-1"), SeatState::Free, "free, and nobody's");
    assert!(matches!(south.sells(&wants(event, &["A-1"])), SaleOutcome::Sold { .. }));
    north.line.set(Weather::Cut);
    assert!(north.station.sync_round().unwrap().fault.is_some());
    let late = north.sells(&wants(event, &["A-1"]));
    assert!(!matches!(late, SaleOutcome::Sold { .. }), "sold twice: {late:?}");
}

#[test]
fn a_claim_whose_answer_was_lost_is_this_stations_all_the_same() {
    let (world, north, south, event) = two();
    north.line.set(Weather::Mute);
    let cart = north.station.open_cart().unwrap();
    let floor = vec![StandingLine { area_id: "Floor".into(), count: 2 }];
    let request = SaleRequest { standing: floor, ..from_cart(cart, wants(event, &["A-4"])) };
    let outcome = north.station.claim_places(&Actor::CommandLine, &request).unwrap();
    assert!(matches!(outcome, ClaimOutcome::Offline { .. }), "no answer, no money: {outcome:?}");
    assert_eq!(state(&world, event, "A-4"), CloudSeatState::Owned);

    north.line.set(Weather::Fine);
    north.station.probe().unwrap();
    assert!(matches!(north.sells(&request), SaleOutcome::Sold { .. }));
    assert!(matches!(south.sells(&wants(event, &["A-4"])), SaleOutcome::Taken { .. }));
    let world = world.lock().unwrap();
    let left: u32 = world.counters.values().map(|counter| counter.remaining).sum();
    assert_eq!(left, 3, "two places were granted, once");
}

#[test]
fn publishing_that_was_cut_off_goes_on_and_loses_no_sale() {
    let world = Arc::new(Mutex::new(World::default()));
    let north = Post::new(&world, "North", 11);
    let event = add_event(&north.station, "Evening");
    let before = sold(&north.station, &wants(event, &["A-1"]));
    north.line.set(Weather::Mute);
    let cut = north.station.publish_event(&Actor::CommandLine, event, &mut |_| ()).unwrap_err();
    assert_eq!(cut.code, Code::Cloud);
    let offline = north.sells(&wants(event, &["A-2"]));
    assert!(matches!(offline, SaleOutcome::Sold { .. }), "nothing was marked yet: {offline:?}");
    north.line.set(Weather::Fine);
    north.station.publish_event(&Actor::CommandLine, event, &mut |_| ()).unwrap();
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Sold);
    assert_eq!(state(&world, event, "A-2"), CloudSeatState::Sold);
    assert_eq!(state(&world, event, "A-3"), CloudSeatState::Available);
    north.station.publish_event(&Actor::CommandLine, event, &mut |_| ()).unwrap();
    let south = Post::new(&world, "South", 22);
    south.sync();
    assert!(matches!(south.sells(&wants(event, &["A-1"])), SaleOutcome::Taken { .. }));
    let admitted =
        south.station.admit(&Actor::CommandLine, &scan(&before.tickets[0].token, None, None)).unwrap();
    assert_eq!(admitted.verdict, VerdictWord::Admitted, "the manifest is all a gate needs");
}

#[test]
fn a_gate_without_its_cloud_decides_alone_and_says_so() {
    let (world, north, south, event) = two();
    let token = sold(&north.station, &wants(event, &["A-1"])).tickets[0].token.clone();
    for post in [&north, &south] {
        post.line.set(Weather::Cut);
        assert!(post.station.sync_round().unwrap().fault.is_some());
    }
    let verdict =
        |post: &Post| post.station.admit(&Actor::CommandLine, &scan(&token, None, Some(event))).unwrap();
    let (first, second) = (verdict(&north), verdict(&south));
    assert!(first.offline && second.offline);
    assert_eq!((first.verdict, second.verdict), (VerdictWord::Admitted, VerdictWord::Admitted));
    assert!(!verdict(&south).offline, "its own file knows");

    for post in [&north, &south] {
        post.line.set(Weather::Fine);
        post.sync();
    }
    let world = world.lock().unwrap();
    let ids: Vec<_> =
        world.messages.iter().filter_map(|message| message["body"]["admissionId"].as_str()).collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1], "the pipeline sees two admissions, and tells");
}

#[test]
fn a_gate_that_lost_the_answer_admits_the_same_holder() {
    let (world, north, south, event) = two();
    let receipt = sold(&north.station, &wants(event, &["A-1"]));
    let gate = scan(&receipt.tickets[0].token, None, Some(event));
    south.line.set(Weather::Mute);
    let verdict = south.station.admit(&Actor::CommandLine, &gate).unwrap();
    assert_eq!((verdict.verdict, verdict.offline), (VerdictWord::Admitted, true));
    south.line.set(Weather::Fine);
    south.sync();
    world.lock().unwrap().work();
    south.sync();
    assert_eq!(south.station.gate_count(event).unwrap().admitted, 1, "counted once");
    let tickets = world.lock().unwrap().tickets.clone();
    assert!(tickets.values().all(|ticket| ticket.status == CloudTicketStatus::Used));
}

#[test]
fn a_fenced_station_lets_go_and_goes_on() {
    let (world, north, south, event) = two();
    north.station.allot(&Actor::CommandLine, event, 2).unwrap();
    {
        let mut world = world.lock().unwrap();
        let id = north.station.start(None).unwrap().station.unwrap().station_id;
        world.station(id).put("epoch", 2);
        for seat in world.seats.values_mut().filter(|seat| seat.state == CloudSeatState::Owned) {
            (seat.state, seat.station) = (CloudSeatState::Available, None);
            seat.version += 1;
        }
    }
    assert!(matches!(south.sells(&wants(event, &["A-1"])), SaleOutcome::Sold { .. }));
    north.station.probe().unwrap();
    north.sync();
    assert!(matches!(north.sells(&wants(event, &["A-1"])), SaleOutcome::Taken { .. }));
    assert!(matches!(north.sells(&wants(event, &["A-2"])), SaleOutcome::Sold { .. }));
    let notices = north.station.start(None).unwrap().notices;
    let notice = notices.last().unwrap();
    assert_eq!(notice.code, "fenced");
    assert_eq!(north.station.cloud_status().unwrap().trouble, Some(Trouble::Fenced));
    north.station.read_notice(notice.notice_no).unwrap();
    assert_eq!(north.station.cloud_status().unwrap().trouble, None);
}

#[test]
fn conflicts_are_shown_and_settled_everywhere() {
    let (world, north, south, event) = two();
    world.lock().unwrap().conflicts.push(ConflictRecord {
        event_id: event.to_string(),
        conflict_id: "seat#A-1".into(),
        kind: ConflictKind::SeatSoldTwice,
        at: 1_798_804_800_000,
        first: [("station".to_owned(), "North".to_owned())].into(),
        second: [("station".to_owned(), "South".to_owned())].into(),
        seat_id: Some("A-1".into()),
        ticket_id: None,
        order_id: None,
        resolved_at: None,
        resolved_by: None,
        updated_at: 1,
    });
    north.sync();
    let line = &north.station.conflicts().unwrap()[0];
    assert_eq!((line.seat.as_deref(), line.second["station"].as_str()), (Some("Stalls A-1"), "South"));
    assert_eq!(north.station.cloud_status().unwrap().conflicts, 1);
    north.station.settle_conflict(&Actor::CommandLine, event, "seat#A-1").unwrap();
    assert_eq!(north.station.cloud_status().unwrap().conflicts, 0);
    south.sync();
    assert!(south.station.conflicts().unwrap()[0].settled_at.is_some());
}

#[test]
fn a_message_is_sent_once_in_effect_and_shown_while_it_waits() {
    let (world, north, _, event) = two();
    north.line.set(Weather::Mute);
    north.station.probe().unwrap();
    north.line.set(Weather::Fine);
    north.station.probe().unwrap();
    sold(&north.station, &wants(event, &["A-1"]));
    north.line.set(Weather::Mute);
    assert!(north.station.sync_round().unwrap().fault.is_some());
    let view = north.station.outbox_view().unwrap();
    assert_eq!((view.waiting, view.dead), (1, 0));
    assert_eq!(view.lines[0].state, MessageState::Waiting);
    assert!(north.station.message_json(view.lines[0].sequence).unwrap().contains("\"purchase\""));
    north.line.set(Weather::Fine);
    north.sync();
    assert_eq!(north.station.outbox_view().unwrap().waiting, 0);
    let ids: Vec<_> =
        world.lock().unwrap().messages.iter().map(|message| message["messageId"].to_string()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "sent again under the same id: {ids:?}");
    assert_eq!(
        north.station.retry_message(&Actor::CommandLine, view.lines[0].sequence).unwrap_err().code,
        Code::BadInput
    );
}

#[test]
fn an_older_copy_of_the_file_takes_nothing_from_others() {
    let world = Arc::new(Mutex::new(World::default()));
    let north = Post::new(&world, "North", 11);
    let event = add_event(&north.station, "Evening");
    let copy = north.house.copy("copy.sqlite");
    north.station.publish_event(&Actor::CommandLine, event, &mut |_| ()).unwrap();
    let south = Post::new(&world, "South", 22);
    south.sync();
    sold(&south.station, &wants(event, &["A-1"]));

    // The disk has died, and the copy of this morning is put on another one, which has no mark.
    let Post { mut house, station, line } = north;
    drop(station);
    house.computer = Arc::default();
    house.put_back(&copy);
    let station = house.window();
    station.connect(Some(Arc::clone(&line) as _)).unwrap();
    let north = Post { house, station, line };
    let publish = || north.station.publish_event(&Actor::CommandLine, event, &mut |_| ());
    assert_eq!(publish().unwrap_err().code, Code::NotAllowed, "it is told that it is an old one");
    assert_eq!(north.station.cloud_status().unwrap().trouble, Some(Trouble::Copied));
    let sale = north.station.sell(&Actor::CommandLine, &wants(event, &["A-1"]));
    assert_eq!(sale.unwrap_err().code, Code::NotAllowed, "it sells nothing meanwhile");
    north.station.resume(&Actor::CommandLine).unwrap();
    publish().unwrap();
    assert_eq!(state(&world, event, "A-1"), CloudSeatState::Owned, "not written over");
    north.sync();
    assert!(matches!(north.sells(&wants(event, &["A-1"])), SaleOutcome::Taken { .. }));
    assert!(matches!(north.sells(&wants(event, &["A-2"])), SaleOutcome::Sold { .. }));
}

#[test]
fn an_event_that_cannot_be_read_does_not_keep_the_others_away() {
    let (world, north, south, event) = two();
    let second = add_event(&north.station, "Matinee");
    north.station.publish_event(&Actor::CommandLine, second, &mut |_| ()).unwrap();
    for record in world.lock().unwrap().events.values_mut().filter(|record| record.event.name == "Matinee") {
        record.plan_digest = "0".repeat(64);
    }
    sold(&north.station, &wants(event, &["A-1"]));
    north.sync();
    world.lock().unwrap().work();
    south.sync();
    assert_eq!(seen(&south.station, event, "A-1"), SeatState::Sold, "the rest was followed");
    let status = south.station.cloud_status().unwrap();
    assert_eq!((status.online, status.trouble), (true, Some(Trouble::Unreadable)));
    assert!(status.words.unwrap().contains("Matinee"));
}

#[test]
fn a_new_station_lets_its_own_guests_in_before_the_organizer_has_named_it() {
    let (world, _, _, event) = two();
    let east = Post::new(&world, "East", 33);
    east.sync();
    let token = sold(&east.station, &wants(event, &["B-1"])).tickets[0].token.clone();
    let verdict = east.station.admit(&Actor::CommandLine, &scan(&token, None, Some(event))).unwrap();
    assert_eq!(verdict.verdict, VerdictWord::Admitted);
}

#[test]
fn an_admission_dated_before_its_sale_is_followed() {
    let (world, north, south, event) = two();
    let receipt = sold(&north.station, &wants(event, &["A-1"]));
    north.sync();
    world.lock().unwrap().work();
    south.sync();
    {
        let mut world = world.lock().unwrap();
        let ticket = world.tickets.values_mut().next().unwrap();
        ticket.status = CloudTicketStatus::Used;
        ticket.admission_id = Some("0198f2f4-0000-8000-8000-000000000000".into());
        ticket.station = Some("East".into());
        ticket.updated_at -= 1;
    }
    south.line.set(Weather::Fine);
    south.sync();
    south.line.set(Weather::Cut);
    let verdict = south
        .station
        .admit(&Actor::CommandLine, &scan(&receipt.tickets[0].token, None, Some(event)))
        .unwrap();
    assert_eq!(verdict.reason, Some(Refusal::AlreadyAdmitted));
    assert_eq!(verdict.first_admission.unwrap().station, "East");
}

#[test]
fn a_clock_that_was_wrong_for_a_moment_hides_nothing() {
    let (world, north, south, event) = two();
    south.house.pass(10);
    south.sync();
    south.house.pass(-10);
    sold(&north.station, &wants(event, &["A-1"]));
    north.sync();
    world.lock().unwrap().work();
    south.sync();
    assert_eq!(seen(&south.station, event, "A-1"), SeatState::Sold);
}

#[test]
fn a_quiet_event_is_not_read_again_and_again() {
    let (world, north, _, _) = two();
    for post in [&north] {
        post.house.pass(5);
        world.lock().unwrap().pass(5);
        for _ in 0..16 {
            post.sync();
        }
    }
    let before = world.lock().unwrap().shown;
    for _ in 0..16 {
        north.sync();
    }
    assert_eq!(world.lock().unwrap().shown, before, "nothing has changed for five minutes");
}
