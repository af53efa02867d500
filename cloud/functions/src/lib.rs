//! The pipeline behind the stations. Each binary is thin; what it does is here, and the rules are in
//! `wicket_domain::pipeline`.
//!
//! Every function may be called with anything, twice, late, and at the same time as itself: a write is one conditional
//! request whose condition says what has to be true, never a read and a write. A message that cannot be taken fails
//! alone. Logs carry ids, never a name, an address or a telephone number.
//!
//! | binary | module | is asked by |
//! |---|---|---|
//! | `ticket-purchase-handler` | [`purchase`] | `StationQueue`, `POST /orders` |
//! | `seat-inventory-updater` | [`inventory`] | `SeatInventoryQueue` |
//! | `payment-processor` | [`payment`] | `PaymentProcessingQueue` |
//! | `fan-notifier` | [`notify`] | `NotificationQueue` |
//! | `fan-club-award-processor` | [`awards`] | `FanClubAwardsQueue` |
//! | `print-notification` | [`audit`] | `FanNotificationTopic` |
//! | `admission-recorder` | [`admission`] | `AdmissionQueue` |
//! | `order-fulfilment` | [`fulfilment`] | `FulfilmentQueue` |
//! | `stripe-webhook-handler` | [`webhook`] | `POST /webhooks/stripe` |

pub mod admission;
pub mod audit;
pub mod awards;
mod batch;
mod cached;
pub mod cloud;
mod confirmation;
mod conflicts;
mod events;
mod fault;
pub mod fulfilment;
pub mod http;
pub mod inventory;
mod metrics;
pub mod notify;
mod orders;
pub mod payment;
pub mod purchase;
pub mod signature;
mod standing;
mod start;
mod table;
mod tickets;
pub mod webhook;

pub use cloud::{Call, Cloud, Function, MissingSetting, Settings};
pub use fault::Fault;
pub use start::start;
