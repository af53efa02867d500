//! What people will read on tickets and in lists, looked at once the plan stands: names that several seats share,
//! templates that were left unfilled, and names that are longer than messages carry.

use std::collections::HashMap;

use super::assemble::place_of;
use super::findings::{Findings, Step};
use super::raw::Raw;
use crate::pipeline::wire;
use crate::plan::SeatingPlan;
use crate::seat::Place;

const UNFILLED: &str =
    "Here stands a % sign or braces, as in a template that was left unfilled. It is printed as it stands.";
const CUT: &str = "This is longer than messages carry: the cloud and other stations show it cut.";

/// Warns of names that people will stumble over. `places` are those of the seats, in their order.
pub(super) fn look_at(raw: &Raw, plan: &SeatingPlan, findings: &mut Findings) {
    let places: Vec<_> = (0..plan.seats.len()).map(|seat| plan.place(seat)).collect();
    shared(raw, &places, findings);
    rows(raw, &places, findings);
    for zone in &raw.zones {
        let steps = [Step::Field("zones"), Step::Index(zone.at), Step::Field("name")];
        one_name(&zone.name, &steps, findings);
    }
    for category in &raw.categories {
        let steps = [Step::Field("categories"), Step::Index(category.at), Step::Field("name")];
        one_name(&category.name, &steps, findings);
    }
}

/// Several seats of one name.
fn shared(raw: &Raw, places: &[Option<Place>], findings: &mut Findings) {
    let mut called: HashMap<String, (usize, usize)> = HashMap::with_capacity(places.len());
    for (seat, place) in places.iter().enumerate() {
        let label = place.as_ref().map(|place| place.label().trim().to_owned()).unwrap_or_default();
        called.entry(label).and_modify(|(_, count)| *count += 1).or_insert((seat, 1));
    }
    let mut several: Vec<_> = called.into_iter().filter(|(_, (_, count))| *count > 1).collect();
    several.sort_unstable_by_key(|(_, (first, _))| *first);
    for (label, (first, count)) in several {
        let Some(seat) = raw.seats.get(first) else { continue };
        findings.warn_at(&place_of(raw, seat, None), || {
            if label.is_empty() {
                format!("{count} seats have neither a row nor a number: people cannot find them.")
            } else {
                format!("{count} seats are all called {label:?}: people cannot tell them apart.")
            }
        });
    }
}

/// One warning a row and kind, at the field that it comes from.
fn rows(raw: &Raw, places: &[Option<Place>], findings: &mut Findings) {
    let mut last = usize::MAX;
    let (mut unfilled, mut cut) = ([false; 2], [false; 2]);
    for (seat, place) in raw.seats.iter().zip(places) {
        let Some(place) = place else { continue };
        if seat.row != last {
            last = seat.row;
            (unfilled, cut) = ([false; 2], [false; 2]);
        }
        let Some(row) = raw.rows.get(seat.row) else { continue };
        let sent = wire::place(place);
        let parts = [
            (&place.row, &sent.row, if row.label.is_some() { "row_label" } else { "row_number" }, true),
            (
                &place.number,
                &sent.number,
                if row.seat_label.is_some() { "seat_label" } else { "seat_number" },
                row.seat_label.is_some(),
            ),
        ];
        for (part, (words, sent, field, of_the_row)) in parts.into_iter().enumerate() {
            let mut steps = place_of(raw, seat, None);
            if of_the_row {
                // The row's own field: without its last two steps, the path of a seat is that of its row.
                steps.truncate(steps.len().saturating_sub(2));
            }
            steps.push(Step::Field(field));
            let mut once = |told: &mut [bool; 2], message: &str| {
                if let Some(told) = told.get_mut(part).filter(|told| !**told) {
                    *told = true;
                    findings.warn_at(&steps, || message.to_owned());
                }
            };
            if words.as_deref().is_some_and(is_unfilled) {
                once(&mut unfilled, UNFILLED);
            }
            if sent != words && words.as_deref().is_some_and(|words| words.trim() == words) {
                once(&mut cut, CUT);
            }
        }
    }
}

fn one_name(name: &str, steps: &[Step], findings: &mut Findings) {
    if is_unfilled(name) {
        findings.warn_at(steps, || UNFILLED.to_owned());
    }
    if wire::name(name) != name.trim() {
        findings.warn_at(steps, || CUT.to_owned());
    }
}

/// `%s` was to be replaced, and `{row}` or `{{ row }}` by whoever wrote the file.
fn is_unfilled(words: &str) -> bool {
    words.contains('%') || (words.contains('{') && words.contains('}'))
}
