//! The fixed words of a ticket and how it writes a date. English; the one place to change them.

use jiff::Zoned;

pub(crate) const SECTION: &str = "Section";
pub(crate) const ROW: &str = "Row";
pub(crate) const SEAT: &str = "Seat";
pub(crate) const AREA: &str = "Area";
pub(crate) const NO_FIXED_SEAT: &str = "Any free seat";
pub(crate) const CATEGORY: &str = "Category";
pub(crate) const PRICE: &str = "Price";
pub(crate) const NAME: &str = "Name";
pub(crate) const ORDER: &str = "Order";
pub(crate) const TICKET: &str = "Ticket";
pub(crate) const ISSUED_BY: &str = "Issued by";
pub(crate) const CUT_HERE: &str = "Fold or cut here";
pub(crate) const AT_THE_ENTRANCE: &str = "At the entrance";

/// What to do at the entrance: a heading and a sentence each.
pub(crate) const INSTRUCTIONS: [(&str, &str); 3] = [
    ("Show the code", "On this paper or on a screen. Keep it flat, clean and unfolded."),
    ("Guard it like cash", "Whoever shows this code first is let in. Do not post a picture of it."),
    ("If it does not scan", "Tell the box office the order code above."),
];

/// `Fri 4 December 2026`.
pub(crate) fn date(starts: &Zoned) -> String {
    starts.strftime("%a %-d %B %Y").to_string()
}

/// `19:30 PST`; a zone without an abbreviation of its own is written by its offset: `19:30 UTC-03`.
pub(crate) fn time(starts: &Zoned) -> String {
    let zone = starts.strftime("%Z").to_string();
    let utc = if zone.starts_with(['+', '-']) { "UTC" } else { "" };
    format!("{} {utc}{zone}", starts.strftime("%H:%M"))
}

/// `1 of 2`.
pub(crate) fn number(number: crate::TicketNumber) -> String {
    format!("{} of {}", number.n, number.of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Zoned {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_names_its_day_and_its_zone() {
        let starts = at("2026-12-04T19:30[America/Los_Angeles]");
        assert_eq!((date(&starts).as_str(), time(&starts).as_str()), ("Fri 4 December 2026", "19:30 PST"));
    }

    #[test]
    fn summer_time_and_zones_without_a_name() {
        assert_eq!(time(&at("2026-07-04T20:00[Europe/Athens]")), "20:00 EEST");
        assert_eq!(time(&at("2026-07-04T20:00[America/Sao_Paulo]")), "20:00 UTC-03");
        assert_eq!(time(&at("2026-07-04T20:00+05:30[+05:30]")), "20:00 UTC+05:30");
    }
}
