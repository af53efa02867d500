//! What a buyer leaves: the one set of rules for it, which the till asks before a sale and the pipeline applies after.

use serde_json::json;

use super::fields::{Faults, ID_MAX, Object, Reading, is_id};
use crate::message::Contact;

/// A holder's name has at most this many characters.
pub const HOLDER_MAX: usize = 120;
/// An e-mail address has at most this many characters (RFC 5321, section 4.5.3.1.3, less the angle brackets).
pub const EMAIL_MAX: usize = 254;
/// A telephone number has at most this many characters, with its spaces.
const PHONE_MAX: usize = 20;

/// Checks a holder's name, a contact and a member's number as the pipeline will.
///
/// # Errors
/// Names every field that the pipeline would refuse: `holder`, `fanContact.email`, `fanContact.phone`, `fanClubId`.
pub fn check_buyer(
    holder: Option<&str>,
    contact: Option<&Contact>,
    fan_club_id: Option<&str>,
) -> Result<(), Faults> {
    let typed = json!({ "holder": holder, "fanContact": contact, "fanClubId": fan_club_id }).to_string();
    let mut reading = Reading::default();
    let object = Object::document(&typed, usize::MAX)?;
    self::holder(&object, &mut reading);
    self::contact(&object, &mut reading);
    object.maybe_id(&mut reading, "fanClubId");
    reading.finish(Some(()))
}

pub(super) fn holder(object: &Object<'_>, reading: &mut Reading) -> Option<String> {
    object.maybe_text(reading, "holder", HOLDER_MAX)
}

/// The fan's e-mail address and telephone number. Both are looked at only as far as a message to them needs.
pub(super) fn contact(object: &Object<'_>, reading: &mut Reading) -> Option<Contact> {
    let object = object.maybe_object(reading, "fanContact")?;
    let email = object.maybe_text(reading, "email", EMAIL_MAX);
    if email.as_deref().is_some_and(|email| !is_email(email)) {
        reading.fault(object.at("email"), "Write an e-mail address like fan@example.com.");
    }
    let phone = object.maybe_text(reading, "phone", PHONE_MAX);
    if phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
        reading.fault(object.at("phone"), "Write the number with its country, like +491701234567.");
    }
    (email.is_some() || phone.is_some()).then_some(Contact { email, phone })
}

/// Whether mail can be addressed so. Letters of every script are accepted (RFC 6531); what needs quotation marks is
/// not, since hardly any mailbox has them and a list of two addresses looks alike. A host without a dot is a typing error:
/// no mailbox of the public is at one.
fn is_email(text: &str) -> bool {
    let sound = |part: &str| {
        let unsound = |letter: char| {
            " @,;<>\"".contains(letter)
                || !letter.is_ascii() && (letter.is_whitespace() || is_invisible(letter))
        };
        !part.is_empty() && !part.contains(unsound)
    };
    // A full stop of another script (UTS 46) parts labels, too.
    let dotted = |host: &str| host.contains(DOTS) && host.split(DOTS).all(|label| !label.is_empty());
    text.split_once('@').is_some_and(|(name, host)| sound(name) && sound(host) && dotted(host))
}

const DOTS: [char; 4] = ['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'];

/// Letters that nobody sees and that come along when an address is copied.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFFC}' | '\u{FFFD}')
}

