//! `FanNotifier`: tells a fan that the tickets are there, with a link to them.
//!
//! Who left an e-mail address gets a letter by the topic, if an address of the organizer's listens there that sends it
//! on. Who left only a telephone number, or whose letter nobody would send on, gets a text message. Who can be reached by
//! neither is not told, and no order says that somebody was. The PDF is made by another function from the same message, so this one waits
//! for it: a moment by itself, then by letting the message come back.

use std::time::Duration;

use serde_json::json;
use wicket_domain::event::Event;
use wicket_domain::message::Contact;
use wicket_domain::pipeline::{TopicMessage, TopicTicket};
use wicket_domain::table::{Condition, Table, Write};

use crate::batch;
use crate::events::{Events, when};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::orders;
use crate::queue::{Batch, Failures};
use crate::world::{Notice, Topic, World};

/// A function signs with credentials that pass, and a link ends with them, whatever longer time it was signed for. They
/// last twelve hours at most, so the fan is told no more.
const LINK_HOURS: u64 = 12;
/// How long the PDF is waited for before the message goes back.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_600),
];
/// SNS takes text messages of so many characters (API reference) or bytes (its FAQ), and sends them as several where
/// needed.
const SMS_MAX: usize = 1_600;
/// What a text message without a link may have: two parts, letters of other scripts included.
const SMS_WORDS_MAX: usize = 130;
/// SNS takes 100 characters of ASCII.
const SUBJECT_MAX: usize = 100;

/// The function.
pub struct FanNotifier {
    world: World,
    events: Events,
}

/// How a fan is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way<'a> {
    /// A letter to this address, by the topic's subscriber.
    Letter(&'a str),
    /// A text message to this number.
    Text(&'a str),
}

impl<'a> Way<'a> {
    /// To a fan who left this; none when nothing would arrive.
    fn to(contact: Option<&'a Contact>, letters_are_read: bool) -> Option<Self> {
        let contact = contact?;
        let letter = contact.email.as_deref().filter(|_| letters_are_read).map(Way::Letter);
        letter.or_else(|| contact.phone.as_deref().map(Way::Text))
    }
}

/// Where the PDF of an order lies.
pub(crate) fn pdf_key(order_id: &str) -> String {
    format!("tickets/{order_id}.pdf")
}

/// A link to it that works without signing in.
pub(crate) async fn pdf_link(world: &World, order_id: &str) -> Result<String, Fault> {
    world.files.link(pdf_key(order_id), Duration::from_hours(LINK_HOURS)).await
}

impl Function for FanNotifier {
    type Event = Batch;
    type Answer = Failures;

    const NEEDS: &'static [Need] = &[
        Need::Table(Table::Events),
        Need::Table(Table::Orders),
        Need::Topic(Topic::FanNotification),
        Need::Files,
        Need::LettersAreRead,
    ];

    fn new(world: World) -> Self {
        Self { world, events: Events::new() }
    }

    async fn handle(&self, batch: Batch, call: &Call) -> Result<Failures, Fault> {
        let work = async |body: &str| {
            let message = TopicMessage::parse(&batch::unwrapped(body))?;
            let Some(way) = Way::to(message.fan_contact.as_ref(), self.world.letters_are_read) else {
                let left = message.fan_contact.is_some();
                tracing::info!(order = %message.order_id, left_an_address = left, "nobody to tell");
                return Ok(());
            };
            if self.was_told(&message).await? {
                return Ok(());
            }
            self.wait_for_pdf(&message).await?;
            self.tell(&message, way).await?;
            self.note(&message).await
        };
        Ok(batch::each_at_once(&self.world, &batch, call, work).await)
    }
}

impl FanNotifier {
    async fn was_told(&self, message: &TopicMessage) -> Result<bool, Fault> {
        let item = self.world.read(orders::key(&message.order_id)).await?;
        Ok(item.is_some_and(|item| item.has("notifiedAt")))
    }

    async fn wait_for_pdf(&self, message: &TopicMessage) -> Result<(), Fault> {
        for pause in PAUSES {
            if self.has_pdf(message).await? {
                return Ok(());
            }
            self.world.time.sleep(pause).await;
        }
        if self.has_pdf(message).await? {
            Ok(())
        } else {
            Err(Fault::Waiting("the tickets are not there yet"))
        }
    }

