//! The gate, reading pictures, and the audit log.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use wicket_domain::fold::fold;
use wicket_domain::id::{EventId, ScanId, TicketId};
use wicket_domain::judge::Refusal;
use wicket_domain::seat::SeatId;
use wicket_scan::{SOUGHT, decode_image};
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::{Code, Fault};
use wicket_station::verify::TOLD_EACH;
use wicket_station::view::{
    GateOrder, GateTicket, HandRequest, ScanRequest, UndoOutcome, Verdict, VerdictWord,
};

use super::REFUSED;
use super::arguments::Scan;
use super::out::Out;
use super::when::here;

/// So many tickets of one picture are named.
const NAMED_MAX: usize = 5;
/// A named text is cut to this many characters.
const TEXT_MAX: usize = 256;

pub(super) fn admit(station: &Station, scan: &Scan, out: &Out) -> Result<ExitCode, Fault> {
    if let Some(scan_id) = scan.undo {
        return undo(station, scan_id, out);
    }
    let event_id = scan.event.as_deref().map(|event| station.find_event(event)).transpose()?;
    let (gate, any_time) = (scan.gate.clone(), scan.any_time);
    let verdict = if let Some(order) = &scan.order {
        let orders = station.orders_at_gate(order, gate.as_deref(), event_id)?;
        let ticket_id = chosen(order, &of_event(&orders, event_id), scan.seat.as_deref())?;
        let request = HandRequest { ticket_id, gate, event_id, any_time };
        station.admit_by_hand(&Actor::CommandLine, &request)?
    } else {
        let text = match (&scan.token, &scan.image) {
            (Some(token), _) => token.clone(),
            (None, Some(image)) => code_in(image)?,
            (None, None) => {
                return Err(Fault::new(Code::BadInput, "Give --token TEXT, --image FILE or --order CODE."));
            }
        };
        station.admit(&Actor::CommandLine, &ScanRequest { text, gate, event_id, any_time })?
    };
    out.result(&verdict, [sentence(&verdict)]);
    Ok(match verdict.verdict {
        VerdictWord::Admitted => ExitCode::SUCCESS,
        VerdictWord::Refused | VerdictWord::Annulled => ExitCode::from(REFUSED),
    })
}

/// The orders of the event that was named; all of them where none was named or none is of it, so that the gate can say
/// that a ticket is for another event.
fn of_event(orders: &[GateOrder], event_id: Option<EventId>) -> Vec<&GateOrder> {
    let of_it: Vec<_> = orders.iter().filter(|order| event_id == Some(order.event_id)).collect();
    if of_it.is_empty() { orders.iter().collect() } else { of_it }
}

/// The one ticket that an order's code, or a name, and a seat mean.
fn chosen(query: &str, orders: &[&GateOrder], seat: Option<&str>) -> Result<TicketId, Fault> {
    let shown: String = query.chars().take(64).collect();
    let order = match orders {
        [one] => one,
        [] => {
            let message = format!(
                "No order here has the code, id or name {shown:?}. `wicket orders` lists what was sold here."
            );
            return Err(Fault::new(Code::NotFound, message));
        }
        several => {
            let codes = several
                .iter()
                .take(5)
                .map(|order| format!("{} ({})", order.code.as_deref().unwrap_or("no code"), order.event));
            let codes = codes.collect::<Vec<_>>().join(", ");
            let message = format!("{shown:?} fits several orders: {codes}. Use the code.");
            return Err(Fault::new(Code::Ambiguous, message));
        }
    };
    let there = || seats(&order.tickets.iter().collect::<Vec<_>>());
    let meant: Vec<_> = match seat {
        None => order.tickets.iter().collect(),
        Some(seat) => order.tickets.iter().filter(|ticket| is_called(ticket, seat)).collect(),
    };
    // In a standing area one place is like another: the next that is still to come is meant.
    let alike = seat.is_some()
        && meant.windows(2).all(|pair| matches!(pair, [one, other] if one.seat_id == other.seat_id));
    match (meant.as_slice(), seat) {
        ([one], _) => Ok(one.ticket.ticket_id),
        ([], Some(seat)) => {
            let seat: String = seat.chars().take(64).collect();
            Err(Fault::new(Code::NotFound, format!("This order has no seat {seat:?}. It has: {}.", there())))
        }
        ([], None) => Err(Fault::new(Code::NotFound, "This order has no ticket that is known here.")),
        ([first, ..], _) if alike => {
            let next = meant.iter().find(|ticket| ticket.reason.is_none()).unwrap_or(first);
            Ok(next.ticket.ticket_id)
        }
        (several, _) => {
            let message =
                format!("Several tickets fit: {}. Add --seat with the one that is meant.", seats(several));
            Err(Fault::new(Code::Ambiguous, message))
        }
    }
}