fn is_phone(text: &str) -> bool {
    let digits: String = text.chars().filter(|letter| !" -()".contains(*letter)).collect();
    let number = digits.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text can be a member's number.
pub fn is_member_number(text: &str) -> bool {
    text.len() <= ID_MAX && is_id(text)
}

impl Contact {
    /// Reads what was typed into one field: with an `@` it is an address, otherwise a telephone number, without the
    /// signs that people put between its digits. `00` in front is the same as `+`. None for nothing.
    ///
    /// ```
    /// # use wicket_domain::message::Contact;
    /// let typed = |text| Contact::typed(text).unwrap();
    /// assert_eq!(typed(" ada@x.org ").email.as_deref(), Some("ada@x.org"));
    /// assert_eq!(typed("0049 (0)170/123.45-67").phone.as_deref(), Some("+491701234567"));
    /// assert_eq!(Contact::typed("  "), None);
    /// ```
    pub fn typed(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            None
        } else if text.contains('@') {
            Some(Self { email: Some(text.to_owned()), phone: None })
        } else {
            Some(Self { email: None, phone: Some(compact_phone(text)) })
        }
    }

    /// The contact without outer blanks, without what is empty, and its number as [`Contact::typed`] reads it. None
    /// when nothing is left.
    pub fn tidy(&self) -> Option<Self> {
        let kept = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let phone = kept(&self.phone).map(|phone| compact_phone(&phone));
        let tidy = Self { email: kept(&self.email), phone };
        (tidy != Self::default()).then_some(tidy)
    }
}

fn compact_phone(text: &str) -> String {
    let between = |letter: &char| !letter.is_whitespace() && !"()/.-".contains(*letter);
    let digits: String = text.replace("(0)", "").chars().filter(between).collect();
    digits.strip_prefix("00").map_or_else(|| digits.clone(), |rest| format!("+{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(holder: Option<&str>, contact: Option<&str>, fan_club_id: Option<&str>) -> Vec<String> {
        let contact = contact.and_then(Contact::typed);
        let faults = check_buyer(holder, contact.as_ref(), fan_club_id).err();
        let faults = faults.iter().flat_map(|faults| faults.fields().iter().map(|fault| fault.field.clone()));
        faults.collect()
    }

    #[test]
    fn addresses_that_mail_reaches_are_taken_whatever_their_script() {
        for address in [
            "ada@example.com",
            "ada+tickets@x.org",
            "o'brien@x.ie",
            "a..b@docomo.ne.jp",
            "josé@bücher.example",
            "用户@例子.中国",
            "अजय@डाटा.भारत",
            "δοκιμή@παράδειγμα.ελ",
            "用户@例子。中国",
        ] {
            assert_eq!(wrong(None, Some(address), None), [""; 0], "{address}");
        }
        for address in [
            "ada@x.org;",
            "\"ada\"@x.org",
            "a,b@x.org",
            "ada@",
            "@x.org",
            "ada@gmail",
            "ada@.com",
            "ada@gmail.",
            "ada@gmail..com",
            "ada@x.org, bo@x.org",
            "Ada <ada@x.org>",
            "ada@x.org\u{200B}",
            "ada\u{A0}@x.org",
            "ada\u{7}@x.org",
        ] {
            assert_eq!(wrong(None, Some(address), None), ["fanContact.email"], "{address:?}");
        }
    }

    #[test]
    fn a_number_has_its_country_and_seven_to_fifteen_digits() {
        for number in ["+491701234567", "0049 170 1234567", "+1 (212) 555-0100", "+6834000"] {
            assert_eq!(wrong(None, Some(number), None), [""; 0], "{number}");
        }
        for number in ["+123456", "0170 1234567", "+1234567890123456", "call me", "+49\u{661}70123456"] {
            assert_eq!(wrong(None, Some(number), None), ["fanContact.phone"], "{number}");
        }
    }

    #[test]
    fn a_members_number_and_a_name_are_checked_too() {
        assert_eq!(wrong(Some("Zoë O’Brien"), None, Some("FC-12.a_b:c")), [""; 0]);
        for number in ["#123", "FC/12", "12 34", "-1", &"1".repeat(129), "ünf"] {
            assert_eq!(wrong(None, None, Some(number)), ["fanClubId"], "{number}");
        }
        assert_eq!(wrong(Some(&"x".repeat(121)), None, None), ["holder"]);
        assert_eq!(wrong(Some("two\nlines"), None, None), ["holder"]);
    }
}
