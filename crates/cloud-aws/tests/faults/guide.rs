//! A cloud that is asked what it is made of, and what answers in its place.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wicket_cloud_aws::HttpGuide;
use wicket_domain::pairing::{ANSWER_MAX, Pairing, PairingCode};
use wicket_station::cloud::{CloudTrouble, Guide as _, GuideFault};

use crate::fake::{Fake, Reply, pairing};

fn code(address: &str) -> PairingCode {
    PairingCode::of(&format!("{address}/api"), &"house".parse().unwrap()).unwrap()
}

fn ask(reply: Reply) -> Result<String, GuideFault> {
    HttpGuide::new().unwrap().ask(&code(&Fake::new([reply]).address))
}

#[test]
fn the_answer_is_what_the_station_is_paired_with() {
    let fake = Fake::new([Reply::Hangs]);
    let (told, code) = (pairing(&fake.address), code(&fake.address));
    fake.says_next(Reply::Says(200, told.json()));
    let answer = HttpGuide::new().unwrap().ask(&code).unwrap();
    assert_eq!(Pairing::answered(&answer, &code), Ok(told));
    assert_eq!(fake.requests()[0].path, "/api/venues/house/pairing");
    assert_eq!(fake.requests()[0].signed_at, "", "nobody is signed in");
}

#[test]
fn something_else_at_the_address_is_no_wicket_cloud() {
    for reply in [
        Reply::Says(404, r#"{"message":"Not Found"}"#.into()),
        Reply::Says(403, r#"{"message":"Forbidden"}"#.into()),
        Reply::Says(302, "<html>Welcome to the hotel</html>".into()),
        Reply::Says(400, "{}".into()),
        Reply::Says(200, "x".repeat(ANSWER_MAX + 1)),
    ] {
        assert_eq!(ask(reply), Err(GuideFault::NoWicket));
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Fake::new([Reply::Says(200, "{}".into())]);
    let fake = Fake::new([Reply::Redirects(format!("{}/api/venues/house/pairing", elsewhere.address))]);
    assert_eq!(HttpGuide::new().unwrap().ask(&code(&fake.address)), Err(GuideFault::NoWicket));
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn a_cloud_in_trouble_is_told_as_such() {
    for (reply, trouble) in [
        (Reply::Says(429, "{}".into()), CloudTrouble::Throttled),
        (Reply::Says(503, "{}".into()), CloudTrouble::Broken),
        (Reply::Cut("{\"version\":2}".into()), CloudTrouble::Unreachable),
        (Reply::Hangs, CloudTrouble::Unreachable),
    ] {
        let Err(GuideFault::Cloud(fault)) = ask(reply) else { panic!("{trouble:?}") };
        assert_eq!(fault.trouble, trouble, "{fault}");
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = HttpGuide::new().unwrap().ask(&code(&format!("http://127.0.0.1:{port}")));
    assert!(matches!(nobody, Err(GuideFault::Cloud(fault)) if fault.trouble == CloudTrouble::Unreachable));
}

#[test]
fn who_waits_may_give_up_and_does_so_after_a_while() {
    let silent = Fake::new([Reply::Silence]);
    let guide = HttpGuide::new().unwrap().within(Duration::from_millis(100));
    let late = guide.ask(&code(&silent.address));
    assert!(matches!(late, Err(GuideFault::Cloud(fault)) if fault.trouble == CloudTrouble::Slow));
    let guide = Arc::new(HttpGuide::new().unwrap());
    let (other, begun) = (Arc::clone(&guide), Instant::now());
    let gives_up = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        other.cancel();
    });
    assert_eq!(guide.ask(&code(&silent.address)), Err(GuideFault::Cancelled));
    assert!(begun.elapsed() < Duration::from_secs(5), "nobody waits for what is not wanted any more");
    gives_up.join().unwrap();
}
