//! Signing in with a user pool, and what follows from it.

use std::sync::Arc;

use aws_sdk_cognitoidentityprovider::types::ExplicitAuthFlowsType;
use wicket_cloud_aws::{AwsCloud, Sign, SignIn, SignInFault, SignedIn, UserPool, Wanted};
use wicket_domain::staff::Role;
use wicket_station::cloud::{Cloud, CloudTrouble};
use wicket_station::ports::{SystemClock, SystemRandom};

use crate::stage::{EVENT, Stage, endpoint, sdk};

const PASSWORD: &str = "Correct-Horse-9!";

struct People {
    stage: Stage,
    admin: aws_sdk_cognitoidentityprovider::Client,
    pool: String,
}

impl People {
    fn new() -> Self {
        let mut stage = Stage::new();
        let admin = aws_sdk_cognitoidentityprovider::Client::new(&sdk(&endpoint()));
        let (pool, client) = stage.runtime.block_on(async {
            let pool = admin.create_user_pool().pool_name("staff").send().await.unwrap().user_pool.unwrap();
            let pool = pool.id.unwrap();
            for group in ["seller", "supervisor", "guests"] {
                admin.create_group().user_pool_id(&pool).group_name(group).send().await.unwrap();
            }
            let client = admin.create_user_pool_client().user_pool_id(&pool).client_name("wicket");
            let flows =
                [ExplicitAuthFlowsType::AllowUserSrpAuth, ExplicitAuthFlowsType::AllowRefreshTokenAuth];
            let client = client.set_explicit_auth_flows(Some(flows.to_vec())).send().await.unwrap();
            (pool, client.user_pool_client.unwrap().client_id.unwrap())
        });
        stage.pairing.user_pool_id.clone_from(&pool);
        stage.pairing.user_pool_client_id = client;
        Self { stage, admin, pool }
    }

    fn person(&self, name: &str, groups: &[&str], permanent: bool) {
        self.stage.runtime.block_on(async {
            let made = self.admin.admin_create_user().user_pool_id(&self.pool).username(name);
            made.temporary_password(PASSWORD).send().await.unwrap();
            if permanent {
                let set = self.admin.admin_set_user_password().user_pool_id(&self.pool).username(name);
                set.password(PASSWORD).permanent(true).send().await.unwrap();
            }
            for group in groups {
                let add = self.admin.admin_add_user_to_group().user_pool_id(&self.pool).username(name);
                add.group_name(*group).send().await.unwrap();
            }
        });
    }

    fn desk(&self) -> UserPool {
        UserPool::new(&self.stage.pairing, Arc::new(SystemClock), Arc::new(SystemRandom)).unwrap()
    }
}

fn done(sign_in: Result<SignIn, SignInFault>) -> SignedIn {
    match sign_in {
        Ok(SignIn::Done(person)) => person,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_password_is_proved_and_the_highest_role_given() {
    let people = People::new();
    people.person("ada", &["seller", "supervisor"], true);
    let ada = done(people.desk().sign_in("ada", PASSWORD));
    assert_eq!((ada.name.as_str(), ada.role), ("ada", Role::Supervisor));
    assert!(!ada.subject.is_empty());
    assert!(!format!("{ada:?}").contains(&ada.refresh_token), "no log shows a secret");
    let later = people.desk().refresh(&ada.refresh_token).unwrap();
    assert_eq!((later.subject, later.role), (ada.subject, ada.role));
    assert_eq!(later.refresh_token, ada.refresh_token, "it goes on being good");
}

#[test]
fn who_may_not_is_told_in_words() {
    let people = People::new();
    people.person("ada", &["seller"], true);
    people.person("guest", &["guests"], true);
    let desk = people.desk();
    assert_eq!(desk.sign_in("ada", "something else"), Err(SignInFault::Wrong));
    assert_eq!(desk.sign_in("nobody", PASSWORD), Err(SignInFault::Wrong));
    assert_eq!(desk.sign_in("", ""), Err(SignInFault::Wrong));
    assert_eq!(desk.sign_in("guest", PASSWORD), Err(SignInFault::NoRole("guest".into())));
    assert_eq!(desk.refresh("not a token"), Err(SignInFault::Over));
}

#[test]
fn a_given_password_is_changed_at_the_first_sign_in() {
    let people = People::new();
    people.person("bo", &["seller"], false);
    let desk = people.desk();
    let Ok(SignIn::Asks(question)) = desk.sign_in("bo", PASSWORD) else { panic!("it has to be changed") };
    assert_eq!(question.wanted, Wanted::NewPassword);
    let bo = done(desk.answer(&question, "Battery-Staple-8?"));
    assert_eq!(bo.role, Role::Seller);
    assert_eq!(done(desk.sign_in("bo", "Battery-Staple-8?")).subject, bo.subject);
    assert_eq!(desk.sign_in("bo", PASSWORD), Err(SignInFault::Wrong));
}

#[test]
fn a_pool_that_is_not_there_is_told() {
    let mut stage = Stage::new();
    stage.pairing.user_pool_client_id = "gone".into();
    let desk = UserPool::new(&stage.pairing, Arc::new(SystemClock), Arc::new(SystemRandom)).unwrap();
    let Err(SignInFault::Cloud(fault)) = desk.sign_in("ada", PASSWORD) else { panic!("there is no pool") };
    assert_eq!(fault.trouble, CloudTrouble::NotThere, "{fault}");
}

#[test]
fn a_sign_in_becomes_credentials() {
    let people = People::new();
    people.person("ada", &["seller"], true);
    let ada = done(people.desk().sign_in("ada", PASSWORD));
    let mut pairing = people.stage.pairing.clone();
    let identities = aws_sdk_cognitoidentity::Client::new(&sdk(&endpoint()));
    let made = identities
        .create_identity_pool()
        .identity_pool_name("stations")
        .allow_unauthenticated_identities(false);
    pairing.identity_pool_id = Some(people.stage.runtime.block_on(made.send()).unwrap().identity_pool_id);
    pairing.emulator = None;
    let clock = Arc::new(SystemClock);
    let sign = Sign::Session { refresh_token: ada.refresh_token };
    let cloud = AwsCloud::new(&pairing, clock.clone(), sign).unwrap();
    assert_eq!(cloud.event(EVENT), Ok(None));
    let ended = Sign::Session { refresh_token: "ended".into() };
    let fault = AwsCloud::new(&pairing, clock, ended).unwrap().event(EVENT).unwrap_err();
    assert_eq!(fault.trouble, CloudTrouble::Refused, "{fault}");
    assert!(fault.words.contains("sign in again"), "{fault}");
}