/// Whether a ticket is for the seat of this id or label, with or without its zone.
fn is_called(ticket: &GateTicket, seat: &str) -> bool {
    let seat = seat.trim();
    let id = ticket.seat_id.as_ref().map(SeatId::as_str);
    let area = ticket.seat_id.as_ref().and_then(SeatId::standing_area);
    let written = ticket.ticket.label.as_deref().unwrap_or_default();
    let (label, wanted) = (fold(written), fold(seat));
    // Folded, a hyphen is a blank: the number alone does not name a seat that has a row.
    let by_itself = wanted.contains(' ') || !written.contains('-');
    let ends_so = |zone: &str| zone.ends_with(' ') && by_itself;
    let labelled = label == wanted || label.strip_suffix(&wanted).is_some_and(ends_so);
    id == Some(seat) || area == Some(seat) || (labelled && !wanted.is_empty())
}

/// Tickets by their seats' labels, and the ids that `--seat` takes where they differ.
fn seats(tickets: &[&GateTicket]) -> String {
    let one = |ticket: &&GateTicket| {
        let label = ticket.ticket.label.as_deref();
        let id = ticket.seat_id.as_ref().map(SeatId::as_str);
        match (label, id) {
            (Some(label), Some(id)) if label != id => format!("{label} ({id})"),
            (label, id) => label.or(id).unwrap_or("place unknown here").to_owned(),
        }
    };
    let mut seats: Vec<_> = tickets.iter().map(one).collect();
    seats.dedup();
    seats.join(", ")
}

fn undo(station: &Station, scan_id: ScanId, out: &Out) -> Result<ExitCode, Fault> {
    let outcome = station.undo_admission(&Actor::CommandLine, scan_id)?;
    let (line, exit) = match &outcome {
        UndoOutcome::Undone { scan_id, .. } => (
            format!("The admission was undone. The ticket can be admitted again. · scan {scan_id}"),
            ExitCode::SUCCESS,
        ),
        UndoOutcome::TooLate { until } => {
            (format!("Not undone: that could be done until {until}."), ExitCode::from(REFUSED))
        }
    };
    out.result(&outcome, [line]);
    Ok(exit)
}

/// The ticket's code in a picture; any other code when there is no ticket's. Of two tickets, neither is meant.
fn code_in(image: &Path) -> Result<String, Fault> {
    let bad = |message: String| Fault::new(Code::BadInput, message);
    let mut found = decode_image(image).map_err(|fault| bad(format!("{}: {fault}", image.display())))?;
    found.sort_by_key(|code| !code.text.starts_with(SOUGHT));
    let mut tickets: Vec<_> =
        found.iter().map(|code| code.text.as_str()).filter(|text| text.starts_with(SOUGHT)).collect();
    tickets.sort_unstable();
    tickets.dedup();
    if tickets.len() > 1 {
        let named: Vec<_> = tickets.iter().take(NAMED_MAX).map(|text| shortened(text)).collect();
        let message = format!(
            "There are {} tickets in {}:\n{}\nUse --token with the one that is meant.",
            tickets.len(),
            image.display(),
            named.join("\n")
        );
        return Err(Fault::new(Code::Ambiguous, message));
    }
    let first = found.into_iter().next();
    first.map(|code| code.text).ok_or_else(|| bad(format!("No code was found in {}.", image.display())))
}

/// A text of our own makes is far shorter; somebody else's may be as long as a code can be.
fn shortened(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(TEXT_MAX).collect()
}

/// What a ticket's code says that came through another keyboard layout and cannot be restored.
const OTHER_KEYBOARD: &str = "This is a ticket's code, but the scanner is set to another keyboard layout than this \
                              computer. Set both to the same layout and scan again, or use --order CODE.";

