//! Every sort of trouble, and that its words tell no secret.

use wicket_station::cloud::{Cloud, CloudFault, CloudTrouble};

use crate::fake::{EVENT, Fake, Reply, error, nothing};

const PERSON: &str = "User: arn:aws:sts::123456789012:assumed-role/till/Ada is not authorized";

fn asked(script: impl IntoIterator<Item = Reply>) -> CloudFault {
    let fault = Fake::new(script).cloud().event(EVENT).unwrap_err();
    assert!(fault.words.len() <= 160 && !fault.words.is_empty());
    assert!(!fault.words.contains("Ada") && !fault.words.contains("1234"), "{fault}");
    fault
}

#[test]
fn each_answer_is_told_as_what_it_is() {
    for (reply, trouble) in [
        (error("ThrottlingException", PERSON), CloudTrouble::Throttled),
        (error("ProvisionedThroughputExceededException", PERSON), CloudTrouble::Throttled),
        (error("RequestLimitExceeded", PERSON), CloudTrouble::Throttled),
        (Reply::Says(429, String::new()), CloudTrouble::Throttled),
        (Reply::Says(503, "<html>Service Unavailable</html>".into()), CloudTrouble::Broken),
        (Reply::Says(500, r#"{"__type":"InternalServerError"}"#.into()), CloudTrouble::Broken),
        (Reply::Says(502, String::new()), CloudTrouble::Broken),
        (error("ExpiredTokenException", PERSON), CloudTrouble::Refused),
        (error("UnrecognizedClientException", PERSON), CloudTrouble::Refused),
        (error("AccessDeniedException", PERSON), CloudTrouble::Refused),
        (error("InvalidSignatureException", "The signature does not match"), CloudTrouble::Refused),
        (Reply::Says(407, "proxy".into()), CloudTrouble::Refused),
        (error("ResourceNotFoundException", PERSON), CloudTrouble::NotThere),
        (error("ValidationException", PERSON), CloudTrouble::Rejected),
        (Reply::Says(200, "<html>Welcome to the hotel</html>".into()), CloudTrouble::Unreadable),
        (Reply::Says(200, r#"{"Item":{"stationId":"#.into()), CloudTrouble::Unreadable),
        (Reply::Says(302, "<html>Welcome</html>".into()), CloudTrouble::Unreadable),
        (Reply::Cut(nothing()), CloudTrouble::Unreachable),
        (Reply::Hangs, CloudTrouble::Unreachable),
    ] {
        let shown = match &reply {
            Reply::Says(status, body) => format!("{status} {body}"),
            _ => "cut".into(),
        };
        let fault = asked([reply]);
        assert_eq!(fault.trouble, trouble, "{shown} became: {fault}");
    }
}

#[test]
fn nobody_at_the_other_end_is_told() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let pairing = crate::fake::pairing(&format!("http://127.0.0.1:{port}"));
    let clock = std::sync::Arc::new(crate::fake::Shifted(0));
    let cloud = wicket_cloud_aws::AwsCloud::new(&pairing, clock, wicket_cloud_aws::Sign::Chain).unwrap();
    let fault = cloud.event(EVENT).unwrap_err();
    assert_eq!(fault.trouble, CloudTrouble::Unreachable);
    assert!(fault.words.contains("DynamoDB cannot be reached"), "{fault}");
    assert_eq!(cloud.clock_offset_ms(), None);
}

#[test]
fn a_read_that_was_cut_is_asked_once_more() {
    let fake = Fake::new([Reply::Cut(nothing()), Reply::Says(200, nothing())]);
    assert_eq!(fake.cloud().event(EVENT), Ok(None));
    assert_eq!(fake.requests().len(), 2);
    let busy = Fake::new([Reply::Says(503, String::new()), Reply::Says(200, nothing())]);
    assert_eq!(busy.cloud().event(EVENT), Ok(None));
}

/// Runs itself once more where the environment gives no credentials: the developer's own may.
#[test]
fn without_credentials_that_is_told() {
    const INSIDE: &str = "WICKET_WITHOUT_CREDENTIALS";
    if std::env::var_os(INSIDE).is_none() {
        let home = tempfile::tempdir().unwrap();
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "troubles::without_credentials_that_is_told"]);
        again.env_clear().env(INSIDE, "1").env("HOME", home.path()).env("AWS_EC2_METADATA_DISABLED", "true");
        assert!(again.status().unwrap().success());
        return;
    }
    let fake = Fake::new([Reply::Says(200, nothing())]);
    let mut pairing = crate::fake::pairing(&fake.address);
    pairing.emulator = None;
    let clock = std::sync::Arc::new(crate::fake::Shifted(0));
    let cloud = wicket_cloud_aws::AwsCloud::new(&pairing, clock, wicket_cloud_aws::Sign::Chain).unwrap();
    let fault = cloud.event(EVENT).unwrap_err();
    assert_eq!(fault.trouble, CloudTrouble::Refused);
    assert_eq!(fault.words, "nobody is signed in, and this computer has no AWS credentials");
    assert!(fake.requests().is_empty());
}
