//! Orders, and their tickets on paper or as a file.

use std::sync::Arc;

use tauri::State;
use wicket_domain::id::OrderId;
use wicket_domain::staff::Role;
use wicket_print::{Format, PrintOutcome, PrinterName};
use wicket_station::view::{OrderLine, OrderView, PrintView, PrinterChoice, SavedFile};

use crate::folders::write_whole;
use crate::window::app::{Answer, App, beside};

/// The list of found orders is this long.
const FOUND: u32 = 100;

#[tauri::command]
pub(super) async fn find_orders(app: State<'_, App>, query: String) -> Answer<Vec<OrderLine>> {
    app.run(Role::Steward, move |station, _| station.find_orders(&query, FOUND)).await
}

#[tauri::command]
pub(super) async fn order(app: State<'_, App>, order_id: OrderId) -> Answer<OrderView> {
    app.run(Role::Steward, move |station, _| station.order(order_id)).await
}

#[tauri::command]
pub(super) async fn save_tickets(app: State<'_, App>, order_id: OrderId, paper: String) -> Answer<SavedFile> {
    let format: Format = paper.parse()?;
    let folder = app.folders.tickets().to_owned();
    app.run(Role::Seller, move |station, by| {
        let code = station.order(order_id)?.line.code;
        let path = folder.join(format!("tickets-{code}.pdf"));
        write_whole(&path, &station.tickets_pdf(order_id, format)?)?;
        station.record_printing(by, order_id, format)?;
        Ok(SavedFile { path: path.display().to_string() })
    })
    .await
}

#[tauri::command]
pub(super) async fn printers(app: State<'_, App>) -> Answer<Vec<PrinterChoice>> {
    app.allowed(Role::Seller)?;
    let printer = Arc::clone(&app.printer);
    let found = beside(move || Ok(printer.printers()?)).await?;
    let choice = |one: PrinterName| PrinterChoice {
        name: one.name,
        is_default: one.is_default,
        hold: one.hold.map(Into::into),
    };
    Ok(found.into_iter().map(choice).collect())
}

#[tauri::command]
pub(super) async fn print_tickets(
    app: State<'_, App>,
    order_id: OrderId,
    paper: String,
    printer: Option<String>,
) -> Answer<PrintView> {
    let format: Format = paper.parse()?;
    let port = Arc::clone(&app.printer);
    app.run(Role::Seller, move |station, by| {
        let code = station.order(order_id)?.line.code;
        let pdf = station.tickets_pdf(order_id, format)?;
        match port.print(&pdf, &format!("Wicket {code}"), printer.as_deref())? {
            PrintOutcome::Sent { printer } => {
                station.record_printing(by, order_id, format)?;
                Ok(PrintView::Sent { printer })
            }
            PrintOutcome::Held { printer, hold, waiting } => {
                Ok(PrintView::Held { printer, hold: hold.into(), waiting })
            }
            other => Ok(PrintView::NotPrinted { message: other.to_string() }),
        }
    })
    .await
}
