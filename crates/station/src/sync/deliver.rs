//! Delivering the outbox: in order, in batches, at least once. Nothing is dropped; what cannot be taken is kept apart.

use jiff::Timestamp;
use serde_json::value::RawValue;
use wicket_domain::message::{Envelope, MessageKind};
use wicket_domain::pipeline::wire;
use wicket_store::OutboxRow;

use super::{Cut, Tally};
use crate::Station;
use crate::cloud::{
    BYTES_IN_A_BATCH, Cloud, CloudFault, CloudTrouble, Delivery, MESSAGES_IN_A_BATCH, Parcel, Queue,
};
use crate::fault::{Code, Fault};
use crate::keys::Own;

/// Messages are read and written down in such portions. What was sent and not yet written down when a station stops is
/// sent again, which harms nobody.
const PORTION: u32 = 500;

/// What became of the messages of a portion, to be written down together.
#[derive(Default)]
struct Notes {
    sent: Vec<u64>,
    died: Vec<(u64, String)>,
    tried: Vec<(u64, String)>,
}

impl Station {
    /// Sends what waits until nothing waits or the cloud stops answering. A queue that does not let this station in
    /// keeps nothing from the other.
    pub(crate) fn deliver(&self, cloud: &dyn Cloud, tally: &mut Tally) -> Result<(), Cut> {
        let own = self.own()?;
        let mut lanes = vec![(Queue::Station, 0), (Queue::Admission, 0)];
        while !lanes.is_empty() {
            let mut open = Vec::new();
            for (queue, after) in lanes {
                match self.deliver_portion(cloud, &own, (queue, after), tally) {
                    Ok(Some(last)) => open.push((queue, last)),
                    Ok(None) => {}
                    Err(Cut::Cloud(fault)) if fault.trouble.bars_one() => {
                        tally.note_barred(barred(queue, &fault));
                    }
                    Err(cut) => return Err(cut),
                }
            }
            lanes = open;
        }
        Ok(())
    }

    /// Sends the next messages of a queue; gives the last one's number, if there were any.
    fn deliver_portion(
        &self,
        cloud: &dyn Cloud,
        own: &Own,
        (queue, after): (Queue, u64),
        tally: &mut Tally,
    ) -> Result<Option<u64>, Cut> {
        let admissions = queue == Queue::Admission;
        let kind = MessageKind::Admission.as_str();
        let rows = self
            .store
            .read::<_, Fault>(|read| Ok(read.outbox_waiting_of(kind, admissions, after, PORTION)?))?;
        let Some(last) = rows.last() else { return Ok(None) };
        let mut notes = Notes::default();
        let outcome = self.send_rows(cloud, own, queue, &rows, &mut notes);
        tally.sent += u32::try_from(notes.sent.len()).unwrap_or(u32::MAX);
        // Every write wakes the windows: what was said already is not said again every two seconds.
        let said = |sequence: u64, words: &String| {
            rows.iter().any(|row| row.sequence == sequence && row.words.as_ref() == Some(words))
        };
        if matches!(&outcome, Err(Cut::Cloud(fault)) if fault.trouble.bars_one()) {
            notes.tried.retain(|(sequence, words)| !said(*sequence, words));
        }
        self.write_down(&notes, self.clock.now())?;
        outcome.map(|()| Some(last.sequence))
    }

    fn send_rows(
        &self,
        cloud: &dyn Cloud,
        own: &Own,
        queue: Queue,
        rows: &[OutboxRow],
        notes: &mut Notes,
    ) -> Result<(), Cut> {
        let offset = self.clock_offset();
        let mut parcels = Vec::new();
        for row in rows {
            match envelope(own, row, offset) {
                Ok(body) if body.len() <= BYTES_IN_A_BATCH => {
                    parcels.push(Parcel { sequence: row.sequence, body });
                }
                Ok(_) => notes.died.push((row.sequence, "longer than a queue takes".to_owned())),
                Err(fault) => notes.died.push((row.sequence, fault.message)),
            }
        }
        batches(&parcels).into_iter().try_for_each(|batch| self.send(cloud, queue, batch, notes))
    }

    fn send(&self, cloud: &dyn Cloud, queue: Queue, batch: &[Parcel], notes: &mut Notes) -> Result<(), Cut> {
        match cloud.send(queue, batch) {
            Ok(deliveries) => {
                self.note_answer()?;
                notes.take(batch, deliveries).map_err(|fault| {
                    // The queue answered, and asks for patience.
                    self.note_fault(&fault).map_or_else(Cut::Here, |()| Cut::Cloud(fault))
                })
            }
            Err(fault) if fault.trouble == CloudTrouble::Rejected => match batch {
                // One message alone is at fault; the others must not wait behind it.
                [one] => {
                    notes.died.push((one.sequence, fault.words));
                    Ok(())
                }
                several => several.chunks(1).try_for_each(|one| self.send(cloud, queue, one, notes)),
            },
            Err(fault) => {
                for parcel in batch {
                    notes.tried.push((parcel.sequence, fault.words.clone()));
                }
                self.note_fault_of_one(&fault)?;
                Err(Cut::Cloud(fault))
            }
        }
    }

