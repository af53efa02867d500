//! Delivering the outbox: in order, in batches, at least once. Nothing is dropped; what cannot be taken is kept apart.
//!
//! While a batch is on its way, the next one is read and signed, and what became of earlier ones is written down. There is
//! never more than one on its way.

use std::collections::VecDeque;

use wicket_domain::message::MessageKind;
use wicket_store::OutboxRow;

use super::envelope::envelope;
use super::{StepError, Tally};
use crate::Station;
use crate::cloud::{
    Answered, BYTES_IN_A_BATCH, Cloud, CloudFault, CloudTrouble, Delivery, MESSAGES_IN_A_BATCH, Parcel,
    Queue, Sending,
};
use crate::fault::Fault;
use crate::keys::Own;

/// Messages are read and written down in such portions. What was sent and not yet written down when a station stops is
/// sent again, which harms nobody.
const PORTION: u32 = 500;

/// What became of messages, to be written down together.
#[derive(Default)]
struct Notes {
    sent: Vec<u64>,
    died: Vec<(u64, String)>,
    tried: Vec<(u64, String)>,
}

/// What of a queue waits here.
struct Lane {
    queue: Queue,
    /// The last message that was read.
    after: u64,
    rows: VecDeque<OutboxRow>,
    /// Signed already, for the next batch.
    left: Option<Parcel>,
    /// Whether there may be more in the file.
    open: bool,
}

/// Messages that go out together.
#[derive(Default)]
struct Batch {
    parcels: Vec<Parcel>,
    bytes: usize,
}

impl Batch {
    /// Takes a message in, if a queue takes it with the others: few enough, and light enough together. Else it is given
    /// back.
    fn take(&mut self, parcel: Parcel) -> Option<Parcel> {
        let bytes = self.bytes + parcel.body.len();
        let fits = self.parcels.len() < MESSAGES_IN_A_BATCH && bytes <= BYTES_IN_A_BATCH;
        if !fits && !self.parcels.is_empty() {
            return Some(parcel);
        }
        self.bytes = bytes;
        self.parcels.push(parcel);
        None
    }
}

/// A batch on its way.
struct UnderWay<'a> {
    queue: Queue,
    batch: Vec<Parcel>,
    sending: Sending<'a>,
}

impl Station {
    /// Sends what waits until nothing waits or the cloud stops answering. A queue that does not let this station in
    /// keeps nothing from the other.
    pub(crate) fn deliver(&self, cloud: &dyn Cloud, tally: &mut Tally) -> Result<(), StepError> {
        let mut notes = Notes::default();
        let outcome = self.deliver_lanes(cloud, tally, &mut notes);
        self.write_down(&mut notes, tally)?;
        outcome
    }

    fn deliver_lanes(
        &self,
        cloud: &dyn Cloud,
        tally: &mut Tally,
        notes: &mut Notes,
    ) -> Result<(), StepError> {
        let own = self.own()?;
        let mut lanes = VecDeque::from([Lane::of(Queue::Station), Lane::of(Queue::Admission)]);
        let mut under_way: Option<UnderWay<'_>> = None;
        loop {
            // By turns, so that neither queue waits for all of the other's.
            let mut next = None;
            while let Some(mut lane) = lanes.pop_front() {
                let batch = self.next_batch(&own, &mut lane, notes)?;
                if !batch.is_empty() {
                    next = Some((lane.queue, batch));
                    lanes.push_back(lane);
                    break;
                }
            }
            if let Some(UnderWay { queue, batch, sending }) = under_way.take() {
                match self.arrived(cloud, queue, &batch, sending(), notes) {
                    Ok(()) => {}
                    Err(StepError::Cloud(fault)) if fault.trouble.bars_one() => {
                        self.forget_said(notes)?;
                        tally.note_barred(barred(queue, &fault));
                        lanes.retain(|lane| lane.queue != queue);
                        next = next.filter(|(next, _)| *next != queue);
                    }
                    Err(cut) => return Err(cut),
                }
            }
            match next {
                Some((queue, batch)) => {
                    let sending = cloud.send(queue, &batch);
                    under_way = Some(UnderWay { queue, batch, sending });
                }
                None if lanes.is_empty() => return Ok(()),
                None => {}
            }
            if notes.len() >= usize::try_from(PORTION).unwrap_or(usize::MAX) {
                self.write_down(notes, tally)?;
            }
        }
    }

    /// The next messages of a queue, signed.
    fn next_batch(&self, own: &Own, lane: &mut Lane, notes: &mut Notes) -> Result<Vec<Parcel>, Fault> {
        let offset = self.link.clock_offset();
        let mut batch = Batch::default();
        if let Some(parcel) = lane.left.take() {
            batch.take(parcel);
        }
        while let Some(row) = self.next_row(lane)? {
            match envelope(own, &row, offset) {
                Ok(body) if body.len() <= BYTES_IN_A_BATCH => {
                    lane.left = batch.take(Parcel { sequence: row.sequence, body });
                    if lane.left.is_some() {
                        break;
                    }
                }
                Ok(_) => notes.died.push((row.sequence, "longer than a queue takes".to_owned())),
                Err(fault) => notes.died.push((row.sequence, fault.message)),
            }
        }
        Ok(batch.parcels)
    }

