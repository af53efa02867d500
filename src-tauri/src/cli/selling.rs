//! Selling, printing, and finding orders.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use wicket_domain::message::Contact;
use wicket_domain::money::Money;
use wicket_domain::seat::SeatId;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::{Code, Fault};
use wicket_station::view::{PrintedText, Receipt, SaleOutcome, SaleRequest, StandingLine, Unprintable};

use super::arguments::Sale;
use super::events::standing;
use super::out::Out;
use super::when::here;
use crate::folders::write_whole;

/// The list of orders is this long.
const LISTED: u32 = 100;

pub(super) fn sell(station: &Station, sale: &Sale, out: &Out) -> Result<ExitCode, Fault> {
    let event_id = station.find_event(&sale.event)?;
    let event = station.events()?.into_iter().find(|line| line.event.event_id == event_id);
    let currency = event.map_or(wicket_domain::money::Currency::USD, |line| line.event.currency);
    let places =
        standing(&sale.standing)?.into_iter().map(|(area_id, count)| StandingLine { area_id, count });
    let request = SaleRequest {
        event_id,
        cart_id: None,
        seats: sale.seats.iter().map(SeatId::new).collect(),
        standing: places.collect(),
        cash: Money::parse(&sale.cash, currency)?,
        holder: sale.holder.clone(),
        contact: contact(sale.email.as_deref(), sale.phone.as_deref()),
        fan_club_id: sale.fan_club.clone(),
        any_time: sale.any_time,
    };
    // Warned of before the sale; nothing is refused for it.
    let warnings: Vec<_> = station.unprintable(&request)?.iter().map(warning).collect();
    for warning in &warnings {
        out.progress(warning);
    }
    match station.sell(&Actor::CommandLine, &request)? {
        SaleOutcome::Sold { receipt } => {
            show(&receipt, &warnings, out);
            // Whoever called has heard of the sale now. One that was not told is shown at the window's next start, and
            // so is this one where it cannot be noted: the sale stands all the same.
            let _ = station.finish_sale(receipt.order_id);
            Ok(ExitCode::SUCCESS)
        }
        other => Err(not_sold(&other)),
    }
}

fn show(receipt: &Receipt, warnings: &[String], out: &Out) {
    let tickets = receipt.tickets.iter().map(|ticket| {
        json!({
            "ticketId": ticket.ticket_id,
            "seatId": ticket.seat_id,
            "label": ticket.label,
            "token": ticket.token,
        })
    });
    let value = json!({
        "orderId": receipt.order_id,
        "code": receipt.code,
        "total": receipt.total.decimal(),
        "change": receipt.change.decimal(),
        "tickets": tickets.collect::<Vec<_>>(),
        "warnings": warnings,
    });
    let head = [
        format!("Sold: order {} ({})", receipt.code, receipt.order_id),
        format!("Total {}, change {}", receipt.total, receipt.change),
    ];
    let lines = receipt
        .tickets
        .iter()
        .map(|ticket| format!("{}\t{}\t{}", ticket.ticket_id, ticket.label, ticket.token));
    out.result(&value, head.into_iter().chain(lines));
}

fn warning(text: &Unprintable) -> String {
    let what = match text.what {
        PrintedText::Holder => "the name",
        PrintedText::Event => "the event's name",
        PrintedText::Venue => "the venue",
        PrintedText::Place => "the place",
        PrintedText::Category => "the category",
        PrintedText::Station => "the station's name",
    };
    format!(
        "Warning: tickets cannot show {} of {what} \"{}\"; [?] is printed instead.",
        text.letters.join(" "),
        text.text
    )
}

/// Where the buyer wants to hear of their tickets, if they said.
fn contact(email: Option<&str>, phone: Option<&str>) -> Option<Contact> {
    let contact = Contact { email: email.map(str::to_owned), phone: phone.map(str::to_owned) };
    (contact != Contact::default()).then_some(contact)
}

fn not_sold(outcome: &SaleOutcome) -> Fault {
    match outcome {
        SaleOutcome::Sold { receipt } => {
            Fault::new(Code::Internal, format!("Order {} was sold.", receipt.code))
        }
        SaleOutcome::Taken { seats } => {
            let labels: Vec<_> =
                seats.iter().map(|seat| format!("{} is {}", seat.label, seat.state.as_str())).collect();
            let message = format!("Nothing was sold: {}. Choose another seat.", labels.join(", "));
            Fault::new(Code::SeatTaken, message)
        }
        SaleOutcome::Full { area_id, left } => {
            let message = format!("Nothing was sold: {area_id} has {left} places left.");
            Fault::new(Code::SeatTaken, message)
        }
        SaleOutcome::Offline { places } => {
            let message = format!(
                "Nothing was sold: the cloud does not answer, and {} is not this station's to sell. Choose places this \
                 station owns, or try again when it is online.",
                places.join(", ")
            );
            Fault::new(Code::Cloud, message)
        }
        SaleOutcome::Short { total, missing } => {
            let message = format!("Nothing was sold: the total is {total}, {missing} is missing.");
            Fault::new(Code::TooLittleCash, message)
        }
    }
}

pub(super) fn print(
    station: &Station,
    order: &str,
    path: &Path,
    format: &str,
    out: &Out,
) -> Result<ExitCode, Fault> {
    let format = format
        .parse()
        .map_err(|error: wicket_print::PrintError| Fault::new(Code::BadInput, error.to_string()))?;
    let order_id = station.find_order(order)?;
    let pdf = station.tickets_pdf(order_id, format)?;
    write_whole(path, &pdf)?;
    let times = station.record_printing(&Actor::CommandLine, order_id, format)?;
    let value = json!({ "orderId": order_id, "file": path.display().to_string(), "bytes": pdf.len(), "times": times });
    out.result(&value, [format!("{} was written.", path.display())]);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn orders(station: &Station, query: &str, out: &Out) -> Result<ExitCode, Fault> {
    let orders = station.find_orders(query, LISTED)?;
    let lines = orders.iter().map(|order| {
        let holder = order.holder.as_deref().unwrap_or("-");
        let sold = here(order.sold_at);
        let labels = order.labels.join(", ");
        format!("{}\t{}\t{labels}\t{}\t{holder}\t{sold}", order.code, order.event, order.total)
    });
    let empty = orders.is_empty().then(|| "No order fits.".to_owned());
    out.result(&orders, lines.chain(empty));
    Ok(ExitCode::SUCCESS)
}
