//! What keeps a print queue from printing, read from what `lpstat` says in English.

use std::fmt;

/// What has to be done before a queue prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldCause {
    /// Somebody has paused the queue, or CUPS did after a failure.
    Paused,
    /// The queue takes no jobs.
    Rejecting,
    /// There is no paper in it.
    NoPaper,
    /// Its lid or door is open.
    Open,
    /// Paper is stuck in it.
    Jammed,
    /// Its toner, ink or ribbon is used up.
    NoInk,
    /// It is switched off or not connected.
    Offline,
    /// Something else that stops it.
    Other,
}

/// A queue that does not print now, or did not at its last job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// What has to be done.
    pub cause: HoldCause,
    /// Whether the queue itself is stopped or takes no jobs. Otherwise this is an alert of the printer. CUPS renews alerts
    /// only while a job runs, so paper may have been put in since.
    pub stopped: bool,
    /// The print system's own words; empty where it has none.
    pub words: String,
}

impl fmt::Display for Hold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.cause {
            HoldCause::Paused => "is paused. Resume it",
            HoldCause::Rejecting => "takes no jobs. Let it accept jobs again",
            HoldCause::NoPaper => "has no paper. Put some in",
            HoldCause::Open => "is open. Close it",
            HoldCause::Jammed => "has a paper jam. Clear it",
            HoldCause::NoInk => "has run out of ink, toner or ribbon. Replace it",
            HoldCause::Offline => "is switched off or not connected. Check its cable and switch",
            HoldCause::Other => "does not print. Look at it",
        })?;
        if self.words.is_empty() { Ok(()) } else { write!(out, " ({})", self.words) }
    }
}

/// Reasons a printer gives (RFC 8011, section 5.4.12) that stop it, by how they begin, the most telling first.
const REASONS: [(&str, HoldCause); 16] = [
    ("media-empty", HoldCause::NoPaper),
    ("media-needed", HoldCause::NoPaper),
    ("input-tray-missing", HoldCause::NoPaper),
    ("media-jam", HoldCause::Jammed),
    ("cover-open", HoldCause::Open),
    ("door-open", HoldCause::Open),
    ("interlock-open", HoldCause::Open),
    ("marker-supply-empty", HoldCause::NoInk),
    ("toner-empty", HoldCause::NoInk),
    ("developer-empty", HoldCause::NoInk),
    ("offline", HoldCause::Offline),
    ("shutdown", HoldCause::Offline),
    ("timed-out", HoldCause::Offline),
    ("moving-to-paused", HoldCause::Paused),
    ("paused", HoldCause::Paused),
    ("spool-area-full", HoldCause::Other),
];

/// What stops the queue `printer`, in the answers to `lpstat -p` and `lpstat -a`; none where it prints.
pub(super) fn hold_in(said: &str, printer: &str) -> Option<Hold> {
    let about = format!("printer {printer} ");
    let (mut mine, mut stopped, mut reasons) = (false, None, Vec::new());
    let mut words = Vec::new();
    for line in said.lines() {
        let indented = line.starts_with(char::is_whitespace);
        let text = line.trim();
        if !indented {
            mine = text.starts_with(&about);
            let rejects = text.strip_prefix(printer).is_some_and(|rest| rest.starts_with(" not accepting"));
            if mine && text.contains(" disabled ") {
                stopped = stopped.or(Some(HoldCause::Paused));
            } else if rejects {
                stopped = stopped.or(Some(HoldCause::Rejecting));
            }
        } else if let Some(alerts) = text.strip_prefix("Alerts:").filter(|_| mine) {
            reasons.extend(alerts.split([',', ' ']).map(str::trim).filter(|one| !one.is_empty()));
        } else if mine && !text.contains(':') && !is_plain(text) && !words.contains(&text) {
            words.push(text);
        }
    }
    let told = |(begin, cause): &(&str, HoldCause)| {
        let mut given = reasons.iter().filter(|reason| !reason.ends_with("-warning"));
        given.any(|reason| reason.starts_with(begin)).then(|| cause.clone())
    };
    let cause = REASONS.iter().find_map(told).or(stopped.clone())?;
    // A queue that is idle or printing says so beside its state; those words explain a hold alone.
    let words = if stopped.is_some() { words.join(" ") } else { String::new() };
    Some(Hold { cause, stopped: stopped.is_some(), words })
}