    async fn has_pdf(&self, message: &TopicMessage) -> Result<bool, Fault> {
        self.world.files.has(pdf_key(&message.order_id)).await
    }

    async fn tell(&self, message: &TopicMessage, way: Way<'_>) -> Result<(), Fault> {
        let link = pdf_link(&self.world, &message.order_id).await?;
        match way {
            Way::Letter(email) => self.send_letter(message, email, &link).await,
            Way::Text(phone) => self.send_text(message, phone, &link).await,
        }
    }

    async fn send_letter(&self, message: &TopicMessage, email: &str, link: &str) -> Result<(), Fault> {
        let event = self.events.find(&self.world, &message.concert_id).await?;
        let body = json!({
            // Whoever else listens (the audit log) gets ids only.
            "default": json!({ "orderId": message.order_id, "concertId": message.concert_id, "channel": "email" }).to_string(),
            "email": letter(message, event.as_ref(), email, link),
            "sms": text_message(message, link),
        });
        let notice = Notice {
            topic: Topic::FanNotification,
            subject: Some(subject(&message.concert_name)),
            text: body.to_string(),
            by_subscriber: true,
            attributes: vec![
                ("eventType", "tickets_ready".to_owned()),
                ("orderId", message.order_id.clone()),
                ("concertId", message.concert_id.clone()),
                ("channel", "email".to_owned()),
            ],
        };
        self.world.topics.publish(notice).await?;
        tracing::info!(order = %message.order_id, channel = "email", "a letter is on its way");
        Ok(())
    }

    /// The topic does not hear of it: its subscribers would have to know the number. So the audit line is here.
    async fn send_text(&self, message: &TopicMessage, phone: &str, link: &str) -> Result<(), Fault> {
        self.world.topics.send_text(dialled(phone), text_message(message, link)).await?;
        tracing::info!(
            audit = "notified",
            order = %message.order_id,
            event = %message.concert_id,
            channel = "sms",
            "a text message was handed on"
        );
        Ok(())
    }

    async fn note(&self, message: &TopicMessage) -> Result<(), Fault> {
        let write = Write::to(orders::key(&message.order_id))
            .set("notifiedAt", self.world.millis())
            .only_if(Condition::has("createdAt"));
        self.world.write(write).await.map(|_| ())
    }
}

/// What the fan reads.
fn letter(message: &TopicMessage, event: Option<&Event>, to: &str, link: &str) -> String {
    let venue = event.map(|event| &event.venue);
    let code = message.order_code.as_deref().unwrap_or(&message.order_id);
    let seats: Vec<_> = message.tickets.iter().map(TopicTicket::label).collect();
    let mut lines =
        vec![format!("To: {to}"), String::new(), message.concert_name.clone(), when(message, venue)];
    lines.extend(venue.map(|venue| venue.name.clone()));
    lines.extend([
        String::new(),
        format!("Your tickets: {}", seats.join(", ")),
        format!("Total: {}", message.total_amount.written()),
        format!("Order: {code}"),
        String::new(),
        format!("Open or print them here; the link works for {LINK_HOURS} hours at most:"),
        link.to_owned(),
        String::new(),
        format!("Later, or if it does not open: show the order code {code} at the box office."),
    ]);
    lines.join("\n")
}

/// What fits a telephone: the event, the seats and the order's code, and the link where that is short enough. A link
/// that is signed with a function's credentials carries their token and may be longer than SNS takes.
fn text_message(message: &TopicMessage, link: &str) -> String {
    let code = message.order_code.as_deref().unwrap_or(&message.order_id);
    let seats: Vec<_> = message.tickets.iter().map(TopicTicket::label).collect();
    let name: String = message.concert_name.chars().take(60).collect();
    let long = format!("{name}: {}. Order {code}.", seats.join(", "));
    let words = if long.chars().count() > SMS_WORDS_MAX {
        format!("{name}: {} tickets. Order {code}.", seats.len())
    } else {
        long
    };
    let with_link = format!(
        "{words} Your tickets, for {LINK_HOURS} hours at most: {link} Later show the order code at the box office."
    );
    if with_link.len() <= SMS_MAX {
        with_link
    } else {
        format!("{words} Show the order code at the box office to get your tickets.")
    }
}

