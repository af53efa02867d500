//! Sign-ins that need a second step, or that the pool refuses.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wicket_cloud_aws::{SignIn, SignInFault, UserPool, Wanted};
use wicket_domain::staff::Role;
use wicket_station::cloud::CloudTrouble;
use wicket_station::ports::SystemRandom;

use crate::fake::{Fake, Reply, Shifted, error, pairing};

fn desk(fake: &Fake) -> UserPool {
    UserPool::new(&pairing(&fake.address), Arc::new(Shifted(0)), Arc::new(SystemRandom)).unwrap()
}

fn verifier() -> Reply {
    let said = r#"{"ChallengeName":"PASSWORD_VERIFIER","Session":"s0","ChallengeParameters":{"SALT":"8a","SRP_B":"abc",
        "SECRET_BLOCK":"c2VjcmV0","USERNAME":"0193-ada","USER_ID_FOR_SRP":"0193-ada"}}"#;
    Reply::Says(200, said.into())
}

fn asks(challenge: &str) -> Reply {
    Reply::Says(
        200,
        format!(r#"{{"ChallengeName":"{challenge}","Session":"s1","ChallengeParameters":{{}}}}"#),
    )
}

fn tokens(claims: &str) -> Reply {
    let id_token = format!("e30.{}.AAAA", URL_SAFE_NO_PAD.encode(claims));
    Reply::Says(
        200,
        format!(
            r#"{{"AuthenticationResult":{{"IdToken":"{id_token}","RefreshToken":"r1","AccessToken":"a"}}}}"#
        ),
    )
}

#[test]
fn a_second_step_is_asked_for_and_answered() {
    for (challenge, wanted, name) in [
        ("SOFTWARE_TOKEN_MFA", Wanted::AuthenticatorCode, "SOFTWARE_TOKEN_MFA_CODE"),
        ("SMS_MFA", Wanted::TextMessageCode, "SMS_MFA_CODE"),
        ("EMAIL_OTP", Wanted::MailCode, "EMAIL_OTP_CODE"),
    ] {
        let ada = r#"{"sub":"s","name":"Ada","cognito:groups":["organizer"]}"#;
        let fake = Fake::new([verifier(), asks(challenge), tokens(ada)]);
        let desk = desk(&fake);
        let Ok(SignIn::Asks(question)) = desk.sign_in("ada", "password") else { panic!("{challenge}") };
        assert_eq!(question.wanted, wanted);
        let Ok(SignIn::Done(ada)) = desk.answer(&question, " 123456 ") else { panic!("{challenge}") };
        assert_eq!((ada.role, ada.refresh_token.as_str()), (Role::Organizer, "r1"));
        let [begun, proved, answered] = &fake.requests()[..] else { panic!("three requests") };
        assert!(!begun.body.to_string().contains("password"), "it stays here");
        assert!(!proved.body.to_string().contains("\"password\""), "it stays here");
        assert_eq!(answered.body["ChallengeResponses"][name], "123456");
        assert_eq!(answered.body["ChallengeResponses"]["USERNAME"], "0193-ada");
        assert_eq!(answered.body["Session"], "s1");
    }
}

#[test]
fn what_wicket_cannot_do_is_said() {
    let fake = Fake::new([verifier(), asks("MFA_SETUP")]);
    assert_eq!(desk(&fake).sign_in("ada", "p"), Err(SignInFault::Step("MFA_SETUP".into())));
}

#[test]
fn refusals_are_told_in_words() {
    for (code, message, fault) in [
        ("NotAuthorizedException", "Incorrect username or password.", SignInFault::Wrong),
        ("UserNotFoundException", "User does not exist.", SignInFault::Wrong),
        ("NotAuthorizedException", "Password attempts exceeded", SignInFault::TooOften),
        ("NotAuthorizedException", "User is disabled.", SignInFault::Disabled),
        ("NotAuthorizedException", "Invalid session for the user.", SignInFault::WrongCode),
        ("CodeMismatchException", "Invalid code", SignInFault::WrongCode),
        ("PasswordResetRequiredException", "Password reset required", SignInFault::Reset),
        ("UserNotConfirmedException", "User is not confirmed.", SignInFault::Reset),
        ("InvalidPasswordException", "Password did not conform", SignInFault::Password),
    ] {
        let fake = Fake::new([verifier(), error(code, message)]);
        assert_eq!(desk(&fake).sign_in("ada", "p"), Err(fault), "{code}");
        assert_eq!(fake.requests().len(), 2, "a proof is given once");
    }
    let over = Fake::new([error("NotAuthorizedException", "Refresh Token has been revoked")]);
    assert_eq!(desk(&over).refresh("r"), Err(SignInFault::Over));
}

#[test]
fn a_pool_in_trouble_is_no_wrong_password() {
    for (reply, trouble) in [
        (error("TooManyRequestsException", ""), CloudTrouble::Throttled),
        (Reply::Says(503, String::new()), CloudTrouble::Broken),
        (Reply::Hangs, CloudTrouble::Unreachable),
        (Reply::Says(200, "<html>".into()), CloudTrouble::Unreadable),
        (Reply::Says(200, "{}".into()), CloudTrouble::Unreadable),
        (tokens("[]"), CloudTrouble::Unreadable),
    ] {
        let answer = desk(&Fake::new([verifier(), reply])).sign_in("ada", "p");
        let Err(SignInFault::Cloud(fault)) = answer else { panic!("{answer:?}") };
        assert_eq!(fault.trouble, trouble, "{fault}");
    }
}
