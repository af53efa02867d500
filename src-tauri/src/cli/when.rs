//! Moments for people. What happened at this station is told in the station's zone; what concerns an event, in the
//! event's. Both with the date and the zone. Scripts get RFC 3339 in UTC.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const STYLE: &str = "%Y-%m-%d %H:%M %Z";

/// The moment as a clock on this station's wall shows it. A system without a zone is in UTC.
pub(super) fn here(at: Timestamp) -> String {
    in_zone(at, TimeZone::system())
}

/// The moment as a clock at the event shows it.
pub(super) fn there(at: Timestamp, zone: &str) -> String {
    in_zone(at, TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

fn in_zone(at: Timestamp, zone: TimeZone) -> String {
    at.to_zoned(zone).strftime(STYLE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_in_its_own_zone_with_date_and_zone() {
        let at = "2026-12-05T03:30:00Z".parse().unwrap();
        assert_eq!(there(at, "America/Los_Angeles"), "2026-12-04 19:30 PST");
        assert_eq!(there(at, "Europe/Berlin"), "2026-12-05 04:30 CET");
        assert_eq!(there(at, "nowhere"), "2026-12-05 03:30 UTC");
    }
}
