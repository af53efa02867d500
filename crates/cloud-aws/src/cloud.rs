//! The Cloud port on AWS. Its methods block until an answer has come; the requests run on two threads of their own.

use std::sync::Arc;

use aws_credential_types::provider::SharedCredentialsProvider;
use tokio::runtime::{Builder, Runtime};
use wicket_domain::cloud::EventRecord;
use wicket_domain::id::EventId;
use wicket_domain::pairing::Pairing;
use wicket_station::cloud::{
    Answered, Ask, Beginning, Cloud, CloudFault, CloudTrouble, Pages, Parcel, Queue, Reply, Sending,
};
use wicket_station::ports::Clock;

use crate::clock::ClockOffset;
use crate::connect::SdkSetup;
use crate::credentials::{Sign, credentials};
use crate::fault::fault;
use crate::follow::{Ahead, Following};
use crate::reach::Reach;

/// One decodes a page while the other sends.
const THREADS: usize = 2;

/// A station's cloud on `DynamoDB`, SQS and S3.
///
/// May be shared between threads. It must not be called from within another async runtime's tasks (a thread that may
/// block is right: that of a `spawn_blocking`, or any of one's own).
pub struct AwsCloud {
    runtime: Option<Runtime>,
    reach: Arc<Reach>,
}

impl AwsCloud {
    /// Makes the cloud that `pairing` speaks of. Nothing is sent yet, so this succeeds offline.
    ///
    /// Gives a fault only when this computer has no threads left.
    pub fn new(pairing: &Pairing, clock: Arc<dyn Clock>, sign: Sign) -> Result<Self, CloudFault> {
        let runtime = runtime()?;
        let setup = SdkSetup::new(pairing, clock, Arc::new(ClockOffset::default()));
        let provider: SharedCredentialsProvider = runtime.block_on(credentials(&setup, pairing, sign));
        let reach = Arc::new(Reach::new(&setup.signed(provider), pairing));
        Ok(Self { runtime: Some(runtime), reach })
    }

    fn running(&self) -> Answered<&Runtime> {
        self.runtime.as_ref().ok_or_else(|| fault(CloudTrouble::Unreachable, "the cloud was let go"))
    }
}

impl Drop for AwsCloud {
    fn drop(&mut self) {
        // Waiting for what is under way would hold up whoever closes the window.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The threads that requests run on.
pub(crate) fn runtime() -> Result<Runtime, CloudFault> {
    let threads = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .max_blocking_threads(4)
        .thread_name("wicket-cloud")
        .enable_all()
        .build();
    threads.map_err(|_| fault(CloudTrouble::Unreachable, "this computer has no threads left for the cloud"))
}

impl Cloud for AwsCloud {
    fn clock_offset_ms(&self) -> Option<i64> {
        self.reach.offset.median_ms()
    }

    fn ask(&self, ask: &Ask) -> Answered<Reply> {
        self.running()?.block_on(self.reach.ask(ask))
    }

    fn send(&self, queue: Queue, parcels: &[Parcel]) -> Sending<'_> {
        let (reach, parcels) = (Arc::clone(&self.reach), parcels.to_vec());
        match self.running() {
            Ok(runtime) => {
                let sending = runtime.spawn(async move { reach.send(queue, &parcels).await });
                Box::new(move || {
                    let broke = |_| Err(fault(CloudTrouble::Unreachable, "the cloud was let go"));
                    runtime.block_on(sending).unwrap_or_else(broke)
                })
            }
            Err(gone) => Box::new(|| Err(gone)),
        }
    }

    fn changes(&self, feed: &str, after: u64, sure: bool) -> Pages<'_> {
        let reach = Arc::clone(&self.reach);
        let following = Following { reach, feed: feed.to_owned(), after, sure };
        match self.running() {
            Ok(runtime) => Box::new(Ahead::new(following, runtime.handle().clone())),
            Err(gone) => Box::new(std::iter::once(Err(gone))),
        }
    }

    fn beginning(&self, feed: &str) -> Answered<Option<Beginning<'_>>> {
        self.running()?.block_on(self.reach.beginning(feed))
    }

    fn event(&self, event_id: EventId) -> Answered<Option<EventRecord>> {
        self.running()?.block_on(self.reach.event(event_id))
    }

    fn plan(&self, key: &str, most: usize) -> Answered<String> {
        self.running()?.block_on(self.reach.plan(key, most))
    }
}
