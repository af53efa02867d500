//! Batches of messages of which not all were taken.

use wicket_station::cloud::{Cloud, CloudTrouble, Delivery, Parcel, Queue};

use crate::fake::{Fake, Reply, error};

fn parcels() -> Vec<Parcel> {
    (0..5).map(|sequence| Parcel { sequence, body: "hello".into() }).collect()
}

const MD5: &str = "5d41402abc4b2a76b9719d911017c592";

#[test]
fn each_message_has_an_answer_of_its_own() {
    let answer = format!(
        r#"{{"Successful":[{{"Id":"3","MessageId":"m3","MD5OfMessageBody":"{MD5}"}},
            {{"Id":"4","MessageId":"m4","MD5OfMessageBody":"00000000000000000000000000000000"}},
            {{"Id":"9","MessageId":"m9","MD5OfMessageBody":"{MD5}"}}],
        "Failed":[{{"Id":"0","Code":"InvalidMessageContents","SenderFault":true,"Message":"ada@example.org"}},
            {{"Id":"1","Code":"InternalError","SenderFault":false}}]}}"#
    );
    let deliveries =
        Fake::new([Reply::Says(200, answer)]).cloud().send(Queue::Station, &parcels())().unwrap();
    let [refused, again, silent, taken, altered] = &deliveries[..] else { panic!("{deliveries:?}") };
    assert!(
        matches!(refused, Delivery::Refused(why) if why.contains("InvalidMessageContents") && !why.contains("ada"))
    );
    assert!(matches!(again, Delivery::Again(_)));
    assert!(matches!(silent, Delivery::Again(_)), "nothing was said of it");
    assert_eq!(taken, &Delivery::Taken);
    assert!(matches!(altered, Delivery::Again(_)), "another text than was sent");
}

#[test]
fn an_answer_without_sense_takes_nothing() {
    let deliveries = Fake::new([Reply::Says(200, "{}".into())]).cloud().send(Queue::Station, &parcels())();
    match deliveries {
        Ok(all) => assert!(all.len() == 5 && all.iter().all(|one| matches!(one, Delivery::Again(_)))),
        Err(fault) => assert_eq!(fault.trouble, CloudTrouble::Unreadable),
    }
}

#[test]
fn a_batch_is_sent_once_the_station_decides_when_again() {
    for (reply, trouble) in [
        (Reply::Says(503, String::new()), CloudTrouble::Broken),
        (Reply::Hangs, CloudTrouble::Unreachable),
        (error("ThrottlingException", ""), CloudTrouble::Throttled),
        (error("QueueDoesNotExist", ""), CloudTrouble::NotThere),
        (error("ExpiredToken", ""), CloudTrouble::Refused),
        // Only what SQS says of the messages themselves is their fault.
        (error("InvalidAddress", ""), CloudTrouble::NotThere),
        (error("KmsDisabled", ""), CloudTrouble::NotThere),
        (error("SomethingNew", ""), CloudTrouble::NotThere),
        (error("InvalidMessageContents", ""), CloudTrouble::Rejected),
        (error("AWS.SimpleQueueService.BatchRequestTooLong", ""), CloudTrouble::Rejected),
    ] {
        let fake = Fake::new([reply]);
        let fault = fake.cloud().send(Queue::Admission, &parcels())().unwrap_err();
        assert_eq!(fault.trouble, trouble, "{fault}");
        assert_eq!(fake.requests().len(), 1, "{fault}");
    }
}
