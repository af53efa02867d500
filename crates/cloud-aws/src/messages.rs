//! The outbox's messages on their way into a queue. One batch, one request, one answer a message: the station's own
//! engine decides when to ask again.

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use md5::{Digest, Md5};
use wicket_station::cloud::{
    Answered, BYTES_IN_A_BATCH, CloudFault, CloudTrouble, Delivery, MESSAGES_IN_A_BATCH, Parcel, Queue,
};

use crate::fault::{Asked, fault};
use crate::reach::Reach;

impl Reach {
    pub(crate) async fn send(&self, queue: Queue, parcels: &[Parcel]) -> Answered<Vec<Delivery>> {
        if parcels.is_empty() {
            return Ok(Vec::new());
        }
        let bytes: usize = parcels.iter().map(|parcel| parcel.body.len()).sum();
        if parcels.len() > MESSAGES_IN_A_BATCH || bytes > BYTES_IN_A_BATCH {
            return Err(fault(CloudTrouble::Rejected, "too much for one batch of messages"));
        }
        match self.send_once(queue, parcels).await {
            // The refusal told the cloud's time, by which the SDK signs from now on.
            Err(refused) if refused.trouble == CloudTrouble::Clock => self.send_once(queue, parcels).await,
            answer => answer,
        }
    }

    async fn send_once(&self, queue: Queue, parcels: &[Parcel]) -> Answered<Vec<Delivery>> {
        let mut entries = Vec::with_capacity(parcels.len());
        for (at, parcel) in parcels.iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder().id(at.to_string()).message_body(&parcel.body);
            let lacking = |_| fault(CloudTrouble::Rejected, "a message lacks something");
            entries.push(entry.build().map_err(lacking)?);
        }
        let address = match queue {
            Queue::Admission => &self.admission_queue,
            Queue::Station => &self.station_queue,
        };
        let asked = self.clients.queue.send_message_batch().queue_url(address).set_entries(Some(entries));
        let answer = asked.send().await.map_err(|error| {
            let code = error.code().unwrap_or_default();
            not_the_messages(self.queue_asked().fault(&error), code)
        })?;
        Ok(deliveries(self.queue_asked(), &answer, parcels))
    }
}

/// A whole batch that is refused is the messages' fault only where SQS says so: of a wrong address, a key that was
/// switched off, or whatever else is wrong with the queue, no message must die.
fn not_the_messages(fault: CloudFault, code: &str) -> CloudFault {
    let theirs = ["InvalidMessageContents", "MessageTooLong", "BatchRequestTooLong"];
    let name = code.rsplit(['#', '.']).next().unwrap_or_default();
    if fault.trouble == CloudTrouble::Rejected && !theirs.contains(&name) {
        return CloudFault { trouble: CloudTrouble::NotThere, ..fault };
    }
    fault
}

/// One answer a parcel, in their order. What the answer does not speak of was not taken.
fn deliveries(asked: Asked, answer: &SendMessageBatchOutput, parcels: &[Parcel]) -> Vec<Delivery> {
    let one = |(at, parcel): (usize, &Parcel)| {
        let id = at.to_string();
        if let Some(failed) = answer.failed().iter().find(|entry| entry.id() == id) {
            let words = asked.answered(failed.code(), 400, false).words;
            return if failed.sender_fault() { Delivery::Refused(words) } else { Delivery::Again(words) };
        }
        match answer.successful().iter().find(|entry| entry.id() == id) {
            Some(taken) if taken.md5_of_message_body().eq_ignore_ascii_case(&digest(&parcel.body)) => {
                Delivery::Taken
            }
            Some(_) => Delivery::Again("the queue took another text than was sent".to_owned()),
            None => Delivery::Again("the queue did not say what became of it".to_owned()),
        }
    };
    parcels.iter().enumerate().map(one).collect()
}

/// MD5 in hexadecimal, as SQS gives it back (`SendMessageBatchResultEntry`, `MD5OfMessageBody`).
fn digest(body: &str) -> String {
    let digest: [u8; 16] = Md5::digest(body.as_bytes()).into();
    format!("{:032x}", u128::from_be_bytes(digest))
}
