//! The station's cloud: made from its pairing, and kept in step with by threads of its own.

use std::sync::Arc;
use std::time::Duration;

use wicket_cloud_aws::{AwsCloud, HttpGuide, Sign};
use wicket_domain::system::why;
use wicket_station::Station;
use wicket_station::cloud::Cloud;
use wicket_station::fault::{Code, Fault};
use wicket_station::ports::SystemClock;
use wicket_station::sync::{Heard, SyncRound};

use crate::account::{self, Keys};

/// After a fault of the file, which a round cannot mend, it is tried again so much later.
const AFTER_A_FAULT: Duration = Duration::from_secs(10);

/// Whoever tells a station that is to be paired what its cloud is made of.
pub(crate) fn guide() -> Result<HttpGuide, Fault> {
    HttpGuide::new().map_err(|fault| Fault::new(Code::Cloud, fault.words))
}

/// Gives the station the cloud it is paired with; says whether it has one. Nothing is asked of it yet.
pub(crate) fn connect(station: &Station) -> Result<bool, Fault> {
    let Some(pairing) = station.pairing()? else { return Ok(false) };
    let cloud = AwsCloud::new(&pairing, Arc::new(SystemClock), Sign::Chain)
        .map_err(|fault| Fault::new(Code::Cloud, fault.words))?;
    let cloud: Arc<dyn Cloud> = Arc::new(cloud);
    station.connect(Some(cloud))?;
    Ok(true)
}

/// Gives a command the cloud its station is paired with, and asks it whether it is there: for so long, and no longer. What
/// does not answer meanwhile goes on by itself, and the command goes on offline. As in the window, whoever signed in signs
/// the requests; nobody is asked to unlock a keyring while somebody waits.
pub(crate) fn probe(station: &Arc<Station>, most: Option<Duration>) -> Result<(), Fault> {
    if !connect(station)? {
        return Ok(());
    }
    let asked = Arc::clone(station);
    let ask = move || {
        account::take_up(&asked, if most.is_none() { Keys::Unlock } else { Keys::IfOpen })?;
        asked.probe().map(drop)
    };
    let Some(most) = most else { return ask() };
    within(most, ask).unwrap_or(Ok(()))
}

/// Does something on a thread of its own; gives nothing if it takes longer than that.
fn within<T: Send + 'static>(most: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, waits) = std::sync::mpsc::channel();
    // Nobody waits any more for what comes too late.
    let work = move || drop(done.send(work()));
    let started = std::thread::Builder::new().name("wicket-probe".to_owned()).spawn(work);
    started.ok().and_then(|_| waits.recv_timeout(most).ok())
}

/// Gives the station the cloud it is paired with and keeps it in step, if it is not kept in step already.
pub(crate) fn begin(station: &Arc<Station>) -> Result<bool, Fault> {
    let first = !station.has_cloud();
    let paired = connect(station)?;
    if paired {
        take_up_sign_in(Arc::clone(station))?;
    }
    if first && paired {
        keep_in_step(station)?;
    }
    Ok(paired)
}

/// Lets the sign-in that the keyring keeps sign the requests from now on. On a thread of its own, because a keyring may
/// wait for somebody to unlock it; until then, and without one, the credentials of the default chain do.
fn take_up_sign_in(station: Arc<Station>) -> Result<(), Fault> {
    let take_up = move || drop(account::take_up(&station, Keys::Unlock));
    let started = std::thread::Builder::new().name("wicket-keyring".to_owned()).spawn(take_up);
    started.map(drop).map_err(|error| no_thread(&error))
}

/// One sort of a station's rounds.
type Round = fn(&Station) -> Result<SyncRound, Fault>;

/// Keeps a station in step with its cloud for as long as the program runs: a thread for each sort of round, so that none
/// waits for another. A thread holds no lock while it waits, and ends with the process: whatever it was at is taken up
/// again at the next start.
fn keep_in_step(station: &Arc<Station>) -> Result<(), Fault> {
    let sorts: [(&str, Round, bool); 3] = [
        ("wicket-deliver", Station::deliver_round, true),
        ("wicket-load", Station::load_round, false),
        ("wicket-follow", Station::follow_round, false),
    ];
    for (name, round, sends) in sorts {
        let station = Arc::clone(station);
        let rounds = move || run(&station, round, sends);
        let started = std::thread::Builder::new().name(name.to_owned()).spawn(rounds);
        started.map(drop).map_err(|error| no_thread(&error))?;
    }
    Ok(())
}

/// Runs rounds for ever. News of something to send wakes those that send, unless the last one failed.
fn run(station: &Station, round: Round, sends: bool) -> ! {
    let mut seen = Heard::default();
    loop {
        let (pause, well) = match round(station) {
            Ok(round) => (round.pause, round.fault.is_none()),
            Err(_) => (AFTER_A_FAULT, false),
        };
        let woken = sends && well;
        seen = if woken { station.wait_for_news(seen, pause) } else { station.wait_for_hurry(seen, pause) };
    }
}

fn no_thread(error: &std::io::Error) -> Fault {
    let message =
        format!("This computer has no room for another thread ({}). Close other programs.", why(error));
    Fault::new(Code::Internal, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_waits_no_longer_than_it_may() {
        let (silent, never) = std::sync::mpsc::channel::<()>();
        assert_eq!(within(Duration::from_millis(1), move || never.recv().is_ok()), None);
        drop(silent);
        assert_eq!(within(Duration::from_mins(1), || 1), Some(1));
    }
}
