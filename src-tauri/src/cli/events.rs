//! Setting up, events, seats and seating plans.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use wicket_domain::cloud::StationKind;
use wicket_domain::money::{Currency, Money};
use wicket_domain::plan::{self, MAX_BYTES, StandingArea};
use wicket_domain::price::CategoryPrice;
use wicket_domain::system::why;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::events::{EventDraft, HoursDraft, VenueDraft, plan_refused};
use wicket_station::fault::{Code, Fault};
use wicket_station::paper::{left_out, plan_notes};

use super::arguments::{HoursGiven, Import};
use super::out::Out;
use super::when::there;

pub(super) fn init(
    station: &Station,
    name: &str,
    kind: StationKind,
    supervisor: &str,
    pin: &str,
    sample: bool,
    out: &Out,
) -> Result<ExitCode, Fault> {
    let staff = station.set_up(name, kind, supervisor, pin, sample)?;
    let events = station.events()?.len();
    let letters = left_out(name);
    let warning =
        format!("tickets cannot show {} of the station's name; they print [?] instead.", letters.join(" "));
    let warnings: Vec<_> = (!letters.is_empty()).then_some(warning).into_iter().collect();
    let value = json!({ "station": name.trim(), "kind": kind, "supervisor": staff, "events": events, "warnings": warnings });
    let head = format!("{} is ready, with {events} events.", name.trim());
    out.result(
        &value,
        [head].into_iter().chain(warnings.iter().map(|warning| format!("  warning: {warning}"))),
    );
    Ok(ExitCode::SUCCESS)
}

pub(super) fn events(station: &Station, out: &Out) -> Result<ExitCode, Fault> {
    let events = station.events()?;
    let lines = events.iter().map(|line| {
        let starts = there(line.event.starts_at, &line.event.venue.time_zone);
        let standing = if line.standing_total == 0 {
            String::new()
        } else {
            format!(", {} standing", line.standing_free)
        };
        format!(
            "{starts}  {}  {} seats free{standing}  {}",
            line.event.name, line.seats_free, line.event.event_id
        )
    });
    let empty = events.is_empty().then(|| "There is no event yet. `wicket plan import` adds one.".to_owned());
    out.result(&events, lines.chain(empty));
    Ok(ExitCode::SUCCESS)
}

