//! What paper cannot show: letters of names and places that no face of the tickets has. They are told wherever a name is
//! entered and before a sale; nothing is refused for them.

use std::collections::BTreeSet;

use wicket_domain::event::Event;
use wicket_domain::pipeline::wire;
use wicket_domain::plan::{Note, SeatingPlan};

use crate::Station;
use crate::fault::Fault;
use crate::view::{PrintedText, SaleRequest, Unprintable};

/// So many texts of one kind are reported.
const REPORTED: usize = 20;

/// The letters of a text that tickets leave out, each once. A broken build is said when something is printed, and not
/// where a name is typed.
pub fn left_out(text: &str) -> Vec<String> {
    wicket_print::unprintable(text).unwrap_or_default()
}

/// What tickets cannot show of a plan's names, as warnings.
pub fn plan_notes(plan: &SeatingPlan) -> Vec<Note> {
    let categories = plan.categories.iter().map(|category| category.name.clone());
    let places = (0..plan.seats.len()).filter_map(|seat| plan.place(seat));
    let parts = places.flat_map(|place| [Some(place.zone), place.row, place.number]).flatten();
    let mut notes = notes("category", categories);
    notes.extend(self::notes("seat", parts));
    notes
}

/// The same for an event's own names, and whether the wire cuts its name.
pub(crate) fn event_notes(event: &Event) -> Vec<Note> {
    let mut notes = notes("event", [event.name.clone()]);
    let length = event.name.chars().count();
    if length > wire::NAME_MAX {
        let message = format!(
            "The name has {length} characters. The cloud's tickets and letters show the first {} and an ellipsis.",
            wire::NAME_MAX - 1
        );
        notes.push(Note { path: "event".to_owned(), message });
    }
    notes.extend(self::notes("venue", [event.venue.name.clone()]));
    notes.extend(self::notes("address", event.venue.address.clone()));
    notes
}

fn notes(path: &str, texts: impl IntoIterator<Item = String>) -> Vec<Note> {
    // A stadium's seats share few names.
    let texts: BTreeSet<_> = texts.into_iter().filter(|text| !text.is_ascii()).collect();
    let note = |text: String| {
        let letters = left_out(&text);
        let message =
            format!("Tickets cannot show {} of {text:?}. They print [?] instead.", letters.join(" "));
        (!letters.is_empty()).then(|| Note { path: path.to_owned(), message })
    };
    texts.into_iter().filter_map(note).take(REPORTED).collect()
}

impl Station {
    /// What a sale's tickets cannot show, one entry a text.
    pub fn unprintable(&self, request: &SaleRequest) -> Result<Vec<Unprintable>, Fault> {
        let event = self.event_row(request.event_id)?.event;
        let plan = self.plan_of(request.event_id)?;
        let mut texts = vec![(PrintedText::Event, event.name), (PrintedText::Venue, event.venue.name)];
        texts.extend(event.venue.address.map(|address| (PrintedText::Venue, address)));
        texts.extend(request.holder.clone().map(|holder| (PrintedText::Holder, holder)));
        let seats: Vec<_> = request.seats.iter().filter_map(|seat| plan.seat_index(seat)).collect();
        let places = seats.iter().filter_map(|seat| plan.place(*seat));
        texts.extend(places.map(|place| (PrintedText::Place, place.label())));
        texts.extend(request.standing.iter().map(|line| (PrintedText::Place, line.area_id.clone())));
        let sold = seats.iter().filter_map(|seat| plan.seats.get(*seat));
        let categories: BTreeSet<_> = sold.map(|seat| usize::from(seat.category)).collect();
        let categories = categories.into_iter().filter_map(|category| plan.categories.get(category));
        texts.extend(categories.map(|category| (PrintedText::Category, category.name.clone())));
        texts.extend(self.name()?.map(|name| (PrintedText::Station, name)));
        let found =
            texts.into_iter().map(|(what, text)| Unprintable { what, letters: left_out(&text), text });
        Ok(found.filter(|found| !found.letters.is_empty()).collect())
    }

    fn name(&self) -> Result<Option<String>, Fault> {
        self.store.read(|read| Ok(read.station()?.map(|station| station.name)))
    }
}
