//! A clock ten minutes off.

use wicket_station::cloud::{Cloud, CloudTrouble, Delivery, Parcel, Queue};

use crate::fake::{EVENT, Fake, Reply, Shifted, nothing};

const TEN_MINUTES: i64 = 600;

#[test]
fn the_cloud_is_reached_all_the_same_and_the_offset_told() {
    for ahead in [TEN_MINUTES, -TEN_MINUTES] {
        let fake = Fake::new([Reply::SaysIfTimely(200, nothing())]);
        let cloud = fake.cloud_with(Shifted(ahead));
        assert_eq!(cloud.event(EVENT), Ok(None));
        assert_eq!(fake.requests().len(), 2, "refused once, then signed by the cloud's time");
        let offset = cloud.clock_offset_ms().unwrap();
        assert!((offset - ahead * 1_000).abs() <= 2_000, "{offset}");
        assert_eq!(cloud.event(EVENT), Ok(None));
        assert_eq!(fake.requests().len(), 3, "the correction is kept");
        let [first, second, _] = &fake.requests()[..] else { panic!("three requests") };
        assert_ne!(first.signed_at, second.signed_at);
    }
}

#[test]
fn what_is_sent_only_once_gets_through_too() {
    let taken = r#"{"Successful":[{"Id":"0","MessageId":"m","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}],"Failed":[]}"#;
    let queue = Fake::new([Reply::SaysIfTimely(200, taken.into())]);
    let parcel = Parcel { sequence: 1, body: "hello".into() };
    let sent = queue.cloud_with(Shifted(TEN_MINUTES)).send(Queue::Station, &[parcel])();
    assert_eq!(sent, Ok(vec![Delivery::Taken]));
}

#[test]
fn a_clock_that_cannot_be_corrected_is_told() {
    let said = r#"{"__type":"InvalidSignatureException","message":"Signature expired: then is now earlier than now"}"#;
    let fake = Fake::new([Reply::Says(400, said.into())]);
    let fault = fake.cloud().event(EVENT).unwrap_err();
    assert_eq!(fault.trouble, CloudTrouble::Clock, "{fault}");
}
