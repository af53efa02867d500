//! Taking events that others have published, and keeping their manifests current.

use std::collections::HashSet;

use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};
use wicket_domain::cloud::{
    Change, EventMark, EventRecord, EventStatus, Manifest, ManifestError, ManifestKey, Trust, hex, house_feed,
};
use wicket_domain::event::Publication;
use wicket_domain::pipeline::wire::reserved_prefix;
use wicket_domain::plan::{MAX_BYTES, MAX_SEATS, STANDING_MAX, SeatingPlan};
use wicket_store::{CategoryRow, EventRow, IssuerRow, NewEvent, StandingClaimRow, StandingRow};

use super::edition::RegisterReading;
use super::pages::{Reading, missing};
use super::{StepError, Tally};
use crate::Station;
use crate::cloud::{Cloud, CloudFault, CloudTrouble};
use crate::events::looks_alike;
use crate::fault::{Code, Fault};
use crate::keys::{Own, trusted};

impl Station {
    /// Takes events that are new or have changed, and, at a desk, keeps their manifests current. One that cannot be taken does not keep the others away.
    pub(crate) fn take_events(&self, cloud: &dyn Cloud, tally: &mut Tally) -> Result<(), StepError> {
        let own = self.own()?;
        self.read_house(cloud, &own, tally)?;
        let marks = self.feeds().on_sale(self.link.cloud_now());
        let mut register = self.register_reading(&own)?;
        let mut news = 0;
        for mark in &marks {
            if let Some(warning) = self.link.spoiled(mark) {
                tally.note_warning(warning);
                continue;
            }
            let mut name = mark.event_id.clone();
            match self.take_event(cloud, &own, mark, &mut register, &mut name) {
                Ok(taken) => news += u32::from(taken),
                Err(cut) => {
                    let fault = warning_of(cut)?;
                    let warning = CloudFault { words: format!("{name}: {}", fault.words), ..fault };
                    // Another account may not write the manifest; the one that may can sign in at any moment.
                    if warning.trouble != CloudTrouble::Refused {
                        self.link.note_spoiled(mark, &warning);
                    }
                    tally.note_warning(warning);
                }
            }
        }
        if news > 0 {
            self.keys().forget_issuers();
        }
        tally.received += news;
        Ok(())
    }

    /// Reads what is new of the house's events.
    fn read_house(&self, cloud: &dyn Cloud, own: &Own, tally: &mut Tally) -> Result<(), StepError> {
        let feed = house_feed(&own.audience.venue);
        let from = self.feeds().house();
        let read = self.read_feed(cloud, &feed, from, |page| {
            let marks = page.changes.iter().filter_map(|change| match change {
                Change::Event(mark) => Some(mark.clone()),
                _ => None,
            });
            self.feeds().note_house(page.number, page.unreadable, marks.collect());
            Ok(())
        })?;
        let unread = self.feeds().house_unreadable();
        if unread > 0 {
            tally.note_warning(unreadable(&format!(
                "{unread} entries about events cannot be read. Update Wicket."
            )));
        }
        if let Reading::Missing(number) = read {
            tally.note_warning(missing("Events", number));
        }
        Ok(())
    }

    /// `name` becomes the event's, for whoever tells of what went wrong.
    fn take_event(
        &self,
        cloud: &dyn Cloud,
        own: &Own,
        mark: &EventMark,
        register: &mut RegisterReading,
        name: &mut String,
    ) -> Result<bool, StepError> {
        let Ok(event_id) = mark.event_id.parse() else {
            return Err(unreadable("the event's id is not one of ours").into());
        };
        let row = self.store.read::<_, Fault>(|read| Ok(read.event(event_id)?))?;
        if let Some(row) = &row {
            name.clone_from(&row.event.name);
        }
        let current = |row: &EventRow| row.publication.is_current(mark.version);
        let due = match &row {
            Some(row) => self.edition_is_due(own, row, register)?,
            None => false,
        };
        if row.as_ref().is_some_and(current) && !due {
            return Ok(false);
        }
        let Some(record) = self.link.heard(cloud.event(event_id))? else { return Ok(false) };
        if record.status != EventStatus::Live || record.venue != own.audience.venue {
            return Ok(false);
        }
        name.clone_from(&record.event.name);
        let mut news = match &row {
            None => self.add_event(cloud, &record)?,
            Some(row) if !row.publication.is_shared() => self.adopt_event(own, row, &record)?,
            Some(row) if !row.publication.is_current(record.version) => self.update_from(row, &record)?,
            Some(_) => false,
        };
        if due {
            let written = self.write_edition(own, &record, register.stations());
            if written.is_err() {
                // The next round asks again, whatever it was that failed.
                self.link.set_stations_at(None);
            }
            news |= written?;
        }
        Ok(news)
    }