    fn next_row(&self, lane: &mut Lane) -> Result<Option<OutboxRow>, Fault> {
        if lane.rows.is_empty() && lane.open {
            let admissions = lane.queue == Queue::Admission;
            let kind = MessageKind::Admission.as_str();
            let rows = self.store.read::<_, Fault>(|read| {
                Ok(read.outbox_waiting_of(kind, admissions, lane.after, PORTION)?)
            })?;
            lane.open = !rows.is_empty();
            lane.after = rows.last().map_or(lane.after, |row| row.sequence);
            lane.rows = rows.into();
        }
        Ok(lane.rows.pop_front())
    }

    /// Notes what became of a batch.
    fn arrived(
        &self,
        cloud: &dyn Cloud,
        queue: Queue,
        batch: &[Parcel],
        answer: Answered<Vec<Delivery>>,
        notes: &mut Notes,
    ) -> Result<(), StepError> {
        match answer {
            Ok(deliveries) => {
                self.link.note_answer()?;
                notes.take(batch, deliveries).map_err(|fault| {
                    // The queue answered, and asks for patience.
                    self.link
                        .note_fault_behind(&fault)
                        .map_or_else(StepError::Here, |()| StepError::Cloud(fault))
                })
            }
            Err(fault) if fault.trouble == CloudTrouble::Rejected => match batch {
                // One message alone is at fault; the others must not wait behind it.
                [one] => {
                    notes.died.push((one.sequence, fault.words));
                    Ok(())
                }
                several => several
                    .chunks(1)
                    .try_for_each(|one| self.arrived(cloud, queue, one, cloud.send(queue, one)(), notes)),
            },
            Err(fault) => {
                for parcel in batch {
                    notes.tried.push((parcel.sequence, fault.words.clone()));
                }
                self.link.note_fault_behind(&fault)?;
                Err(StepError::Cloud(fault))
            }
        }
    }

    /// Every write wakes the windows: what was said of a message already is not said again every two seconds.
    fn forget_said(&self, notes: &mut Notes) -> Result<(), Fault> {
        let said = self.store.read::<_, Fault>(|read| {
            let mut said = Vec::new();
            for (sequence, words) in &notes.tried {
                let known = read.outbox_message(*sequence)?.and_then(|row| row.words);
                if known.as_ref() == Some(words) {
                    said.push(*sequence);
                }
            }
            Ok(said)
        })?;
        notes.tried.retain(|(sequence, _)| !said.contains(sequence));
        Ok(())
    }

    fn write_down(&self, notes: &mut Notes, tally: &mut Tally) -> Result<(), Fault> {
        let Notes { sent, died, tried } = std::mem::take(notes);
        if sent.is_empty() && died.is_empty() && tried.is_empty() {
            return Ok(());
        }
        let at = self.clock.now();
        self.write(|tx| {
            sent.iter().try_for_each(|sequence| tx.message_sent(*sequence, at))?;
            died.iter().try_for_each(|(sequence, words)| tx.message_died(*sequence, words, at))?;
            Ok(tried.iter().try_for_each(|(sequence, words)| tx.message_tried(*sequence, words))?)
        })?;
        tally.sent += u32::try_from(sent.len()).unwrap_or(u32::MAX);
        Ok(())
    }
}

impl Lane {
    const fn of(queue: Queue) -> Self {
        Self { queue, after: 0, rows: VecDeque::new(), left: None, open: true }
    }
}

impl Notes {
    fn len(&self) -> usize {
        self.sent.len() + self.died.len() + self.tried.len()
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_few_enough_and_light_enough() {
        let of = |sizes: &[usize]| {
            let mut batches = vec![Batch::default()];
            for (sequence, size) in (1..).zip(sizes) {
                let parcel = Parcel { sequence, body: "x".repeat(*size) };
                if let Some(left) = batches.last_mut().unwrap().take(parcel) {
                    let mut next = Batch::default();
                    assert_eq!(next.take(left), None, "one alone always goes");
                    batches.push(next);
                }
            }
            batches.iter().map(|batch| batch.parcels.len()).collect::<Vec<_>>()
        };
        assert_eq!(of(&[1; 25]), [10, 10, 5]);
        assert_eq!(of(&[100_000, 100_000, 100_000, 1]), [2, 2]);
        assert_eq!(of(&[BYTES_IN_A_BATCH, 1]), [1, 1]);
    }

    #[test]
    fn a_missing_answer_means_once_more() {
        let mut notes = Notes::default();
        let parcel = |sequence| Parcel { sequence, body: "x".to_owned() };
        assert!(notes.take(&[parcel(1), parcel(2)], vec![Delivery::Taken]).is_err());
        assert_eq!((notes.sent, notes.tried.len()), (vec![1], 1));
    }
}
