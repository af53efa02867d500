//! The window's sentences that the monkey has to understand, from the catalogue, in both languages.

use serde_json::Value;

const CATALOGUES: [&str; 2] =
    [include_str!("../../../ui/messages/en.json"), include_str!("../../../ui/messages/de.json")];

/// Every form of a message in every language.
fn forms(key: &str) -> Vec<String> {
    let mut found = Vec::new();
    for catalogue in CATALOGUES {
        let all: Value = serde_json::from_str(catalogue).expect("a catalogue");
        match &all[key] {
            Value::String(text) => found.push(text.clone()),
            Value::Array(variants) => {
                let texts = variants.iter().filter_map(|variant| variant["match"].as_object());
                found.extend(
                    texts.flat_map(|forms| forms.values()).filter_map(Value::as_str).map(str::to_owned),
                );
            }
            _ => {}
        }
    }
    found
}

/// Whether a text is this form, whatever stands in its places.
fn fits(text: &str, form: &str) -> bool {
    let mut rest = text;
    let mut pieces = form.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, after)| after));
    let starts = pieces.next().is_none_or(|first| rest.starts_with(first));
    starts
        && pieces.all(|piece| {
            rest.find(piece).is_some_and(|at| {
                rest = &rest[at + piece.len()..];
                true
            })
        })
}

/// The message that a cart went back on sale because another event was chosen: the event, and how many tickets.
pub(crate) fn left_behind<'a>(text: &str, events: impl Iterator<Item = &'a str>) -> Option<(String, u32)> {
    forms("box_left_behind").iter().find(|form| fits(text, form))?;
    // The longest name first: one may begin with another.
    let event = events.filter(|name| text.contains(name)).max_by_key(|name| name.len())?;
    let digits: String = text.replacen(event, "", 1).chars().filter(char::is_ascii_digit).collect();
    Some((event.to_owned(), digits.parse().unwrap_or(1)))
}

/// Whether a message offers to put back what was taken out of a cart.
pub(crate) fn offers_cart_back(text: &str) -> bool {
    ["box_removed", "box_cleared"].iter().flat_map(|key| forms(key)).any(|form| fits(text, &form))
}
