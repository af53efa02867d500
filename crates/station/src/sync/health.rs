//! How each of the three rounds goes. One that is stuck says nothing of the others: a page that does not come does not keep
//! a sale from being reported, nor a seat from being claimed.

use std::time::Duration;

use super::Link;
use crate::cloud::CloudFault;

/// Between two rounds while all is well.
const PAUSE: Duration = Duration::from_secs(2);
/// The same in a rush.
const IN_A_RUSH: Duration = Duration::from_secs(1);
/// News in a second that make a rush: two tickets come to as many. An evening of 10,000 orders brings half of that.
const RUSH: u32 = 10;

/// Nobody waits longer than this between two tries: so long may a station go unheard after the network is back.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What a round is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Messages go out, places that nobody needs go back.
    Delivering,
    /// Events come, with their plans.
    Loading,
    /// What others did comes.
    Following,
}

/// How the rounds for one purpose go.
#[derive(Default)]
struct Health {
    /// Rounds that have begun.
    rounds: u64,
    /// Rounds since one ended well.
    faults: u32,
    /// Why the last round ended early.
    fault: Option<CloudFault>,
    /// What of the last round could not be done or read, while the rest was.
    warning: Option<CloudFault>,
    /// Whether the last round was in a rush.
    rush: bool,
}

impl Health {
    /// How long to wait after a round that ended well. `received` is the number of news that it brought.
    fn rest(&mut self, received: u32) -> Duration {
        // After a shorter pause a rush brings less.
        let pause = if self.rush { IN_A_RUSH } else { PAUSE };
        self.rush = u64::from(received) >= u64::from(RUSH) * pause.as_secs();
        if self.rush { IN_A_RUSH } else { PAUSE }
    }
}

/// The health of all three.
#[derive(Default)]
pub(super) struct Healths([Health; 3]);

impl Healths {
    const fn of(&mut self, purpose: Purpose) -> &mut Health {
        let Self([delivering, loading, following]) = self;
        match purpose {
            Purpose::Delivering => delivering,
            Purpose::Loading => loading,
            Purpose::Following => following,
        }
    }
}

impl Link {
    /// Counts a round, whatever will become of it: what comes every so many rounds must not wait for a good one.
    pub(crate) fn round_begins(&self, purpose: Purpose) {
        let mut weather = self.weather();
        let health = weather.healths.of(purpose);
        health.rounds = health.rounds.saturating_add(1);
    }

    /// Notes that a round ended, and what of it could not be done or read.
    pub(crate) fn round_ends(
        &self,
        purpose: Purpose,
        fault: Option<&CloudFault>,
        warning: Option<&CloudFault>,
    ) {
        let mut weather = self.weather();
        let health = weather.healths.of(purpose);
        health.faults = if fault.is_some() { health.faults.saturating_add(1) } else { 0 };
        health.fault = fault.cloned();
        // A round that ended early did not get as far as the warning of the round before.
        if fault.is_none() || warning.is_some() {
            health.warning = warning.cloned();
        }
    }

    /// Rounds for this purpose before the one under way.
    pub(crate) fn rounds(&self, purpose: Purpose) -> u64 {
        self.weather().healths.of(purpose).rounds.saturating_sub(1)
    }

    /// What ended the last round for this purpose early.
    pub(crate) fn stuck(&self, purpose: Purpose) -> Option<CloudFault> {
        self.weather().healths.of(purpose).fault.clone()
    }

    /// What of the last rounds could not be done or read.
    pub(crate) fn warning(&self) -> Option<CloudFault> {
        let mut weather = self.weather();
        let all = [Purpose::Delivering, Purpose::Loading, Purpose::Following];
        all.into_iter().find_map(|purpose| weather.healths.of(purpose).warning.clone())
    }

    /// How long to wait after a round that ended well. `received` is the number of news that it brought.
    pub(crate) fn rest(&self, purpose: Purpose, received: u32) -> Duration {
        self.weather().healths.of(purpose).rest(received)
    }

    /// How long to wait after faults of this purpose: twice as long each time, with a part by `dice` so that stations do not
    /// come back all at once.
    pub(crate) fn backoff(&self, purpose: Purpose, dice: u8) -> Duration {
        let faults = self.weather().healths.of(purpose).faults.clamp(1, 6);
        let whole = Duration::from_secs(1 << faults).min(LONGEST_PAUSE);
        whole.mul_f32(0.5 + f32::from(dice) / 512.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rush_lasts_while_as_much_comes_in_a_second() {
        let mut health = Health::default();
        assert_eq!(health.rest(19), PAUSE);
        assert_eq!(health.rest(20), IN_A_RUSH);
        assert_eq!(health.rest(10), IN_A_RUSH, "as much as before, in half the time");
        assert_eq!(health.rest(9), PAUSE);
        assert_eq!(health.rest(10), PAUSE, "half as much");
    }
}
