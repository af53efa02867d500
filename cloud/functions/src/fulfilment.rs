//! `OrderFulfilment`: makes the PDF of an order, stores it, and tells the third party, if there is one.
//!
//! The tickets learn of the PDF last: a message that comes again asks the order's last ticket whether all was done.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use aws_sdk_s3::primitives::ByteStream;
use serde_json::json;
use tokio::time::sleep;
use wicket_domain::event::Event;
use wicket_domain::pipeline::{TopicMessage, TopicTicket};
use wicket_print::{Format, PrintError, Seat, Ticket, TicketNumber};

use crate::cached::Cached;
use crate::cloud::{Call, Cloud, Function, MissingSetting, Settings};
use crate::confirmation::confirmation;
use crate::events::{Events, starts, when};
use crate::fault::Fault;
use crate::notify::{pdf_key, pdf_link};
use crate::table::text;
use crate::{batch, tickets};

/// The parameter's word for "there is no third party".
const NOBODY: &str = "none";
const ENDPOINT_GOOD_FOR: Duration = Duration::from_mins(5);
const THIRD_PARTY_TIME: Duration = Duration::from_secs(10);
/// Between the attempts to tell the third party.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(1_200)];

/// The function.
pub struct OrderFulfilment {
    dynamo: aws_sdk_dynamodb::Client,
    s3: aws_sdk_s3::Client,
    ssm: aws_sdk_ssm::Client,
    http: reqwest::Client,
    events: Events,
    endpoint: Cached<Option<String>>,
    tickets: String,
    bucket: String,
    parameter: String,
}

impl Function for OrderFulfilment {
    type Event = SqsEvent;
    type Answer = SqsBatchResponse;

    fn new(cloud: &Cloud, settings: &Settings) -> Result<Self, MissingSetting> {
        let http = reqwest::Client::builder()
            .timeout(THIRD_PARTY_TIME)
            .connect_timeout(Duration::from_secs(3))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| MissingSetting("certificates to trust"))?;
        Ok(Self {
            dynamo: cloud.dynamo(),
            s3: cloud.s3(),
            ssm: aws_sdk_ssm::Client::new(cloud.sdk()),
            http,
            events: Events::new(cloud.dynamo(), settings.get("EVENTS_TABLE")?),
            endpoint: Cached::new(ENDPOINT_GOOD_FOR),
            tickets: settings.get("TICKETS_TABLE")?,
            bucket: settings.get("TICKET_BUCKET")?,
            parameter: settings.get("FULFILMENT_ENDPOINT_PARAMETER")?,
        })
    }

    async fn handle(&self, event: SqsEvent, call: &Call) -> Result<SqsBatchResponse, Fault> {
        let work = async |body: &str| {
            let message = TopicMessage::parse(&batch::unwrapped(body))?;
            if self.is_done(&message).await? {
                tracing::info!(order = %message.order_id, "fulfilled before");
                return Ok(());
            }
            let event = self.events.find(&message.concert_id).await?;
            let pdf = pdf(&message, event.as_ref())?;
            let bytes = pdf.len();
            self.store(&message, pdf).await?;
            if let Some(endpoint) = self.endpoint().await? {
                self.tell(&endpoint, &message).await?;
            }
            let key = pdf_key(&message.order_id);
            for ticket in &message.tickets {
                tickets::set_pdf(&self.dynamo, &self.tickets, &ticket.ticket_id, &key).await?;
            }
            tracing::info!(order = %message.order_id, bytes, "fulfilled");
            Ok(())
        };
        Ok(batch::each_at_once(&event, call, work).await)
    }
}

impl OrderFulfilment {
    async fn is_done(&self, message: &TopicMessage) -> Result<bool, Fault> {
        let Some(last) = message.tickets.last() else { return Ok(true) };
        let request = self
            .dynamo
            .get_item()
            .table_name(&self.tickets)
            .key("ticketId", text(&last.ticket_id))
            .projection_expression("pdfUrl");
        let answer = request.send().await.map_err(|error| Fault::cloud("GetItem", &error))?;
        Ok(answer.item.is_some_and(|item| item.contains_key("pdfUrl")))
    }

    async fn store(&self, message: &TopicMessage, pdf: Vec<u8>) -> Result<(), Fault> {
        self.s3
            .put_object()
            .bucket(&self.bucket)
            .key(pdf_key(&message.order_id))
            .content_type("application/pdf")
            .content_disposition("inline; filename=\"tickets.pdf\"")
            .body(ByteStream::from(pdf))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| Fault::cloud("PutObject", &error))
    }

    /// Where the third party listens; none when there is none.
    async fn endpoint(&self) -> Result<Option<String>, Fault> {
        self.endpoint
            .get(&self.parameter, async || {
                let request = self.ssm.get_parameter().name(&self.parameter).with_decryption(true);
                let answer = request.send().await.map_err(|error| Fault::cloud("GetParameter", &error))?;
                let value = answer.parameter.and_then(|parameter| parameter.value).unwrap_or_default();
                let value = value.trim();
                if value.is_empty() || value.eq_ignore_ascii_case(NOBODY) {
                    return Ok(None);
                }
                if is_safe(value) {
                    Ok(Some(value.to_owned()))
                } else {
                    Err(Fault::Broken(format!("{} is not an https address", self.parameter)))
                }
            })
            .await
    }

    /// Tells the third party which tickets there are. Nothing about a person goes out. The order's id is the
    /// idempotency key: the third party may hear of an order more than once.
    async fn tell(&self, endpoint: &str, message: &TopicMessage) -> Result<(), Fault> {
        let tickets: Vec<_> = message
            .tickets
            .iter()
            .map(|ticket| json!({ "ticketId": ticket.ticket_id, "seatId": ticket.seat_id }))
            .collect();
        let body = json!({
            "orderId": message.order_id,
            "concertId": message.concert_id,
            "tickets": tickets,
            "pdf": pdf_link(&self.s3, &self.bucket, &message.order_id).await?,
        })
        .to_string();
        let mut pauses = PAUSES.into_iter();
        loop {
            let request = self
                .http
                .post(endpoint)
                .header("content-type", "application/json")
                .header("idempotency-key", &message.order_id)
                .body(body.clone());
            let code = match request.send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => answer.status().as_u16(),
                Err(_) => 0,
            };
            let worth_another = code == 0 || code == 408 || code == 429 || code >= 500;
            let Some(pause) = pauses.next().filter(|_| worth_another) else {
                let code = if code == 0 { "no answer".to_owned() } else { code.to_string() };
                return Err(Fault::Cloud { operation: "third party", code });
            };
            sleep(pause).await;
        }
    }
}

/// `https`, or a development computer's own.
fn is_safe(address: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(address) else { return false };
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