/// A number as SNS takes it (E.164), without the signs that people put between digits.
fn dialled(phone: &str) -> String {
    phone.chars().filter(|sign| *sign == '+' || sign.is_ascii_digit()).collect()
}

/// ASCII on one line, as SNS asks.
fn subject(name: &str) -> String {
    let plain = |letter: char| if (' '..='~').contains(&letter) { letter } else { '?' };
    format!("Your tickets for {name}").chars().map(plain).take(SUBJECT_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sale of two seats, of an event whose name is long in bytes.
    fn message() -> TopicMessage {
        let body = json!({
            "orderId": "o1", "orderCode": "K7QF2M9", "concertId": "c1", "concertName": "Ж".repeat(100),
            "concertDate": "2026-12-05", "totalAmount": 20, "paymentStatus": "Completed",
            "purchaseTimestamp": "2026-11-20T18:00:00Z",
            "tickets": [
                {"section": "Stalls", "row": "B", "seatNumber": "1", "price": 10, "isFanClubMember": false},
                {"section": "Stalls", "row": "B", "seatNumber": "2", "price": 10, "isFanClubMember": false},
            ],
        });
        TopicMessage::parse(&body.to_string()).unwrap()
    }

    /// As S3 signs them: some 400 characters, and the token of the session behind them.
    fn link(token: usize) -> String {
        format!("https://bucket.s3.us-east-1.amazonaws.com/tickets/o1.pdf?{}", "x".repeat(350 + token))
    }

    #[test]
    fn a_text_message_stays_within_what_sns_takes() {
        let (short, long) = (text_message(&message(), &link(0)), text_message(&message(), &link(1_300)));
        assert!(short.contains(&link(0)) && short.contains("12 hours"), "{short}");
        assert!(!long.contains("http"), "half a link helps nobody: {long}");
        for text in [&short, &long] {
            assert!(text.len() <= SMS_MAX, "{} bytes", text.len());
            assert!(text.contains("K7QF2M9") && text.contains("at the box office"), "{text}");
        }
        for token in (0..1_500).step_by(50) {
            let text = text_message(&message(), &link(token));
            assert!(text.len() <= SMS_MAX, "{token}: {} bytes", text.len());
        }
    }

    #[test]
    fn a_letter_says_how_long_its_link_lasts_and_what_to_do_then() {
        let letter = letter(&message(), None, "fan@example.com", &link(1_300));
        assert!(letter.contains(&link(1_300)) && letter.contains("12 hours"), "{letter}");
        assert!(letter.ends_with("show the order code K7QF2M9 at the box office."), "{letter}");
    }

    #[test]
    fn nobody_is_told_by_a_way_that_ends_nowhere() {
        let contact = |email: Option<&str>, phone: Option<&str>| Contact {
            email: email.map(str::to_owned),
            phone: phone.map(str::to_owned),
        };
        let (both, email) = (contact(Some("a@b"), Some("+49")), contact(Some("a@b"), None));
        let phone = contact(None, Some("+49"));
        for (left, read, way) in [
            (Some(&both), true, Some(Way::Letter("a@b"))),
            (Some(&both), false, Some(Way::Text("+49"))),
            (Some(&email), false, None),
            (Some(&phone), true, Some(Way::Text("+49"))),
            (None, true, None),
        ] {
            assert_eq!(Way::to(left, read), way, "{left:?}, letters are read: {read}");
        }
    }

    #[test]
    fn a_number_is_dialled_without_what_stands_between_its_digits() {
        assert_eq!(dialled("+49 (30) 123-4567"), "+49301234567");
    }

    #[test]
    fn a_subject_is_what_sns_takes() {
        assert_eq!(subject("Beyoncé"), "Your tickets for Beyonc?");
        assert_eq!(subject(&"x".repeat(200)).len(), SUBJECT_MAX);
    }
}
