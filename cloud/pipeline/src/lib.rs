//! What the functions behind the stations do. The rules are in `wicket_domain::pipeline`; the cloud comes in through
//! the ports of [`world`], so that AWS and a simulation run the same code.
//!
//! Every function may be called with anything, twice, late, and at the same time as itself: a write is one conditional
//! request whose condition says what has to be true, never a read and a write. A message that cannot be taken fails
//! alone. Logs carry ids, never a name, an address or a telephone number.
//!
//! | module | is asked by |
//! |---|---|
//! | [`purchase`] | `StationQueue`, `POST /orders` |
//! | [`inventory`] | `SeatInventoryQueue` |
//! | [`payment`] | `PaymentProcessingQueue` |
//! | [`notify`] | `NotificationQueue` |
//! | [`awards`] | `FanClubAwardsQueue` |
//! | [`audit`] | `TourTicketingTopic`, `FanNotificationTopic` |
//! | [`admission`] | `AdmissionQueue` |
//! | [`fulfilment`] | `FulfilmentQueue` |
//! | [`webhook`] | `POST /webhooks/stripe` |
//! | [`web`] | a schedule, once a minute |
//! | [`registrar`] | `POST /venues/{venue}/hello`, `…/stations`, `…/approve`, `…/revoke`, `…/fence` |
//! | [`seat_clerk`] | `POST /venues/{venue}/claims`, `…/reclaim` |
//! | [`gate_clerk`] | `POST /venues/{venue}/admissions` |
//! | [`pairing_guide`] | `GET /venues/{venue}/pairing` |
//! | [`change_scribe`] | the streams of SeatInventory, Tickets, Conflicts and Events |
//! | [`snapshot_keeper`] | the stream of Changes, for each hundredth page |
//! | [`desk_clerk`] | `POST /venues/{venue}/events`, `…/plans`, `…/settle` |

pub mod admission;
pub mod audit;
pub mod awards;
mod batch;
mod cached;
pub mod change_scribe;
mod confirmation;
mod conflicts;
pub mod desk_clerk;
mod entrance;
mod events;
mod fault;
pub mod fulfilment;
mod function;
pub mod gate_clerk;
mod given_up;
mod houses;
pub mod http;
pub mod inventory;
pub mod issuer;
pub mod memory;
pub mod notify;
mod orders;
pub mod pairing_guide;
pub mod payment;
mod points;
mod publication;
pub mod purchase;
pub mod queue;
pub mod registrar;
pub mod seat_clerk;
mod senders;
pub mod signature;
pub mod snapshot_keeper;
mod standing;
mod stations;
pub mod stream;
mod switch;
mod tickets;
pub mod web;
pub mod webhook;
pub mod world;

pub use fault::Fault;
pub use function::{Call, Function, Need};
pub use world::World;