pub(super) fn change_hours(
    station: &Station,
    event: &str,
    given: &HoursGiven,
    out: &Out,
) -> Result<ExitCode, Fault> {
    let event_id = station.find_event(event)?;
    let hours = station.change_hours(&Actor::CommandLine, event_id, hours_draft(given)?)?;
    let value = json!({ "eventId": event_id, "hours": hours });
    let events = station.events()?;
    let about =
        events.iter().find(|summary| summary.event.event_id == event_id).map(|summary| &summary.event);
    let zone = about.map_or("UTC", |event| event.venue.time_zone.as_str());
    let line = format!(
        "{}: doors from {} until {}, sold until {}.",
        about.map_or(event, |event| event.name.as_str()),
        there(hours.doors_from, zone),
        there(hours.doors_until, zone),
        there(hours.sells_until, zone)
    );
    out.result(&value, [line]);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn seats(station: &Station, event: &str, free: bool, out: &Out) -> Result<ExitCode, Fault> {
    let seats = station.seat_lines(station.find_event(event)?, free)?;
    let lines = seats.iter().map(|seat| {
        format!(
            "{}\t{}\t{}\t{}\t{}",
            seat.seat_id,
            seat.label,
            seat.category,
            seat.price,
            seat.state.as_str()
        )
    });
    out.result(&seats, lines);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn check_plan(file: &Path, out: &Out) -> Result<ExitCode, Fault> {
    let mut imported = plan::import(&read_plan(file)?).map_err(|refused| plan_refused(&refused))?;
    let unprintable = plan_notes(&imported.plan);
    imported.warnings_total += unprintable.len();
    imported.warnings.splice(0..0, unprintable);
    let plan = &imported.plan;
    let categories: Vec<_> = plan.categories.iter().map(|category| category.name.as_str()).collect();
    let areas: Vec<_> =
        plan.areas.iter().filter_map(|area| Some(area.text.as_ref()?.text.as_str())).collect();
    let value = json!({
        "name": plan.name,
        "seats": plan.seats.len(),
        "categories": categories,
        "areas": areas,
        "warnings": imported.warnings,
        "warningsTotal": imported.warnings_total,
    });
    let head = format!(
        "{}: {} seats in {} categories ({}). The plan can be imported.",
        plan.name,
        plan.seats.len(),
        categories.len(),
        categories.join(", ")
    );
    out.result(
        &value,
        std::iter::once(head).chain(warning_lines(&imported.warnings, imported.warnings_total)),
    );
    Ok(ExitCode::SUCCESS)
}

pub(super) fn import(station: &Station, import: &Import, out: &Out) -> Result<ExitCode, Fault> {
    let json = read_plan(&import.file)?;
    let draft = draft(import)?;
    let (event_id, warnings) = station.import_event(&Actor::CommandLine, &json, &draft)?;
    let seats = station.seat_lines(event_id, false)?.len();
    let value = json!({
        "eventId": event_id,
        "name": draft.name,
        "seats": seats,
        "warnings": warnings.notes,
        "warningsTotal": warnings.total,
    });
    let head = format!("{} was added with {seats} seats: {event_id}", draft.name);
    out.result(&value, std::iter::once(head).chain(warning_lines(&warnings.notes, warnings.total)));
    Ok(ExitCode::SUCCESS)
}

fn warning_lines(notes: &[plan::Note], total: usize) -> impl Iterator<Item = String> {
    let shown = notes.iter().map(|note| format!("  warning: {}: {}", note.path, note.message));
    let more = total.saturating_sub(notes.len());
    let rest = (more > 0).then(|| format!("  … and {more} more"));
    shown.chain(rest).collect::<Vec<_>>().into_iter()
}

fn draft(import: &Import) -> Result<EventDraft, Fault> {
    let currency: Currency = import.currency.parse()?;
    let starts_at = time(&import.starts)?;
    let hours = hours_draft(&import.hours)?;
    let mut prices = Vec::new();
    for (category, amount) in pairs("--price", "CATEGORY=AMOUNT", &import.prices)? {
        prices.push(CategoryPrice { category, price: Money::parse(&amount, currency)? });
    }
    let time_zone = match &import.zone {
        Some(zone) => zone.clone(),
        None => TimeZone::system().iana_name().unwrap_or("UTC").to_owned(),
    };
    Ok(EventDraft {
        name: import.event.clone(),
        kind: import.kind.clone(),
        venue: VenueDraft { name: import.venue.clone(), address: import.address.clone(), time_zone },
        starts_at,
        currency,
        prices,
        standing: standing(&import.standing)?
            .into_iter()
            .map(|(id, capacity)| StandingArea { id, capacity })
            .collect(),
        hours,
    })
}

fn hours_draft(given: &HoursGiven) -> Result<HoursDraft, Fault> {
    let maybe = |text: &Option<String>| text.as_deref().map(time).transpose();
    Ok(HoursDraft {
        doors_from: maybe(&given.doors_from)?,
        doors_until: maybe(&given.doors_until)?,
        sells_until: maybe(&given.sells_until)?,
    })
}

fn time(text: &str) -> Result<Timestamp, Fault> {
    text.parse().map_err(|_| {
        let message = format!("{text:?} is not a time. Write it like 2026-12-04T19:30:00-08:00.");
        Fault::new(Code::BadInput, message)
    })
}

/// Reads `AREA=PLACES`.
pub(super) fn standing(given: &[String]) -> Result<Vec<(String, u32)>, Fault> {
    let pairs = pairs("--standing", "AREA=PLACES", given)?;
    let count = |(area, places): (String, String)| match places.parse() {
        Ok(places) => Ok((area, places)),
        Err(_) => Err(Fault::new(Code::BadInput, format!("{places:?} is not a number of places."))),
    };
    pairs.into_iter().map(count).collect()
}

/// Reads `NAME=VALUE`; a name may have a = in it, a value may not.
fn pairs(option: &str, form: &str, given: &[String]) -> Result<Vec<(String, String)>, Fault> {
    let pair = |text: &String| match text.rsplit_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(Fault::new(Code::BadInput, format!("{option} {text:?} does not read {form}."))),
    };
    given.iter().map(pair).collect()
}

/// Reads at most one byte more than a plan may have, so that a wrong file does not fill the memory.
fn read_plan(file: &Path) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: std::io::Error| {
        let message = format!("{} could not be read: {}.", file.display(), why(&error));
        Fault::new(Code::BadInput, message)
    };
    let mut json = Vec::new();
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(file).map_err(unreadable)?.take(limit).read_to_end(&mut json).map_err(unreadable)?;
    Ok(json)
}