    /// Takes over an event that this station has published and its file does not know to be published: the file is an
    /// older copy. Whose the places are, the cloud has to say; nothing is sold as this station's own meanwhile.
    pub(crate) fn adopt_event(
        &self,
        own: &Own,
        row: &EventRow,
        record: &EventRecord,
    ) -> Result<bool, StepError> {
        let (organizer, manifest) = opened_first(record)?;
        if organizer != own.key.verifying_key() {
            return Err(unreadable("an event of this station has been published by another").into());
        }
        let issuers = issuers(&manifest);
        self.write(|tx| {
            tx.disclaim_event(row.event_no)?;
            tx.put_issuers(row.event_no, &issuers)?;
            let live = Publication::Live { version: record.version };
            tx.set_publication(row.event_no, live, organizer.as_bytes(), manifest.edition)?;
            let body = serde_json::json!({ "eventId": record.event_id });
            self.books(tx).enter(self.clock.now(), "cloud", "event_adopted", &body.to_string())
        })?;
        Ok(true)
    }

    /// Adds an event as its organizer published it. Nobody's places are this station's before it claims them.
    fn add_event(&self, cloud: &dyn Cloud, record: &EventRecord) -> Result<bool, StepError> {
        let (organizer, manifest) = opened_first(record)?;
        let document = self.link.heard(cloud.plan(&record.plan_key, MAX_BYTES))?;
        let digest: [u8; 32] = Sha256::digest(document.as_bytes()).into();
        if hex(&digest) != record.plan_digest {
            return Err(unreadable("the seating plan is not the one the event names").into());
        }
        let plan: SeatingPlan =
            serde_json::from_str(&document).map_err(|_| unreadable("the seating plan cannot be read"))?;
        let classes = u16::try_from(plan.categories.len()).unwrap_or(u16::MAX);
        let seats = u32::try_from(plan.seats.len()).unwrap_or(u32::MAX);
        let sound = fits_together(&plan)
            && plan.seats.iter().all(|seat| seat.category < classes)
            && manifest.classes.len() == plan.categories.len()
            && seats == record.seats
            && record.standing.iter().all(|area| area.category_no < classes && area.capacity <= STANDING_MAX);
        if !sound {
            return Err(unreadable("the event's plan and prices do not fit together").into());
        }
        let categories = categories(&manifest);
        let standing: Vec<_> = record
            .standing
            .iter()
            .map(|area| StandingRow {
                area_id: area.area_id.clone(),
                category_no: area.category_no,
                capacity: area.capacity,
                sold: 0,
                claim: StandingClaimRow::default(),
            })
            .collect();
        let issuers = issuers(&manifest);
        let twin = self.write(|tx| {
            if tx.event(record.event.event_id)?.is_some() {
                return Ok(None);
            }
            if let Some(twin) = looks_alike(tx, record.event.event_id)? {
                return Ok(Some(tx.event(twin)?.map_or_else(|| twin.to_string(), |row| row.event.name)));
            }
            let event_no = tx.insert_event(&NewEvent {
                event: &record.event,
                plan_no: tx.put_plan(&digest, &plan.name, &document)?,
                seats,
                categories: &categories,
                standing: &standing,
                issuers: &[],
            })?;
            for (index, seat) in plan.seats.iter().enumerate() {
                tx.insert_seat(event_no, &seat.id, u32::try_from(index).unwrap_or(u32::MAX), seat.category)?;
            }
            tx.disclaim_event(event_no)?;
            tx.put_issuers(event_no, &issuers)?;
            let live = Publication::Live { version: record.version };
            tx.set_publication(event_no, live, organizer.as_bytes(), manifest.edition)?;
            let body = serde_json::json!({ "eventId": record.event_id, "name": record.event.name });
            self.books(tx).enter(self.clock.now(), "cloud", "event_taken", &body.to_string())?;
            Ok(None)
        })?;
        match twin {
            None => Ok(true),
            Some(twin) => Err(unreadable(&format!(
                "its tickets could not be told from those of {twin}; its organizer has to publish it once more as a new event"
            ))
            .into()),
        }
    }

    /// Takes over what has changed of an event.
    pub(crate) fn update_from(&self, row: &EventRow, record: &EventRecord) -> Result<bool, StepError> {
        // Publishing itself ends that.
        if row.publication == Publication::Publishing {
            return Ok(false);
        }
        let issuers = self.store.read::<_, Fault>(|read| Ok(read.issuers_of(row.event_no)?))?;
        let Some((organizer, manifest)) = opened(record, row.edition, &issuers)? else { return Ok(false) };
        if row.organizer_key.is_some_and(|known| known != organizer.to_bytes()) {
            return Err(unreadable("the manifest names another organizer than the one known here").into());
        }
        let issuers = self::issuers(&manifest);
        self.write(|tx| {
            tx.update_event(row.event_no, &record.event)?;
            for category in categories(&manifest) {
                tx.update_category(row.event_no, &category)?;
            }
            tx.put_issuers(row.event_no, &issuers)?;
            let live = Publication::Live { version: record.version };
            tx.set_publication(row.event_no, live, organizer.as_bytes(), manifest.edition)?;
            Ok(())
        })?;
        Ok(true)
    }
}

