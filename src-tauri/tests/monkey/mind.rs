//! What the monkey believes: what the till ought to show and the station ought to hold, as far as its own moves decide it.

use std::collections::{BTreeMap, BTreeSet};

use crate::eyes::{Look, minor};
use crate::file::{EventRow, Id, Truth};
use crate::house::seat_of;

/// A customer's cart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cart {
    pub(crate) seats: BTreeSet<String>,
    pub(crate) standing: BTreeMap<String, u32>,
    pub(crate) holder: String,
}

impl Cart {
    pub(crate) fn tickets(&self) -> u32 {
        u32::try_from(self.seats.len()).unwrap_or(u32::MAX) + self.standing.values().sum::<u32>()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tickets() == 0
    }

    /// What it costs by the file's prices, in minor units.
    pub(crate) fn total(&self, event: &EventRow) -> i64 {
        let price = |category: i64| event.prices.get(&category).copied().unwrap_or_default();
        let seats = self.seats.iter().filter_map(|seat| event.seats.get(seat));
        let places = self.standing.iter().filter_map(|(area, count)| Some((event.areas.get(area)?, count)));
        seats.map(|seat| price(seat.category)).sum::<i64>()
            + places.map(|(area, count)| price(area.category) * i64::from(*count)).sum::<i64>()
    }

    /// As the window shows it; `holder` is kept where it is not on the screen.
    pub(crate) fn shown(look: &Look, holder: &str) -> Self {
        let mut cart =
            Self { holder: look.holder.clone().unwrap_or_else(|| holder.to_owned()), ..Self::default() };
        for line in &look.lines {
            if let Some(seat) = seat_of(&line.label) {
                cart.seats.insert(seat);
            } else {
                let places = minor(&line.detail).and_then(|count| u32::try_from(count).ok()).unwrap_or(1);
                cart.standing.insert(line.label.clone(), places);
            }
        }
        for counter in &look.standing {
            let count = counter.count.as_deref().and_then(minor).and_then(|count| u32::try_from(count).ok());
            if let Some(count) = count.filter(|count| *count > 0) {
                cart.standing.insert(counter.area.clone(), count);
            }
        }
        cart
    }

    pub(crate) fn words(&self) -> String {
        let seats = self.seats.iter().cloned();
        let places = self.standing.iter().map(|(area, count)| format!("{count} in {area}"));
        let all: Vec<String> = seats.chain(places).collect();
        let what = if all.is_empty() { "nothing".to_owned() } else { all.join(", ") };
        if self.holder.is_empty() { what } else { format!("{what} for {:?}", self.holder) }
    }
}

/// A sale that the monkey asked for.
#[derive(Debug, Clone)]
pub(crate) struct Sale {
    pub(crate) event: i64,
    pub(crate) cart: Cart,
    pub(crate) received: i64,
}

/// What the monkey holds for true between two steps.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mind {
    pub(crate) event: Option<i64>,
    pub(crate) cart: Cart,
    /// The codes of all orders that exist.
    pub(crate) orders: BTreeSet<String>,
    /// The window's last sale, while its tickets were not printed and nobody went on to the next customer.
    pub(crate) unfinished: Option<String>,
    /// Carts of windows that were killed; they hold their seats until their time is over.
    pub(crate) orphans: BTreeSet<Id>,
    pub(crate) last_scan: i64,
    /// How many verdicts of this page were accounted for.
    pub(crate) verdicts: usize,
    /// Carts that were left for another event: name and number of tickets.
    pub(crate) left_behind: Vec<(String, u32)>,
    /// Orders that were shown as sold before, since the last restart.
    pub(crate) reminded: BTreeSet<String>,
}

/// What becomes of the cart in a step.
#[derive(Debug, Clone)]
pub(crate) enum CartRule {
    Same,
    Exactly(Cart),
    /// The window chooses; what it shows must be what is held.
    Adopt,
    /// The window was opened anew: it may bring the cart back, or begin with an empty one.
    Fresh,
    /// As `Adopt`, once the station has answered: until then the cart is as it was.
    Suggested,
}

/// What becomes of the orders in a step.
#[derive(Debug, Clone)]
pub(crate) enum OrderRule {
    None,
    /// The window sells exactly this.
    Sold(Sale),
    /// The plug was pulled: this was sold, or nothing.
    Perhaps(Sale),
    /// Sold beside the window.
    Beside(usize),
}

/// What becomes of the scans in a step.
#[derive(Debug, Clone)]
pub(crate) enum ScanRule {
    /// Each new one is shown at the gate. `least` are expected at least.
    Shown { least: usize },
    /// Judged beside the window.
    Beside,
}

/// What a step should lead to.
#[allow(clippy::struct_excessive_bools, reason = "each is a wish by itself")]
#[derive(Debug, Clone)]
pub(crate) struct Expect {
    /// The pages that may be shown then; none means any.
    pub(crate) pages: Vec<&'static str>,
    /// The steps that the box office may be at; none means any.
    pub(crate) steps: Vec<&'static str>,
    pub(crate) event: Option<i64>,
    /// The window may go back to an event whose cart was left.
    pub(crate) any_event: bool,
    pub(crate) cart: CartRule,
    pub(crate) order: OrderRule,
    pub(crate) scans: ScanRule,
    /// These tickets must be judged so: let in, or refused.
    pub(crate) judged: Vec<(Id, bool)>,
    /// The customer of the last sale is served.
    pub(crate) finishes: bool,
    /// The last sale, if it was not finished, has to be named on the screen.
    pub(crate) reminds: bool,
    /// The list of orders was asked for, so that the newest stands first.
    pub(crate) newest: bool,
    /// The order that has to be open.
    pub(crate) opened: Option<String>,
}

impl Default for Expect {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            steps: Vec::new(),
            event: None,
            any_event: false,
            cart: CartRule::Same,
            order: OrderRule::None,
            scans: ScanRule::Shown { least: 0 },
            judged: Vec::new(),
            finishes: false,
            reminds: false,
            newest: false,
            opened: None,
        }
    }
}

impl Mind {
    /// The chosen event as the file has it.
    pub(crate) fn event_row<'a>(&self, truth: &'a Truth) -> Option<&'a EventRow> {
        truth.events.get(&self.event?)
    }
}
