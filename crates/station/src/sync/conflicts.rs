//! Conflicts: what two places did that cannot both be right. The cloud finds them; people settle them.

use wicket_domain::cloud::ConflictRecord;
use wicket_domain::door::{Door, Noted, Settle};
use wicket_domain::id::EventId;
use wicket_domain::pipeline::wire;
use wicket_domain::seat::SeatId;
use wicket_store::{ConflictRow, EventRow};

use super::link::not_paired;
use super::moment;
use super::register::at_desk;
use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::lookup::name_of;
use crate::view::ConflictLine;

/// The inbox shows so many.
const SHOWN: u32 = 300;

impl Station {
    /// The conflicts as far as this station has heard: open ones first, then the newest.
    pub fn conflicts(&self) -> Result<Vec<ConflictLine>, Fault> {
        let rows = self.store.read::<_, Fault>(|read| {
            let rows = read.conflicts(SHOWN)?;
            let with_event = |row: ConflictRow| Ok((read.event_by_no(row.event_no)?, row));
            rows.into_iter().map(with_event).collect::<Result<Vec<_>, Fault>>()
        })?;
        rows.into_iter().map(|(event, row)| self.conflict_line(&event, &row)).collect()
    }

    fn conflict_line(&self, event: &EventRow, row: &ConflictRow) -> Result<ConflictLine, Fault> {
        let record: ConflictRecord = serde_json::from_str(&row.record).map_err(|_| {
            Fault::new(Code::DamagedFile, "A stored conflict cannot be read. Run `wicket audit verify`.")
        })?;
        let seat = record.seat_id.as_deref().map(|seat| self.seat_label(event, seat)).transpose()?;
        Ok(ConflictLine {
            conflict_id: row.conflict_id.clone(),
            event_id: event.event.event_id,
            event: event.event.name.clone(),
            time_zone: event.event.venue.time_zone.clone(),
            kind: record.kind,
            at: row.at,
            seat,
            order_id: record.order_id,
            ticket_id: record.ticket_id,
            first: record.first,
            second: record.second,
            settled_at: row.settled_at,
            settled_by: record.resolved_by,
        })
    }

    /// A seat as people say it; its id where this station does not know it.
    fn seat_label(&self, event: &EventRow, seat: &str) -> Result<String, Fault> {
        let seat_id = SeatId::new(seat);
        if let Some(area) = seat_id.standing_area() {
            return Ok(area.to_owned());
        }
        let plan = self.plan(event.plan_no)?;
        let now = self.clock.now();
        let row =
            self.store.read::<_, Fault>(|read| Ok(read.seat(event.event_no, &seat_id, true, now)?))?;
        let place = row.and_then(|row| plan.place(usize::try_from(row.seat_no).ok()?));
        Ok(place.map_or_else(|| seat.to_owned(), |place| place.label()))
    }

    /// Marks a conflict as settled, in the cloud first: whoever looks there must not see it as open.
    pub fn settle_conflict(&self, by: &Actor, event_id: EventId, conflict_id: &str) -> Result<(), Fault> {
        if !self.has_cloud() {
            return Err(not_paired());
        }
        let event = self.event_row(event_id)?;
        let row = self.store.read::<_, Fault>(|read| Ok(read.conflict(event.event_no, conflict_id)?))?;
        let row = row.ok_or_else(|| Fault::new(Code::NotFound, "There is no such conflict here."))?;
        let name = self.store.read::<_, Fault>(|read| name_of(read, by))?;
        let now = self.link.cloud_now();
        let ask = Settle { event_id, conflict_id: conflict_id.to_owned(), by: wire::name(&name) };
        let _: Noted = at_desk(self.ask_at(Door::Settle, &ask))?;
        let at = self.clock.now();
        self.write(|tx| {
            let body = serde_json::json!({ "eventId": event_id, "conflictId": conflict_id });
            self.books(tx).enter(at, &by.text(), "conflict_settled", &body.to_string())?;
            let record = settled(&row.record, &name, now);
            Ok(tx.put_conflict(&ConflictRow { settled_at: moment(now), record, ..row })?)
        })
    }
}

fn settled(record: &str, by: &str, at: i64) -> String {
    let Ok(record) = serde_json::from_str::<ConflictRecord>(record) else { return record.to_owned() };
    let record =
        ConflictRecord { resolved_at: Some(at), resolved_by: Some(by.to_owned()), updated_at: at, ..record };
    serde_json::to_string(&record).unwrap_or_default()
}

/// A conflict as the file has it; none where its time is none.
pub(crate) fn conflict_row(event_no: i64, record: &ConflictRecord) -> Option<ConflictRow> {
    Some(ConflictRow {
        event_no,
        conflict_id: record.conflict_id.clone(),
        at: moment(record.at)?,
        settled_at: record.resolved_at.and_then(moment),
        record: serde_json::to_string(record).ok()?,
    })
}