/// What is wrong with one event and stops nothing else: it cannot be read, its plan is not there, this account may not
/// write it, or the file does not take it as it is.
fn warning_of(cut: StepError) -> Result<CloudFault, StepError> {
    let one = |trouble| matches!(trouble, CloudTrouble::Unreadable | CloudTrouble::Rejected);
    match cut {
        StepError::Cloud(fault) if one(fault.trouble) || fault.trouble.bars_one() => Ok(fault),
        StepError::Here(fault) if matches!(fault.code, Code::Internal | Code::BadInput) => {
            Ok(unreadable(&fault.message))
        }
        cut => Err(cut),
    }
}

/// What the import of a plan sees to: nothing in it points beside what there is, no seat is there twice.
fn fits_together(plan: &SeatingPlan) -> bool {
    let within = |at: u32, count: usize| usize::try_from(at).is_ok_and(|at| at < count);
    let mut ids = HashSet::with_capacity(plan.seats.len());
    let names: HashSet<_> = plan.categories.iter().map(|category| &category.name).collect();
    plan.seats.len() <= MAX_SEATS
        && names.len() == plan.categories.len()
        && plan.rows.iter().all(|row| within(row.zone, plan.zones.len()))
        && plan.seats.iter().all(|seat| {
            let drawn = [seat.x, seat.y, seat.radius].iter().all(|number| number.is_finite());
            // Areas, grants and orders are called so in the cloud.
            let id = seat.id.as_str();
            let called = !id.is_empty() && !id.starts_with("ga#") && reserved_prefix(id).is_none();
            drawn && called && within(seat.row, plan.rows.len()) && ids.insert(&seat.id)
        })
}

/// A record's manifest and its organizer, where nothing is known of the event.
pub(crate) fn opened_first(record: &EventRecord) -> Result<(VerifyingKey, Manifest), CloudFault> {
    let manifest = record.manifest.open_first().map_err(|error| unreadable(&error.to_string()))?;
    of_event(record, manifest)
}

/// The same once an edition is known: none where the record's is older, a fault where none of the known desks vouches for
/// it.
pub(crate) fn opened(
    record: &EventRecord,
    edition: u32,
    issuers: &[IssuerRow],
) -> Result<Option<(VerifyingKey, Manifest)>, CloudFault> {
    let unread = |error: ManifestError| unreadable(&error.to_string());
    if record.manifest.read().map_err(unread)?.edition < edition {
        return Ok(None);
    }
    let desks = issuers.iter().filter(|issuer| issuer.desk && !issuer.revoked);
    let desks = desks.filter_map(|issuer| VerifyingKey::from_bytes(&issuer.public_key).ok()).collect();
    let manifest = record.manifest.open(&Trust { edition, desks }).map_err(unread)?;
    of_event(record, manifest).map(Some)
}

fn of_event(record: &EventRecord, manifest: Manifest) -> Result<(VerifyingKey, Manifest), CloudFault> {
    let organizer = manifest.organizer().map_err(|error| unreadable(&error.to_string()))?;
    if manifest.event_id != record.event.event_id || manifest.event_id.to_string() != record.event_id {
        return Err(unreadable("the manifest is another event's"));
    }
    Ok((organizer, manifest))
}

fn categories(manifest: &Manifest) -> Vec<CategoryRow> {
    let row = |class: &wicket_domain::cloud::ManifestClass| CategoryRow {
        category_no: class.category_no,
        name: class.name.clone(),
        price: class.price.max(0),
        valid_from: class.valid_from,
        valid_until: class.valid_until,
        gates: class.gates.clone(),
    };
    manifest.classes.iter().map(row).collect()
}

/// A manifest's keys as the file keeps them.
pub(crate) fn issuers(manifest: &Manifest) -> Vec<IssuerRow> {
    let row = |key: &ManifestKey, revoked| {
        let bytes = key.bytes()?;
        Some(IssuerRow { revoked, desk: key.desk && !revoked, ..trusted(key.station_id, bytes) })
    };
    let keys = manifest.keys.iter().filter_map(|key| row(key, false));
    keys.chain(manifest.revoked.iter().filter_map(|key| row(key, true))).collect()
}

pub(crate) fn unreadable(words: &str) -> CloudFault {
    CloudFault { trouble: CloudTrouble::Unreadable, words: words.to_owned() }
}
