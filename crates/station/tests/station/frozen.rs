//! A file that the first schema's station wrote, in the hands of today's.

use wicket_domain::judge::Refusal;
use wicket_domain::seat::SeatState;

use crate::support::{House, PIN, ada, admit, draft, sold, usd, wants};

const SCHEMA_1: &str = include_str!("../../../store/tests/frozen/schema_1.sql");
/// What is on the paper of a ticket that was sold then, for seat A-2.
const PAPER: &str = "WK1:V50000%5KYL6D90UJQHB0NHFD90UJQHB04*EKMNMDR6A1 FF*4OM/9J%P.9IP1RHJ8EA1SL9.BMGI3FPOZM331SN41$LA4W6ARLWVI YHRKICN8KEO1QH00R%-E:13KY2O7O-IQE7PBDPE*L";

#[test]
fn a_station_goes_on_with_the_first_schemas_file() {
    let house = House::empty();
    house.sql().execute_batch(SCHEMA_1).unwrap();
    house.pass(60);
    let window_a = house.window();
    let report = window_a.verify_audit().unwrap();
    assert!(report.sound, "{:?}", report.findings);
    assert!(report.entries >= 10);

    let start = window_a.start(None).unwrap();
    assert_eq!((start.station.unwrap().name.as_str(), start.notices.len()), ("Window A", 1));
    let event = window_a.find_event(&draft("Evening").name).unwrap();
    let grace = window_a.find_orders("grace", 10).unwrap();
    assert_eq!((grace[0].total, grace[0].printed, grace[0].admitted), (usd(12_000), 2, 1));
    assert_eq!(grace[0].labels, ["Stalls A-1", "Stalls A-2", "Floor"]);
    let order = window_a.order(grace[0].order_id).unwrap();
    assert_eq!((order.received, order.change), (usd(20_000), usd(8_000)));
    assert_eq!(order.tickets[1].token, PAPER, "a ticket printed again has the same code");
    assert_eq!(window_a.recent_scans(Some(event), 10).unwrap().len(), 2);

    let lines = window_a.seat_lines(event, false).unwrap();
    let state = |id: &str| lines.iter().find(|line| line.seat_id.as_str() == id).unwrap().state;
    assert_eq!(
        [state("A-1"), state("B-1"), state("B-5"), state("B-2")],
        [SeatState::Sold, SeatState::Blocked, SeatState::Free, SeatState::Free],
        "the hold has run out"
    );
    assert_eq!(window_a.events().unwrap()[0].seats_free, 6);
    assert_eq!(admit(&window_a, PAPER).reason, None, "a ticket sold then lets its holder in now");
    assert_eq!(admit(&window_a, PAPER).reason, Some(Refusal::AlreadyAdmitted));
    sold(&window_a, &wants(event, &["B-2"]));
    assert!(matches!(
        window_a.sign_in(ada(&window_a), PIN).unwrap(),
        wicket_station::view::SignIn::SignedIn { .. }
    ));
    assert!(window_a.verify_audit().unwrap().sound);
}
