//! `OrderFulfilment`: makes the PDF of an order, stores it, and tells the third party, if there is one.
//!
//! It signs the tickets of the web shop's orders, since it alone has the cloud's key ([`crate::issuer`]). A schedule calls it,
//! too: then it says which key that is.
//!
//! The tickets learn of the PDF last: a message that comes again asks the order's last ticket whether all was done.

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;
use wicket_domain::event::Event;
use wicket_domain::pipeline::{TopicMessage, TopicTicket};
use wicket_domain::table::Table;
use wicket_print::{Format, PrintError, Seat, Ticket, TicketNumber};

use crate::cached::Cached;
use crate::confirmation::confirmation;
use crate::events::{Events, starts, when};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::issuer::Issuer;
use crate::notify::{pdf_key, pdf_link};
use crate::queue::{Batch, Failures};
use crate::switch::Switch;
use crate::world::{File, Parameter, Post, Read, Secret, World};
use crate::{batch, tickets};

/// The parameter's word for "there is no third party".
const NOBODY: &str = "none";
/// For address and key.
const GOOD_FOR: Duration = Duration::from_mins(5);
/// Between the attempts to tell the third party.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(1_200)];

/// The function.
pub struct OrderFulfilment {
    world: World,
    events: Events,
    switch: Switch,
    endpoint: Cached<Option<String>>,
    key: Cached<String>,
    issuer: Issuer,
}

impl Function for OrderFulfilment {
    type Event = Value;
    type Answer = Failures;

    const NEEDS: &'static [Need] = &[
        Need::Table(Table::Tickets),
        Need::Table(Table::Events),
        Need::Table(Table::Stations),
        Need::Files,
        Need::Parameter(Parameter::FulfilmentEndpoint),
        Need::Parameter(Parameter::ThirdParty),
        Need::Secret(Secret::FulfilmentKey),
        Need::Secret(Secret::IssuingKey),
    ];

    fn new(world: World) -> Self {
        Self {
            world,
            events: Events::new(),
            switch: Switch::new(Parameter::ThirdParty),
            endpoint: Cached::new(GOOD_FOR),
            key: Cached::new(GOOD_FOR),
            issuer: Issuer::new(),
        }
    }

    async fn handle(&self, event: Value, call: &Call) -> Result<Failures, Fault> {
        if event.get("Records").is_none() {
            self.issuer.introduce(&self.world).await?;
            return Ok(Failures::default());
        }
        let batch: Batch = serde_json::from_value(event)?;
        let work = async |body: &str| {
            let mut message = TopicMessage::parse(&batch::unwrapped(body))?;
            if self.is_done(&message).await? {
                tracing::info!(order = %message.order_id, "fulfilled before");
                return Ok(());
            }
            self.issuer.issue(&self.world, &mut message).await?;
            let event = self.events.find(&self.world, &message.concert_id).await?;
            let pdf = pdf(&message, event.as_ref())?;
            let bytes = pdf.len();
            self.store(&message, pdf).await?;
            if let Some(endpoint) = self.endpoint().await?
                && self.switch.is_on(&self.world).await?
            {
                self.tell(endpoint, &message).await?;
            }
            let key = pdf_key(&message.order_id);
            for ticket in &message.tickets {
                let code = ticket.token.as_deref();
                tickets::set_pdf(&self.world, &ticket.ticket_id, &key, code).await?;
            }
            tracing::info!(order = %message.order_id, bytes, "fulfilled");
            Ok(())
        };
        Ok(batch::each_at_once(&self.world, &batch, call, work).await)
    }
}

impl OrderFulfilment {
    async fn is_done(&self, message: &TopicMessage) -> Result<bool, Fault> {
        let Some(last) = message.tickets.last() else { return Ok(true) };
        let key = tickets::key(&last.ticket_id);
        let item = self.world.tables.read(Read { key, consistent: false, only: &["pdfUrl"] }).await?;
        Ok(item.is_some_and(|item| item.has("pdfUrl")))
    }

    async fn store(&self, message: &TopicMessage, bytes: Vec<u8>) -> Result<(), Fault> {
        let key = pdf_key(&message.order_id);
        let file = File { key, media_type: "application/pdf", name: "tickets.pdf", bytes };
        self.world.files.put(file).await
    }

    /// Where the third party listens; none when there is none.
    async fn endpoint(&self) -> Result<Option<String>, Fault> {
        let ask = async || {
            let value = self.world.settings.parameter(Parameter::FulfilmentEndpoint).await?;
            let value = value.trim();
            if value.is_empty() || value.eq_ignore_ascii_case(NOBODY) {
                return Ok(None);
            }
            if is_safe(value) {
                Ok(Some(value.to_owned()))
            } else {
                Err(Fault::Broken("the third party's address is not one of https".to_owned()))
            }
        };
        self.endpoint.get(&self.world, "endpoint", ask).await
    }

