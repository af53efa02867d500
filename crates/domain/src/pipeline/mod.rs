//! Rules and messages of the pipeline behind the stations: what its Lambdas take, refuse and work out.
//!
//! Pure, as the rest of this crate: nothing here knows a queue, a table's address or the time of day. Whatever comes
//! from outside is bounded here, and a refusal names every field that is wrong, never what stood in it.

mod buyer;
mod derive;
pub mod fan_club;
mod fields;
mod incoming;
mod records;
mod request;
mod status;
mod topic;
mod topic_fields;
pub mod wire;

pub use buyer::{EMAIL_MAX, HOLDER_MAX, check_buyer, is_member_number};
pub use derive::{
    concert_id_for, conflict, customer_id, issued_ticket_id, order_id_for, payment_id, ticket_id_for,
    web_shop_id,
};
pub use fields::{Faults, FieldFault};
pub use incoming::{MESSAGE_MAX, Stamp, StationMessage};
pub use records::{CustomerRecord, FanClubMemberRecord, OrderLineRecord, OrderRecord, PaymentRecord};
pub use request::{OrderRequest, RequestedTicket};
pub use status::{OrderStatus, PaymentStatus};
pub use topic::{ConcertDate, Discount, PaymentTaken, TICKETS_MAX, TopicMessage, TopicTicket};
