//! Events, halls and carts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wicket_domain::event::{Event, Hours};
use wicket_domain::money::Money;
use wicket_domain::plan::HallPlan;
use wicket_domain::price::CategoryPrice;
use wicket_domain::seat::{SeatId, SeatState};

views! {
    /// An event as a line of the list.
    pub struct EventSummary {
        /// The event itself.
        #[serde(flatten)]
        pub event: Event,
        /// When its doors are open and until when it is sold.
        pub hours: Hours,
        /// Numbered seats that can be sold here now.
        pub seats_free: u32,
        /// Numbered seats altogether.
        pub seats_total: u32,
        /// Standing places left.
        pub standing_free: u32,
        /// Standing places altogether.
        pub standing_total: u32,
        /// The cloud, which has the rest, does not answer: what is free counts this station's own places alone.
        pub own_only: bool,
        /// Tickets sold.
        pub sold: u32,
        /// Tickets whose holders are inside.
        pub admitted: u32,
        /// The cheapest category's price.
        pub price_from: Money,
        /// The dearest category's price.
        pub price_to: Money,
    }

    /// Everything about an event's hall that does not change while tickets are sold.
    pub struct Hall {
        /// The event.
        pub event: Event,
        /// When its doors are open and until when it is sold.
        pub hours: Hours,
        /// The drawing.
        pub plan: HallPlan,
        /// One price for each category of the plan and each standing area.
        pub prices: Vec<CategoryPrice>,
        /// Where people stand.
        pub standing: Vec<StandingView>,
    }

    /// A standing area.
    pub struct StandingView {
        /// Its id, the text of its area in the drawing.
        pub area_id: String,
        /// What one place costs.
        pub price: Money,
        /// Places altogether.
        pub capacity: u32,
    }

    /// What is free at one moment.
    pub struct SeatStates {
        /// Ask again with it, and get nothing while nothing has changed.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub version: u64,
        /// One digit a seat, in the hall's order: 0 free, 1 held by another, 2 sold, 3 blocked, 4 in the asking cart.
        pub states: String,
        /// Seats free for each category of the plan, in its order.
        pub free_by_category: Vec<u32>,
        /// Places left in each standing area, in the hall's order.
        pub standing_left: Vec<u32>,
        /// The cloud, which has the rest, does not answer: only this station's own places are free here, and the others
        /// are blocked, not gone.
        pub own_only: bool,
    }

    /// A seat as a line for scripts.
    pub struct SeatLine {
        /// Its id.
        pub seat_id: SeatId,
        /// As people say it.
        pub label: String,
        /// What it is priced by.
        pub category: String,
        /// A decimal string in the event's currency.
        pub price: String,
        /// Its state.
        pub state: SeatState,
    }

    /// Seats suggested together.
    pub struct Suggestion {
        /// The seats, in the hall's numbering.
        pub seats: Vec<u32>,
        /// Whether they are neighbours; otherwise the best split there is.
        pub together: bool,
    }

    /// Whether seats could be put in a cart.
    #[serde(tag = "outcome", rename_all_fields = "camelCase")]
    pub enum HoldOutcome {
        /// They are in it now.
        Held {
            /// Until when nobody else gets them.
            #[cfg_attr(feature = "bindings", ts(type = "string"))]
            until: Timestamp,
        },
        /// None was put in it: these are somebody else's.
        Taken {
            /// Which.
            seats: Vec<TakenSeat>,
        },
    }

    /// A seat that could not be had.
    pub struct TakenSeat {
        /// Which.
        pub seat_id: SeatId,
        /// As people say it.
        pub label: String,
        /// Why.
        pub state: SeatState,
    }
}