const KEY_REVOKED: &str = "The key of the station that issued this ticket was revoked, and no sale of it from before is \
                           known here.";

fn sentence(verdict: &Verdict) -> String {
    let ticket = verdict.ticket.as_ref().map_or(String::new(), |ticket| {
        let place = ticket.label.as_deref().unwrap_or("place unknown here");
        format!(" {} · {place}", ticket.event)
    });
    let scan = verdict.scan_id;
    let told = match (verdict.reason, &verdict.first_admission) {
        (None, _) => match verdict.out_of_hours {
            None => format!("Admitted.{ticket}"),
            Some(reason) => format!("Admitted all the same ({}).{ticket}", reason.as_str()),
        },
        (Some(Refusal::NotATicket), _) if verdict.other_keyboard => {
            format!("Refused: not_a_ticket. {OTHER_KEYBOARD}")
        }
        (Some(Refusal::KeyRevoked), _) => format!("Refused: key_revoked. {KEY_REVOKED}"),
        (Some(Refusal::NotYetValid), _) => {
            format!("Refused: not_yet_valid.{ticket}{}", when("doors open", verdict.valid_from, verdict))
        }
        (Some(Refusal::NoLongerValid), _) => {
            format!("Refused: no_longer_valid.{ticket}{}", when("doors closed", verdict.valid_until, verdict))
        }
        (Some(reason), Some(first)) => {
            let gate = first.gate.as_deref().unwrap_or("a gate without a name");
            format!(
                "Refused: {}.{ticket} · first admitted {} at {gate}, {}",
                reason.as_str(),
                here(first.at),
                first.station
            )
        }
        (Some(reason), None) => format!("Refused: {}.{ticket}", reason.as_str()),
    };
    format!("{told} · scan {scan}")
}

/// A time in the event's zone.
fn when(what: &str, at: Option<Timestamp>, verdict: &Verdict) -> String {
    let zone = verdict.ticket.as_ref().and_then(|ticket| TimeZone::get(&ticket.time_zone).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    at.map_or(String::new(), |at| format!(" · {what} {}", at.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Z")))
}

pub(super) fn decode(images: &[PathBuf], out: &Out) -> ExitCode {
    let mut unreadable = Vec::new();
    let mut values = Vec::with_capacity(images.len());
    let mut lines = Vec::with_capacity(images.len());
    for image in images {
        let begun = Instant::now();
        let found = decode_image(image);
        let ms = begun.elapsed().as_secs_f64() * 1000.0;
        let ms = (ms * 10.0).round() / 10.0;
        match found {
            Ok(found) => {
                let texts: Vec<_> = found.into_iter().map(|code| code.text).collect();
                let shown = if texts.is_empty() { "no code".to_owned() } else { texts.join("  ") };
                lines.push(format!("{}\t{ms} ms\t{shown}", image.display()));
                values.push(json!({ "image": image.display().to_string(), "texts": texts, "ms": ms }));
            }
            Err(fault) => {
                unreadable.push(format!("{}: {fault}", image.display()));
                values.push(json!({ "image": image.display().to_string(), "texts": [], "ms": ms, "problem": fault.to_string() }));
            }
        }
    }
    out.result(&values, lines);
    if unreadable.is_empty() {
        return ExitCode::SUCCESS;
    }
    out.fault(&Fault::new(Code::BadInput, unreadable.join("\n")))
}

pub(super) fn verify(station: &Station, out: &Out) -> Result<ExitCode, Fault> {
    let shown = std::io::stderr().is_terminal();
    let report = station.verify_audit_telling(&mut |entries| {
        if shown {
            // It is told to somebody who waits; a terminal that has gone is no failure.
            let _ = write!(std::io::stderr(), "\r{entries} entries read");
        }
    })?;
    if shown && report.entries >= TOLD_EACH {
        let _ = writeln!(std::io::stderr());
    }
    let head = if report.sound {
        format!("The audit log is sound: {} entries.", report.entries)
    } else {
        format!("The audit log does not hold ({} entries):", report.entries)
    };
    let findings = report.findings.iter().map(|finding| format!("  {finding}"));
    out.result(&report, std::iter::once(head).chain(findings));
    Ok(if report.sound { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}