    /// What the third party knows the pipeline by.
    async fn key(&self) -> Result<String, Fault> {
        let ask = async || {
            let key = self.world.settings.secret(Secret::FulfilmentKey).await?;
            Ok(key.trim().to_owned())
        };
        self.key.get(&self.world, "key", ask).await
    }

    /// Tells the third party which tickets there are. Nothing about a person goes out. The order's id is the
    /// idempotency key: the third party may hear of an order more than once.
    async fn tell(&self, endpoint: String, message: &TopicMessage) -> Result<(), Fault> {
        let tickets: Vec<_> = message
            .tickets
            .iter()
            .map(|ticket| json!({ "ticketId": ticket.ticket_id, "seatId": ticket.seat_id }))
            .collect();
        let body = json!({
            "orderId": message.order_id,
            "concertId": message.concert_id,
            "tickets": tickets,
            "pdf": pdf_link(&self.world, &message.order_id).await?,
        })
        .to_string();
        let bearer = self.key().await?;
        let post = Post { endpoint, bearer, idempotency_key: message.order_id.clone(), body };
        let mut pauses = PAUSES.into_iter();
        loop {
            let status = self.world.third_party.post(post.clone()).await;
            if status.is_some_and(|status| (200..300).contains(&status)) {
                return Ok(());
            }
            let worth_another = status.is_none_or(|status| matches!(status, 408 | 429 | 500..));
            let Some(pause) = pauses.next().filter(|_| worth_another) else {
                let code = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
                return Err(Fault::Cloud { operation: "third party", code });
            };
            self.world.time.sleep(pause).await;
        }
    }
}

/// `https`, or a development computer's own.
fn is_safe(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let own = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    url.scheme() == "https" || (url.scheme() == "http" && own)
}

/// The tickets, each with its code; where a ticket has none yet, one page that says how to get it.
fn pdf(message: &TopicMessage, event: Option<&Event>) -> Result<Vec<u8>, Fault> {
    if message.tickets.iter().any(|ticket| ticket.token.is_none()) {
        let venue = event.map(|event| &event.venue);
        let page = confirmation(message, &when(message, venue), venue.map(|venue| venue.name.as_str()));
        return wicket_print::letter(&message.concert_name, &page).map_err(|error| broken(&error));
    }
    let of = u32::try_from(message.tickets.len()).unwrap_or(u32::MAX);
    let pages: Vec<Ticket> = message
        .tickets
        .iter()
        .zip(1..)
        .map(|(ticket, n)| page(message, event, ticket, TicketNumber { n, of }))
        .collect();
    wicket_print::tickets(&pages, Format::A4).map_err(|error| broken(&error))
}

fn broken(error: &PrintError) -> Fault {
    Fault::Broken(error.to_string())
}

fn page(message: &TopicMessage, event: Option<&Event>, ticket: &TopicTicket, number: TicketNumber) -> Ticket {
    let venue = event.map(|event| &event.venue);
    let section = Some(ticket.section.clone()).filter(|section| !section.is_empty());
    Ticket {
        event: message.concert_name.clone(),
        venue: venue.map(|venue| venue.name.clone()).unwrap_or_default(),
        venue_address: venue.and_then(|venue| venue.address.clone()),
        starts: starts(message, venue),
        seat: match (&ticket.row, &ticket.seat_number) {
            (None, None) => Seat::Area(ticket.section.clone()),
            (row, number) => Seat::Numbered { section, row: row.clone(), number: number.clone() },
        },
        category: ticket.seat_class.clone(),
        price: ticket.price.written(),
        order_code: message.order_code.clone().unwrap_or_else(|| message.order_id.clone()),
        holder: message.holder.clone(),
        token: ticket.token.clone().unwrap_or_default(),
        number,
        issued_by: sold_at(&message.channel).to_owned(),
    }
}

fn sold_at(channel: &str) -> &str {
    match channel {
        "box_office" | "command_line" => "Box office",
        "kiosk" => "Kiosk",
        "web" => "Web shop",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_computer_are_told() {
        for address in ["https://print.example.com/orders", "http://127.0.0.1:8080/x", "http://localhost/x"] {
            assert!(is_safe(address), "{address}");
        }
        for address in ["http://print.example.com/", "ftp://x", "print", "", "http://127.0.0.1.example.com/"]
        {
            assert!(!is_safe(address), "{address}");
        }
    }
}
