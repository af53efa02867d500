//! Who has signed in, read from the id token.
//!
//! The token's signature is not checked: it comes from the user pool itself, over TLS, as the answer to a proof of the
//! password, and is never taken from anybody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use wicket_domain::staff::Role;

/// A longer token is none of Cognito's.
const TOKEN_MAX: usize = 65_536;
/// A longer name is cut.
const NAME_MAX: usize = 100;

/// What the token says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) role: Option<Role>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    name: Option<String>,
    email: Option<String>,
    #[serde(rename = "cognito:username")]
    username: Option<String>,
    #[serde(rename = "cognito:groups", default)]
    groups: Vec<String>,
    #[serde(rename = "custom:role")]
    role: Option<String>,
}

/// Reads a token; none when it is not one. Of several groups the one that may do most counts.
pub(crate) fn person(token: &str) -> Option<Person> {
    if token.len() > TOKEN_MAX {
        return None;
    }
    let mut parts = token.split('.');
    let (_header, body, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = URL_SAFE_NO_PAD.decode(body.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&bytes).ok()?;
    let role = claims.groups.iter().chain(&claims.role).filter_map(|group| role(group)).max();
    let named = [claims.name, claims.username, claims.email];
    let name = named.into_iter().flatten().find(|name| !name.trim().is_empty())?;
    Some(Person { subject: claims.sub, name: name.trim().chars().take(NAME_MAX).collect(), role })
}

fn role(group: &str) -> Option<Role> {
    match group.trim().to_ascii_lowercase().as_str() {
        "steward" => Some(Role::Steward),
        "seller" => Some(Role::Seller),
        "supervisor" => Some(Role::Supervisor),
        "organizer" => Some(Role::Organizer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.AAAA", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn the_highest_role_wins() {
        let claims = r#"{"sub":"s1","name":"Ada L.","cognito:username":"ada","cognito:groups":["Seller","guests",
            "supervisor"],"custom:role":"steward","token_use":"id","exp":1}"#;
        let ada = person(&token(claims)).unwrap();
        assert_eq!(ada, Person { subject: "s1".into(), name: "Ada L.".into(), role: Some(Role::Supervisor) });
        let bo = person(&token(r#"{"sub":"s2","cognito:username":"bo","custom:role":"organizer"}"#)).unwrap();
        assert_eq!((bo.name.as_str(), bo.role), ("bo", Some(Role::Organizer)));
    }

    #[test]
    fn a_person_without_a_group_has_no_role() {
        let claims = r#"{"sub":"s1","name":" ","email":"a@b","cognito:groups":["guests"]}"#;
        assert_eq!(person(&token(claims)).unwrap().role, None);
    }

    #[test]
    fn what_is_no_token_is_nobody() {
        for text in
            ["", "a.b", "a.b.c", &token("[]"), &token("{}"), &token(r#"{"sub":1}"#), &"x".repeat(70_000)]
        {
            assert_eq!(person(text), None, "{text:.20}");
        }
    }
}