/// What `lpstat` writes under every printer, or under a queue that was paused by hand.
fn is_plain(text: &str) -> bool {
    text.is_empty() || ["Paused", "reason unknown", "Rejecting Jobs"].contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(said: &str) -> Option<HoldCause> {
        hold_in(said, "Tickets").map(|hold| hold.cause)
    }

    #[test]
    fn a_queue_that_prints_is_held_by_nothing() {
        for said in [
            "printer Tickets is idle.  enabled since Sun 29 Nov 2026 08:00:00 AM UTC",
            "printer Tickets now printing Tickets-12.  enabled since Sun 29 Nov 2026 08:00:00 AM UTC\n\tConnecting to printer.",
            "printer Tickets is idle.  enabled since Sun\n\tForm mounted:\n\tAlerts: none\n\tConnection: direct",
            "printer Tickets is idle.  enabled since Sun\n\tAlerts: media-low-warning, toner-low-report",
            "Tickets accepting requests since Sun 29 Nov 2026",
            "no system default destination",
            "",
        ] {
            assert_eq!(cause(said), None, "{said}");
        }
    }

    #[test]
    fn what_holds_a_queue_is_told_apart() {
        for (said, expected) in [
            ("printer Tickets disabled since Sun 29 Nov 2026 -\n\tPaused", HoldCause::Paused),
            ("printer Tickets disabled since Sun 29 Nov 2026 -\n\treason unknown", HoldCause::Paused),
            (
                "Tickets not accepting requests since Sun 29 Nov 2026 -\n\tRejecting Jobs",
                HoldCause::Rejecting,
            ),
            ("printer Tickets is idle.  enabled since Sun\n\tAlerts: media-empty-error", HoldCause::NoPaper),
            (
                "printer Tickets now printing Tickets-3.  enabled since Sun\n\tAlerts: media-empty",
                HoldCause::NoPaper,
            ),
            ("printer Tickets is idle.  enabled since Sun\n\tAlerts: cover-open,paused", HoldCause::Open),
            (
                "printer Tickets disabled since Sun -\n\tPaused\n\tAlerts: paused media-jam-error",
                HoldCause::Jammed,
            ),
            ("printer Tickets is idle.  enabled since Sun\n\tAlerts: offline-report", HoldCause::Offline),
            ("printer Tickets is idle.  enabled since Sun\n\tAlerts: toner-empty-error", HoldCause::NoInk),
        ] {
            assert_eq!(cause(said), Some(expected), "{said}");
        }
    }

    #[test]
    fn the_print_systems_own_words_are_kept_and_another_queues_state_is_none_of_ours() {
        let said = "printer Tickets disabled since Sun -\n\tThe printer is not responding.\n\tAlerts: none";
        assert_eq!(
            hold_in(said, "Tickets"),
            Some(Hold {
                cause: HoldCause::Paused,
                stopped: true,
                words: "The printer is not responding.".to_owned()
            })
        );
        let other =
            "printer Tickets2 disabled since Sun -\n\tPaused\nTickets2 not accepting requests since Sun";
        assert_eq!(hold_in(other, "Tickets"), None);
    }

    #[test]
    fn an_alert_alone_does_not_stop_a_queue() {
        for (said, stopped) in [
            ("printer Tickets is idle.  enabled since Sun\n\tAlerts: media-empty-error", false),
            ("printer Tickets is idle.  enabled since Sun\n\tAlerts: offline-report", false),
            ("printer Tickets disabled since Sun -\n\tPaused\n\tAlerts: media-empty-error", true),
            ("Tickets not accepting requests since Sun -\n\tRejecting Jobs", true),
        ] {
            assert_eq!(hold_in(said, "Tickets").map(|hold| hold.stopped), Some(stopped), "{said}");
        }
    }
}
