//! Claims whose answer was lost, or that met another transaction.

use wicket_domain::cloud::{CloudSeatState, SeatRecord};
use wicket_domain::seat::SeatId;
use wicket_station::cloud::{Claim, ClaimAnswer, Cloud, CloudTrouble, Goal};

use crate::fake::{EVENT, Fake, Reply, TILL, error};

fn claim() -> Claim {
    let seats = vec![(SeatId::new("a"), 1), (SeatId::new("b"), 1)];
    Claim { event_id: EVENT, station_id: TILL, epoch: 1, goal: Goal::Own, seats, now: 5 }
}

fn cancelled(reasons: &[&str]) -> Reply {
    let reasons: Vec<String> = reasons.iter().map(|code| format!(r#"{{"Code":"{code}"}}"#)).collect();
    Reply::Says(
        400,
        format!(
            r#"{{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"cancelled","CancellationReasons":[{}]}}"#,
            reasons.join(",")
        ),
    )
}

fn seat(id: &str) -> String {
    format!(
        r#"{{"concertId":{{"S":"{EVENT}"}},"seatId":{{"S":"{id}"}},"state":{{"S":"owned"}},"station":{{"S":"{TILL}"}},
        "version":{{"N":"2"}},"updatedAt":{{"N":"5"}}}}"#
    )
}

fn seats(found: &[&str], left: &[&str]) -> Reply {
    let found: Vec<String> = found.iter().map(|id| seat(id)).collect();
    let key = |id: &&str| format!(r#"{{"concertId":{{"S":"{EVENT}"}},"seatId":{{"S":"{id}"}}}}"#);
    let keys: Vec<String> = left.iter().map(key).collect();
    let open = if left.is_empty() {
        String::new()
    } else {
        format!(r#""SeatInventory":{{"Keys":[{}],"ConsistentRead":true}}"#, keys.join(","))
    };
    Reply::Says(
        200,
        format!(r#"{{"Responses":{{"SeatInventory":[{}]}},"UnprocessedKeys":{{{open}}}}}"#, found.join(",")),
    )
}

#[test]
fn a_claim_whose_answer_was_lost_shows_in_the_records() {
    let fake = Fake::new([
        Reply::Cut("{}".into()),
        cancelled(&["None", "ConditionalCheckFailed", "ConditionalCheckFailed"]),
        seats(&["a", "b"], &[]),
    ]);
    let answer = fake.cloud().claim(&claim()).unwrap();
    let ClaimAnswer::Refused(records) = answer else { panic!("{answer:?}") };
    assert!(records.iter().all(|seat| seat.station == Some(TILL) && seat.state == CloudSeatState::Owned));
    let met = fake.requests();
    assert_eq!(
        met[0].body["ClientRequestToken"], met[1].body["ClientRequestToken"],
        "so that AWS itself knows the repetition"
    );
    assert_eq!(met[2].body["RequestItems"]["SeatInventory"]["ConsistentRead"], true);
}

#[test]
fn seats_that_a_read_left_out_are_read_again() {
    let fake = Fake::new([
        cancelled(&["None", "ConditionalCheckFailed", "None"]),
        seats(&["a"], &["b"]),
        seats(&["b"], &[]),
    ]);
    let answer = fake.cloud().claim(&claim()).unwrap();
    assert!(matches!(answer, ClaimAnswer::Refused(records) if records.len() == 2));
}

#[test]
fn another_transaction_in_the_way_is_waited_for_a_little() {
    let met = ["TransactionConflict", "None", "None"];
    let soon = Fake::new([cancelled(&met), cancelled(&met), Reply::Says(200, "{}".into())]);
    assert_eq!(soon.cloud().claim(&claim()), Ok(ClaimAnswer::Done));
    let script: Vec<Reply> = (0..4).map(|_| cancelled(&met)).chain([seats(&["a", "b"], &[])]).collect();
    assert!(matches!(Fake::new(script).cloud().claim(&claim()), Ok(ClaimAnswer::Refused(_))));
}

#[test]
fn reasons_are_weighed() {
    let one = |reasons: &[&str]| Fake::new([cancelled(reasons), seats(&[], &[])]).cloud().claim(&claim());
    assert_eq!(one(&["ConditionalCheckFailed", "ConditionalCheckFailed"]), Ok(ClaimAnswer::Fenced));
    assert_eq!(one(&["None", "ThrottlingError"]).unwrap_err().trouble, CloudTrouble::Throttled);
    assert_eq!(one(&["None", "ValidationError"]).unwrap_err().trouble, CloudTrouble::Rejected);
    assert_eq!(one(&[]).unwrap_err().trouble, CloudTrouble::Rejected);
    let mixed = one(&["TransactionConflict", "ConditionalCheckFailed", "ThrottlingError"]);
    assert_eq!(mixed, Ok(ClaimAnswer::Refused(Vec::new())));
}

fn free_seat() -> SeatRecord {
    SeatRecord {
        concert_id: EVENT.to_string(),
        seat_id: SeatId::new("a"),
        state: CloudSeatState::Available,
        station: None,
        hold_until: None,
        order_id: None,
        version: 1,
        updated_at: 5,
    }
}

#[test]
fn a_seat_is_written_again_while_the_cloud_asks_to_go_slower() {
    let slower = || error("ThrottlingException", "slower");
    // The SDK asks twice by itself.
    let fake = Fake::new([slower(), slower(), slower(), Reply::Says(200, "{}".into())]);
    assert_eq!(fake.cloud().put_seats(&[free_seat()]), Ok(Vec::new()));
    let met = fake.requests();
    assert_eq!(met.len(), 4);
    assert_eq!(met[3].body["ConditionExpression"], "attribute_not_exists(#seatId)");
}

#[test]
fn a_seat_that_is_there_is_no_fault_and_one_that_may_not_be_written_is() {
    let refused = format!(
        r#"{{"__type":"com.amazonaws.x#ConditionalCheckFailedException","message":"there","Item":{}}}"#,
        seat("a")
    );
    let there = Fake::new([Reply::Says(400, refused)]);
    let owned = SeatRecord { state: CloudSeatState::Owned, station: Some(TILL), version: 2, ..free_seat() };
    assert_eq!(there.cloud().put_seats(&[free_seat()]), Ok(vec![owned]), "it is given as it stands");
    let forbidden = Fake::new([error("AccessDeniedException", "no")]);
    let fault = forbidden.cloud().put_seats(&vec![free_seat(); 60]).unwrap_err();
    assert_eq!(fault.trouble, CloudTrouble::Refused);
    assert!(forbidden.requests().len() <= 48, "the rest is called off");
}