    fn write_down(&self, notes: &Notes, at: Timestamp) -> Result<(), Fault> {
        if notes.sent.is_empty() && notes.died.is_empty() && notes.tried.is_empty() {
            return Ok(());
        }
        self.store.write(|tx| {
            notes.sent.iter().try_for_each(|sequence| tx.message_sent(*sequence, at))?;
            notes.died.iter().try_for_each(|(sequence, words)| tx.message_died(*sequence, words, at))?;
            Ok(notes.tried.iter().try_for_each(|(sequence, words)| tx.message_tried(*sequence, words))?)
        })
    }
}

impl Notes {
    /// Sorts the answers to a batch. A message that is to be sent again ends the round: those after it wait for it.
    fn take(&mut self, batch: &[Parcel], deliveries: Vec<Delivery>) -> Result<(), CloudFault> {
        let mut again = None;
        let mut answers = deliveries.into_iter();
        for parcel in batch {
            match answers.next().unwrap_or_else(|| Delivery::Again("no answer for this message".to_owned())) {
                Delivery::Taken => self.sent.push(parcel.sequence),
                Delivery::Refused(words) => self.died.push((parcel.sequence, words)),
                Delivery::Again(words) => {
                    self.tried.push((parcel.sequence, words.clone()));
                    again.get_or_insert(words);
                }
            }
        }
        match again {
            None => Ok(()),
            Some(words) => Err(CloudFault { trouble: CloudTrouble::Throttled, words }),
        }
    }
}

/// What waits because its queue does not let this station in, and why.
fn barred(queue: Queue, fault: &CloudFault) -> CloudFault {
    let what = match queue {
        Queue::Station => "Sales",
        Queue::Admission => "Admissions",
    };
    let words = format!("{what} wait here, they cannot be sent: {}", fault.words);
    CloudFault { trouble: fault.trouble, words }
}

/// A message as it goes out, signed.
pub(crate) fn envelope(own: &Own, row: &OutboxRow, clock_offset_ms: i64) -> Result<String, Fault> {
    let mut envelope = unsigned(own, row, clock_offset_ms)?;
    envelope.signature = own.audience.sign_message(&own.key, &envelope);
    written(row, &envelope)
}

/// The same for whoever reads it only here, and inside a sale: signing takes longer than the reading.
pub(crate) fn draft(own: &Own, row: &OutboxRow, clock_offset_ms: i64) -> Result<String, Fault> {
    let mut envelope = unsigned(own, row, clock_offset_ms)?;
    // As long as a signature, so that the whole is as long as what goes out.
    envelope.signature = "0".repeat(128);
    written(row, &envelope)
}

fn written(row: &OutboxRow, envelope: &Envelope<Box<RawValue>>) -> Result<String, Fault> {
    serde_json::to_string(envelope).map_err(|_| unreadable(row, "it cannot be written as JSON"))
}

fn unreadable(row: &OutboxRow, what: &str) -> Fault {
    Fault::new(Code::Internal, format!("Message {} cannot be sent: {what}.", row.sequence))
}

fn unsigned(own: &Own, row: &OutboxRow, clock_offset_ms: i64) -> Result<Envelope<Box<RawValue>>, Fault> {
    let kinds = [MessageKind::Purchase, MessageKind::Admission, MessageKind::Reprint];
    let kind = kinds.into_iter().find(|kind| kind.as_str() == row.kind);
    let body =
        RawValue::from_string(row.body.clone()).map_err(|_| unreadable(row, "its body is not JSON"))?;
    Ok(Envelope {
        message_id: row.message_id,
        venue: own.audience.venue.clone(),
        station_id: own.station_id,
        epoch: row.epoch,
        sequence: row.sequence,
        kind: kind.ok_or_else(|| unreadable(row, "its kind is unknown"))?,
        occurred_at: wire::clock_time(row.occurred_at),
        clock_offset_ms,
        body,
        signature: String::new(),
    })
}

/// Splits parcels into batches that a queue takes: few enough, and light enough together.
fn batches(parcels: &[Parcel]) -> Vec<&[Parcel]> {
    let mut batches = Vec::new();
    let mut rest = parcels;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |parcel: &&Parcel| {
            bytes += parcel.body.len();
            bytes <= BYTES_IN_A_BATCH
        };
        let many = rest.iter().take(MESSAGES_IN_A_BATCH).take_while(fits).count().max(1);
        let (batch, after) = rest.split_at(many);
        batches.push(batch);
        rest = after;
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcels(sizes: &[usize]) -> Vec<Parcel> {
        let parcel = |(sequence, size): (u64, &usize)| Parcel { sequence, body: "x".repeat(*size) };
        (1..).zip(sizes).map(parcel).collect()
    }

    #[test]
    fn batches_are_few_enough_and_light_enough() {
        let of =
            |sizes: &[usize]| batches(&parcels(sizes)).iter().map(|batch| batch.len()).collect::<Vec<_>>();
        assert_eq!(of(&[1; 25]), [10, 10, 5]);
        assert_eq!(of(&[100_000, 100_000, 100_000, 1]), [2, 2]);
        assert_eq!(of(&[BYTES_IN_A_BATCH, 1]), [1, 1]);
        assert_eq!(of(&[]), [0; 0]);
    }

    #[test]
    fn a_missing_answer_means_once_more() {
        let mut notes = Notes::default();
        let two = parcels(&[1, 1]);
        assert!(notes.take(&two, vec![Delivery::Taken]).is_err());
        assert_eq!((notes.sent, notes.tried.len()), (vec![1], 1));
    }
}
