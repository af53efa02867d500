//! Every exchange of a station with its cloud, cut in every place: nothing is lost, nothing is done twice, and the
//! station goes on by itself.

use std::collections::BTreeSet;

use wicket_domain::id::EventId;
use wicket_domain::judge::Refusal;
use wicket_domain::pairing::Pairing;
use wicket_domain::seat::SeatId;
use wicket_station::sync::SyncRound;
use wicket_station::view::{ClaimOutcome, HoldOutcome, Receipt, SaleOutcome, VerdictWord};

use super::dev_cloud::{DevCloud, text, until};
use super::ledger::{Ledger, is_counter};
use super::post::{BY, Post, from_cart, standing, two, wants};
use super::proxy::{Cut, EVERYTHING, Exchange, Road};

const HOLD: Exchange = Exchange(&["/venues/house/claims", r#""hold""#]);
const OWN: Exchange = Exchange(&["/venues/house/claims", r#""goal":"own""#]);
const RELEASE: Exchange = Exchange(&["/venues/house/claims", r#""goal":"release""#]);
const GRANT: Exchange = Exchange(&["/venues/house/claims", r#""of":"places""#]);
const SALES: Exchange = Exchange(&[".SendMessageBatch", "dev-StationQueue"]);
const ADMISSIONS: Exchange = Exchange(&[".SendMessageBatch", "dev-AdmissionQueue"]);
const GATE: Exchange = Exchange(&["/venues/house/admissions"]);
const HELLO: Exchange = Exchange(&["/venues/house/hello"]);
const EVENTS: Exchange = Exchange(&[".Query", "dev-Changes", "#events"]);
const PAGES: Exchange = Exchange(&[".Query", "dev-Changes", "house#0"]);
const SETTLING: Exchange = Exchange(&["/venues/house/settle"]);
const PLAN: Exchange = Exchange(&["GET /", "/plans/"]);
const PLAN_WRITE: Exchange = Exchange(&["/venues/house/plans"]);
const EVENT_WRITE: Exchange = Exchange(&["/venues/house/events", r#""put":"event""#]);
const SEAT_WRITE: Exchange = Exchange(&["/venues/house/events", r#""put":"seats""#]);

/// Two stations, of which the south one's whole traffic goes over a road on which one sort of exchange is cut.
struct Night<'a> {
    cloud: &'a DevCloud,
    road: Road,
    through: Pairing,
    cut: Cut,
    north: Post,
    south: Post,
    event: EventId,
    sold: Ledger,
    /// Tokens that the south gate let in while its question was cut, and their tickets.
    admitted: Vec<(String, String)>,
}

pub(crate) fn every_exchange_survives_a_cut(cloud: &DevCloud) {
    // Each place has its own evening: mostly they wait.
    std::thread::scope(|scope| {
        for cut in [Cut::InTheRequest, Cut::BeforeTheAnswer, Cut::InTheAnswer] {
            std::thread::Builder::new()
                .name(format!("{cut:?}"))
                .spawn_scoped(scope, move || Night::begin(cloud, cut).play())
                .unwrap();
        }
    });
}

impl<'a> Night<'a> {
    fn begin(cloud: &'a DevCloud, cut: Cut) -> Self {
        let (north, south, event) = two(cloud, "Charity Gala");
        let (road, through) = Road::to(cloud);
        south.connect(&through);
        south.sync();
        Self { cloud, road, through, cut, north, south, event, sold: Ledger::default(), admitted: Vec::new() }
    }

    fn play(mut self) {
        self.holds_and_claims();
        self.claims_places_to_stand();
        self.gives_back();
        self.takes_ahead();
        self.delivers();
        self.admits();
        self.hears_what_others_did();
        let two_sided = self.learns_of_a_conflict();
        self.is_without_any_line();
        self.publishes();
        self.ends(&two_sided);
    }

    /// Does something while these exchanges are cut, and nothing else is.
    fn through<T>(&self, what: Exchange, does: impl FnOnce() -> T) -> T {
        self.road.through(self.cut, what, does)
    }

    /// A round that is cut there says so.
    fn cut_round(&self, post: &Post, what: Exchange) -> SyncRound {
        let round = self.through(what, || post.station.sync_round().unwrap());
        assert!(round.fault.is_some(), "the round was cut at {what:?}");
        round
    }

    /// The north, whose line is sound, sells a seat that nobody has.
    fn north_sells(&mut self) -> Receipt {
        self.north.sync();
        let receipt = self.north.sold(&wants(self.event, &self.north.free(self.event)[..1]));
        self.sold.add(&receipt);
        self.north.sync();
        receipt
    }

    fn holds_and_claims(&mut self) {
        let (south, event) = (&self.south, self.event);
        let wanted = south.free(event)[..2].to_vec();
        let cart = south.station.open_cart().unwrap();
        let held = self.through(HOLD, || south.station.hold_seats(event, cart, &wanted).unwrap());
        assert!(matches!(held, HoldOutcome::Taken { .. }), "without an answer nothing is held: {held:?}");
        south.sync();
        let request = from_cart(cart, wants(event, &wanted));
        let claimed = self.through(OWN, || south.station.claim_places(&BY, &request).unwrap());
        assert!(
            matches!(claimed, ClaimOutcome::Offline { .. }),
            "without an answer no money is taken: {claimed:?}"
        );
        south.sync();
        // Whatever became of the cart, a sale works once the line is back, and the places are nobody else's meanwhile.
        self.sold.add(&south.sold(&request));
        assert!(matches!(self.north.sell(&wants(event, &wanted)), SaleOutcome::Taken { .. }));
    }

    fn claims_places_to_stand(&mut self) {
        let request = standing(self.event, "Floor", 2);
        let stood = self.through(GRANT, || self.south.sell(&request));
        assert!(matches!(stood, SaleOutcome::Offline { .. }), "{stood:?}");
        self.south.sync();
        self.sold.add(&self.south.sold(&request));
    }

    fn gives_back(&mut self) {
        let (south, event) = (&self.south, self.event);
        let seat = south.free(event)[..1].to_vec();
        let cart = south.station.open_cart().unwrap();
        let held = south.station.hold_seats(event, cart, &seat).unwrap();
        assert!(matches!(held, HoldOutcome::Held { .. }), "{held:?}");
        south.station.release_cart(cart).unwrap();
        self.cut_round(south, RELEASE);
        // One round tells the station what became of it, the next one gives back what is still its own.
        south.sync();
        south.sync();
        self.north.sync();
        self.sold.add(&self.north.sold(&wants(event, &seat)));
    }

    fn takes_ahead(&mut self) {
        let (south, event) = (&self.south, self.event);
        for what in [OWN, GRANT] {
            self.through(what, || south.station.allot(&BY, event, 3)).unwrap_err();
            south.sync();
        }
        assert!(south.station.allot(&BY, event, 3).unwrap() >= 3, "seats and places");
        for what in [GRANT, RELEASE] {
            // The second time it is said of nothing; what waits to go back is what is cut.
            south.station.give_back_allotted(&BY, event).unwrap();
            self.cut_round(south, what);
        }
        south.sync();
    }

    fn delivers(&mut self) {
        let (south, event) = (&self.south, self.event);
        let waiting = || south.station.cloud_status().unwrap().waiting;
        south.sync();
        let receipt = south.sold(&wants(event, &south.free(event)[..1]));
        self.sold.add(&receipt);
        assert_eq!(self.cut_round(south, SALES).waiting, 1, "what nobody confirmed still waits");
        south.sync();
        assert_eq!(waiting(), 0);
        assert_eq!(south.admit(&receipt.tickets[0].token, "South gate").verdict, VerdictWord::Admitted);
        self.admitted.push((receipt.tickets[0].token.clone(), receipt.tickets[0].ticket_id.to_string()));
        assert_eq!(self.cut_round(south, ADMISSIONS).waiting, 1, "what nobody confirmed still waits");
        south.sync();
        assert_eq!(waiting(), 0);
    }

    /// The gate decides by itself, and what it decided is the first admission for everybody.
    fn admits(&mut self) {
        let receipt = self.north_sells();
        let ticket = &receipt.tickets[0];
        let verdict = self.through(GATE, || self.south.admit(&ticket.token, "South gate"));
        assert_eq!((verdict.verdict, verdict.offline), (VerdictWord::Admitted, true));
        if self.cut != Cut::InTheRequest {
            let id = ticket.ticket_id.to_string();
            // The gate waits for 0.4 seconds; a slow machine writes later than that.
            until("the gate's write", || {
                let tickets = self.cloud.items("Tickets");
                let there = tickets.iter().find(|item| text(item, "ticketId") == id);
                let said = there.map(|there| (text(there, "status"), text(there, "station")));
                if said == Some(("used", "South")) { Ok(()) } else { Err(format!("{said:?}")) }
            });
        }
        self.admitted.push((ticket.token.clone(), ticket.ticket_id.to_string()));
        self.south.sync();
        self.north.sync();
    }

    fn hears_what_others_did(&mut self) {
        self.south.sync();
        let seat = self.north_sells().tickets[0].seat_id.clone();
        let (south, event) = (&self.south, self.event);
        assert!(south.free(event).contains(&seat), "nobody has told the south yet");
        south.connect_unheard(&self.through);
        for what in [HELLO, EVENTS, PAGES] {
            self.cut_round(south, what);
        }
        south.sync();
        assert!(!south.free(event).contains(&seat), "it is told now");
    }

    /// Two gates that could not ask let one ticket in. Gives that ticket.
    fn learns_of_a_conflict(&mut self) -> String {
        let receipt = self.north_sells();
        let (south, event) = (&self.south, self.event);
        let (token, ticket) = (&receipt.tickets[0].token, receipt.tickets[0].ticket_id.to_string());
        south.sync();
        assert_eq!(self.north.admit(token, "North gate").verdict, VerdictWord::Admitted);
        let verdict = self.road.through(Cut::AtTheDoor, EVERYTHING, || south.admit(token, "South gate"));
        assert_eq!((verdict.verdict, verdict.offline), (VerdictWord::Admitted, true));
        self.north.sync();
        south.sync();
        until("the conflict of two gates", || {
            let conflicts = self.cloud.items("Conflicts");
            let there = conflicts.iter().any(|item| text(item, "ticketId") == ticket);
            if there { Ok(()) } else { Err(format!("{conflicts:?}")) }
        });
        self.cut_round(south, PAGES);
        south.sync();
        let known = || {
            let lines = south.station.conflicts().unwrap();
            lines.into_iter().find(|line| line.ticket_id.as_ref() == Some(&ticket)).unwrap()
        };
        let line = known();
        let mut gates = [&line.first, &line.second].map(|side| side["gate"].as_str());
        gates.sort_unstable();
        assert_eq!(gates, ["North gate", "South gate"], "both sides' facts");
        let settle = || south.station.settle_conflict(&BY, event, &line.conflict_id);
        self.through(SETTLING, settle).unwrap_err();
        south.sync();
        settle().unwrap();
        assert!(known().settled_at.is_some());
        ticket
    }

    /// The line is dead for a while: what is this station's own is sold, nothing else, and all of it is told later.
    fn is_without_any_line(&mut self) {
        let (south, event) = (&self.south, self.event);
        assert!(south.station.allot(&BY, event, 2).unwrap() >= 2);
        let (own, others): (Vec<SeatId>, Vec<SeatId>) =
            south.free(event).into_iter().partition(|seat| south.owns(event, seat));
        let sold = self.road.through(Cut::AtTheDoor, EVERYTHING, || {
            assert!(south.station.sync_round().unwrap().fault.is_some());
            assert!(!south.station.cloud_status().unwrap().online);
            let other = south.sell(&wants(event, &others[..1]));
            assert!(!matches!(other, SaleOutcome::Sold { .. }), "it is not this station's: {other:?}");
            [south.sold(&wants(event, &own[..2])), south.sold(&standing(event, "Floor", 1))]
        });
        for receipt in &sold {
            self.sold.add(receipt);
        }
        south.sync();
        assert_eq!(south.station.cloud_status().unwrap().waiting, 0);
        south.station.give_back_allotted(&BY, event).unwrap();
        south.sync();
    }

    /// Publishing is cut off, goes on, and no seat is anybody else's by it. A station that comes new takes all of it.
    fn publishes(&self) {
        let east = Post::new("East", true, &self.through);
        self.north.lets_in(&east);
        let event = east.event("Yoga Retreat");
        let mut sold = Ledger::default();
        sold.add(&east.sold(&wants(event, &east.free(event)[..1])));
        for what in [PLAN_WRITE, EVENT_WRITE, SEAT_WRITE] {
            self.through(what, || east.station.publish_event(&BY, event, &mut |_| ())).unwrap_err();
            east.sync();
        }
        for (what, portion) in [(SEAT_WRITE, 2), (EVENT_WRITE, u32::MAX)] {
            let mut portions = 0;
            let begun = east.station.publish_event(&BY, event, &mut |progress| {
                portions += 1;
                if portions == portion || (portion == u32::MAX && progress.done == progress.total) {
                    self.road.cut(what, self.cut);
                }
            });
            self.road.mend();
            begun.unwrap_err();
            east.sync();
        }
        east.publish(event);

        let west = Post::new("West", false, &self.through);
        self.north.lets_in(&west);
        // The organizer's station lets the new one issue tickets, in a round.
        east.connect_unheard(&self.through);
        self.cut_round(&east, EVENT_WRITE);
        east.sync();
        west.connect_unheard(&self.through);
        for what in [HELLO, EVENTS, PLAN, PAGES] {
            self.cut_round(&west, what);
        }
        west.sync();
        assert_eq!(west.free(event), east.free(event), "the new station has the whole hall");
        let receipt = west.sold(&wants(event, &west.free(event)[..1]));
        sold.add(&receipt);
        west.sync();
        east.sync();
        assert_eq!(east.admit(&receipt.tickets[0].token, "East gate").verdict, VerdictWord::Admitted);
        east.sync();

        self.cloud.quiet();
        sold.judge(self.cloud, event);
        self.no_seat_is_stuck(event, east.station.seat_lines(event, false).unwrap().len());
    }

    fn ends(&self, two_sided: &str) {
        for post in [&self.south, &self.north, &self.south] {
            post.sync();
        }
        self.cloud.quiet();
        let tickets = self.cloud.items("Tickets");
        for (_, ticket) in &self.admitted {
            let item = tickets.iter().find(|item| text(item, "ticketId") == ticket).unwrap();
            assert_eq!((text(item, "status"), text(item, "gate")), ("used", "South gate"));
        }
        for post in [&self.south, &self.north] {
            post.sync();
            for (token, _) in &self.admitted {
                let again = post.admit(token, "Another gate");
                assert_eq!(again.reason, Some(Refusal::AlreadyAdmitted));
                let first = again.first_admission.unwrap();
                assert_eq!((first.station.as_str(), first.gate.as_deref()), ("South", Some("South gate")));
            }
            post.sync();
        }
        self.cloud.quiet();
        let event = self.event.to_string();
        let conflicts = self.cloud.items("Conflicts");
        let conflicts: Vec<_> = conflicts.iter().filter(|item| text(item, "eventId") == event).collect();
        assert_eq!(conflicts.len(), 1, "only the one that had to be: {conflicts:?}");
        assert_eq!(text(conflicts[0], "ticketId"), two_sided);
        self.sold.judge(self.cloud, self.event);
        self.no_seat_is_stuck(self.event, self.north.station.seat_lines(self.event, false).unwrap().len());
    }

    /// Whatever was asked for and never sold is anybody's again.
    fn no_seat_is_stuck(&self, event: EventId, seats: usize) {
        let event = event.to_string();
        let inventory = self.cloud.items("SeatInventory");
        let ours = inventory.iter().filter(|item| text(item, "concertId") == event && !is_counter(item));
        let ours: Vec<_> = ours.collect();
        assert_eq!(ours.len(), seats, "every seat is there");
        let stuck = ours.iter().filter(|item| !["available", "sold"].contains(&text(item, "state")));
        assert_eq!(stuck.collect::<Vec<_>>(), Vec::<&&super::dev_cloud::Item>::new());
        let unsold: BTreeSet<_> = ours
            .iter()
            .filter(|item| text(item, "state") == "available")
            .map(|item| text(item, "station"))
            .collect();
        assert!(unsold.iter().all(|station| station.is_empty()), "free seats are no station's: {unsold:?}");
    }
}
