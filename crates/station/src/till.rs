//! The till after a sale: which sales somebody has still to finish, and how the till is set up.

use wicket_domain::id::OrderId;
use wicket_print::Format;

use crate::Station;
use crate::fault::{Code, Fault};
use crate::lookup::seller_of;
use crate::orders::receipt;
use crate::view::{TillSettings, UnfinishedSale};

/// At most this many unfinished sales are shown at once. There are none on most days.
const SHOWN: usize = 50;
/// Characters of a printer's name, as `wicket-print` takes them.
const PRINTER_MAX: usize = 127;
/// Where the till's settings lie among the station's.
const SETTING: &str = "till";

impl Station {
    /// Sales whose tickets were neither printed nor saved and that nobody has dismissed, newest first: the program may
    /// have been killed before anybody saw them. What another window sold that is still open is shown there alone.
    pub fn unfinished_sales(&self) -> Result<Vec<UnfinishedSale>, Fault> {
        let own = self.own()?;
        self.store.read(|read| {
            let mut sales = Vec::new();
            let left = read.unfinished_sales()?.into_iter();
            for (order_id, _) in left.filter(|(_, run)| !self.store.is_another_run(*run)).take(SHOWN) {
                // A sale refers to its order, so the order is there.
                let Some(row) = read.order(order_id)? else { continue };
                let event = read.event_by_no(row.event_no)?.event;
                sales.push(UnfinishedSale {
                    event: event.name,
                    time_zone: event.venue.time_zone,
                    sold_at: row.sold_at,
                    sold_by: seller_of(read, &row.actor)?,
                    receipt: receipt(read, &own, &row)?,
                });
            }
            Ok(sales)
        })
    }

    /// Notes that somebody has finished a sale: its tickets are out, or the next customer is served. It is not shown
    /// again at the next start. Finishing it twice changes nothing.
    pub fn finish_sale(&self, order_id: OrderId) -> Result<(), Fault> {
        if !self.store.read::<_, Fault>(|read| Ok(read.is_unfinished(order_id)?))? {
            return Ok(());
        }
        self.write(|tx| Ok(tx.finish_sale(order_id)?))
    }

    /// How the till of this station is set up.
    pub fn till_settings(&self) -> Result<TillSettings, Fault> {
        let stored = self.store.read::<_, Fault>(|read| Ok(read.setting(SETTING)?))?;
        // What cannot be read any more is as on the first day.
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Sets up the till of this station.
    pub fn set_till_settings(&self, settings: &TillSettings) -> Result<(), Fault> {
        if settings.printer.as_deref().is_some_and(|name| name.is_empty() || name.len() > PRINTER_MAX) {
            return Err(Fault::new(
                Code::BadInput,
                "This is not a printer's name. Choose one from the list.",
            ));
        }
        if let Some(paper) = &settings.paper {
            paper.parse::<Format>()?;
        }
        let text =
            serde_json::to_string(settings).map_err(|error| Fault::new(Code::Internal, error.to_string()))?;
        self.write(|tx| Ok(tx.set_setting(SETTING, &text)?))
    }
}
