//! What a station says to its cloud is signed with the station's own key: requests at the door, and the envelopes of its
//! messages (`docs/contract.md`, "What a station signs").
//!
//! AWS credentials open the door and prove nothing more: several stations share a sign-in. Who asks is told by the key
//! that the cloud has approved, and every signature names the cloud and the house, so that it is good nowhere else.

mod claim;
mod counter;
mod gate;
mod hello;
mod publish;
mod request;
mod seal;

pub use claim::{
    Claim, ClaimAnswer, ClaimAsk, Fence, Goal, HOLD_MAX_MS, Reclaim, Reclaimed, SEATS_IN_A_CLAIM,
};
pub use counter::{Counters, Heard};
pub use gate::{AdmissionAsk, GateAnswer};
pub use hello::{Approve, Hello, Revoke, Standing, StationsAnswer, StationsAsk, Welcome};
pub use publish::{EventAnswer, EventAsk, NewArea, NewSeat, Noted, PlanAsk, SEATS_AT_ONCE, Settle};
pub use request::{Door, Refusal, Request};
pub use seal::{Audience, SealedEnvelope};

/// Milliseconds between a request's signing and now, earlier or later, beyond which it is not taken.
pub const REQUEST_AGE_MAX_MS: u64 = 300_000;
/// The HTTP header that a request's signature is in: 128 hexadecimal digits.
pub const SIGNATURE_HEADER: &str = "wicket-signature";
