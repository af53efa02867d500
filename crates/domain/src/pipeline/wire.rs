//! What a text may be on the wire, for those who make texts long before they are sent: plans, prices, events.

use super::fields::{AMOUNT_MAX, as_a_clock, of_a_clock, plausible};
pub use super::topic::NAME_MAX;
use super::topic::ROW_MAX;
use crate::money::Money;
use crate::seat::Place;

/// Bytes of a seat's id.
pub const SEAT_ID_MAX: usize = 200;
/// What the seat table keeps beside its seats; no seat may be called so.
const RESERVED: [&str; 2] = ["order#", "grant#"];
/// How a standing area's places are marked among the seats.
const STANDING: &str = "ga#";

/// What no seat's id may begin with; `ga#` begins the ids of standing places.
pub fn reserved_prefix(seat_id: &str) -> Option<&'static str> {
    RESERVED.into_iter().find(|prefix| seat_id.starts_with(prefix))
}

/// Whether the pipeline accepts a text as the id of a seat or of a standing area's places.
pub fn is_seat_id(text: &str) -> bool {
    let plain = text.trim() == text && !text.is_empty() && !text.chars().any(char::is_control);
    plain && text.len() <= SEAT_ID_MAX && reserved_prefix(text).is_none() && text != STANDING
}

/// Whether an amount can stand in an order.
pub fn is_amount(money: Money) -> bool {
    (0..=AMOUNT_MAX).contains(&money.minor)
}

/// Whether an event can be at that time.
pub fn is_event_time(at: jiff::Timestamp) -> bool {
    plausible(&at)
}

/// Whether a message can carry what a station's clock says.
pub fn is_clock_time(at: jiff::Timestamp) -> bool {
    of_a_clock(&at)
}

/// What a station's clock says as it stands in a message: the nearest time that one can carry, where the clock is wrong by
/// centuries.
pub fn clock_time(at: jiff::Timestamp) -> jiff::Timestamp {
    as_a_clock(at)
}

/// A place as it stands in a message: its names on one line, cut where the wire has less room than the hall.
pub fn place(place: &Place) -> Place {
    let row = |text: &Option<String>| text.as_deref().map(|text| one_line(text, ROW_MAX));
    Place { zone: name(&place.zone), row: row(&place.row), number: row(&place.number) }
}

/// A name (of an event, a category) as it stands in a message.
pub fn name(text: &str) -> String {
    one_line(text, NAME_MAX)
}

/// Whether a name stands in a message as it is.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && name(text) == text
}

/// Whether a place's names stand in a message as they are.
pub fn fits(place: &Place) -> bool {
    self::place(place) == *place
}

/// Blanks in place of control characters, none at the ends, and an ellipsis where more than `max` characters end.
pub fn one_line(text: &str, max: usize) -> String {
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let plain = plain.trim();
    if plain.chars().count() <= max {
        return plain.to_owned();
    }
    let cut: String = plain.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_on_one_line_and_no_longer_than_there_is_room() {
        assert_eq!(one_line(" Row\n7\t", 40), "Row 7");
        assert_eq!(one_line(&"x".repeat(40), 40), "x".repeat(40));
        let cut = one_line(&"é".repeat(41), 40);
        assert_eq!((cut.chars().count(), cut.ends_with('…')), (40, true));
        assert_eq!(one_line("ab cd", 4), "ab…");
    }

    #[test]
    fn a_seats_id_is_none_that_the_table_keeps_for_itself() {
        for id in ["A-1", "ga#Floor", "Reihe 1, Platz 2", "orders-1"] {
            assert!(is_seat_id(id), "{id}");
        }
        for id in ["", " A-1", "A\n1", "order#1", "grant#x", "ga#", &"x".repeat(201)] {
            assert!(!is_seat_id(id), "{id}");
        }
    }
}
