//! `FanNotifier`: tells a fan that the tickets are there, with a link to them.
//!
//! Who left an e-mail address gets a letter by the topic, who left only a telephone number a text message; a fan who
//! left neither is not told. The PDF is made by another function from the same message, so this one waits
//! for it: a moment by itself, then by letting the message come back.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_sns::types::MessageAttributeValue;
use serde_json::json;
use tokio::time::sleep;
use wicket_domain::event::Event;
use wicket_domain::message::Contact;
use wicket_domain::pipeline::{TopicMessage, TopicTicket};

use crate::batch;
use crate::cloud::{Call, Cloud, Function, MissingSetting, Settings};
use crate::events::{Events, when};
use crate::fault::Fault;
use crate::table::{self, Change, number, text};

/// The longest that S3 signs for. A link signed with a function's passing credentials ends with those, if sooner.
pub(crate) const LINK_GOOD_FOR: Duration = Duration::from_hours(7 * 24);
/// How long the PDF is waited for before the message goes back.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_600),
];
/// SNS takes text messages of so many characters, and sends them as several where needed.
const SMS_MAX: usize = 1_600;
/// What a text message without a link may have: two parts, letters of other scripts included.
const SMS_WORDS_MAX: usize = 130;
/// SNS takes 100 characters of ASCII.
const SUBJECT_MAX: usize = 100;

/// The function.
pub struct FanNotifier {
    cloud: Cloud,
    dynamo: aws_sdk_dynamodb::Client,
    sns: aws_sdk_sns::Client,
    s3: aws_sdk_s3::Client,
    events: Events,
    orders: String,
    topic: String,
    bucket: String,
}

/// Where the PDF of an order lies.
pub(crate) fn pdf_key(order_id: &str) -> String {
    format!("tickets/{order_id}.pdf")
}

/// A link to it that works without signing in.
pub(crate) async fn pdf_link(s3: &aws_sdk_s3::Client, bucket: &str, order_id: &str) -> Result<String, Fault> {
    let signing =
        PresigningConfig::expires_in(LINK_GOOD_FOR).map_err(|error| Fault::Broken(error.to_string()))?;
    let request = s3.get_object().bucket(bucket).key(pdf_key(order_id));
    let request = request.presigned(signing).await.map_err(|error| Fault::cloud("GetObject", &error))?;
    Ok(request.uri().to_owned())
}

impl Function for FanNotifier {
    type Event = SqsEvent;
    type Answer = SqsBatchResponse;

    fn new(cloud: &Cloud, settings: &Settings) -> Result<Self, MissingSetting> {
        Ok(Self {
            cloud: cloud.clone(),
            dynamo: cloud.dynamo(),
            sns: cloud.sns(),
            s3: cloud.s3(),
            events: Events::new(cloud.dynamo(), settings.get("EVENTS_TABLE")?),
            orders: settings.get("ORDERS_TABLE")?,
            topic: settings.get("FAN_NOTIFICATION_TOPIC_ARN")?,
            bucket: settings.get("TICKET_BUCKET")?,
        })
    }

    async fn handle(&self, event: SqsEvent, call: &Call) -> Result<SqsBatchResponse, Fault> {
        let work = async |body: &str| {
            let message = TopicMessage::parse(&batch::unwrapped(body))?;
            let Some(contact) = &message.fan_contact else {
                tracing::info!(order = %message.order_id, "nobody to tell");
                return Ok(());
            };
            if self.was_told(&message).await? {
                return Ok(());
            }
            self.wait_for_pdf(&message).await?;
            self.tell(&message, contact).await?;
            self.note(&message).await
        };
        Ok(batch::each_at_once(&event, call, work).await)
    }
}

impl FanNotifier {
    async fn was_told(&self, message: &TopicMessage) -> Result<bool, Fault> {
        let item =
            table::read(&self.dynamo, &self.orders, [("orderId", text(&message.order_id))], true).await?;
        Ok(item.is_some_and(|item| item.contains_key("notifiedAt")))
    }

    async fn wait_for_pdf(&self, message: &TopicMessage) -> Result<(), Fault> {
        for pause in PAUSES {
            if self.has_pdf(message).await? {
                return Ok(());
            }
            sleep(pause).await;
        }
        if self.has_pdf(message).await? {
            Ok(())
        } else {
            Err(Fault::Waiting("the tickets are not there yet"))
        }
    }

    async fn has_pdf(&self, message: &TopicMessage) -> Result<bool, Fault> {
        let request = self.s3.head_object().bucket(&self.bucket).key(pdf_key(&message.order_id));
        match request.send().await {
            Ok(_) => Ok(true),
            // Who may read but not list is told "forbidden" of what is not there.
            Err(error) => match error.raw_response().map(|response| response.status().as_u16()) {
                Some(403 | 404) => Ok(false),
                _ => Err(Fault::cloud("HeadObject", &error)),
            },
        }
    }

    async fn tell(&self, message: &TopicMessage, contact: &Contact) -> Result<(), Fault> {
        let link = pdf_link(&self.s3, &self.bucket, &message.order_id).await?;
        match (&contact.email, &contact.phone) {
            (None, Some(phone)) => self.send_text(message, phone, &link).await,
            _ => self.send_letter(message, contact, &link).await,
        }
    }

    async fn send_letter(&self, message: &TopicMessage, contact: &Contact, link: &str) -> Result<(), Fault> {
        let event = self.events.find(&message.concert_id).await?;
        let body = json!({
            // Whoever else listens (the audit log) gets ids only.
            "default": json!({ "orderId": message.order_id, "concertId": message.concert_id, "channel": "email" }).to_string(),
            "email": letter(message, event.as_ref(), contact, link),
            "sms": text_message(message, link),
        });
        self.sns
            .publish()
            .topic_arn(&self.topic)
            .subject(subject(&message.concert_name))
            .message_structure("json")
            .message(body.to_string())
            .message_attributes("eventType", attribute("tickets_ready")?)
            .message_attributes("orderId", attribute(&message.order_id)?)
            .message_attributes("concertId", attribute(&message.concert_id)?)
            .message_attributes("channel", attribute("email")?)
            .send()
            .await
            .map_err(|error| Fault::cloud("Publish", &error))?;
        tracing::info!(order = %message.order_id, channel = "email", "told");
        Ok(())
    }

    /// The topic does not hear of it: its subscribers would have to know the number. So the audit line is here.
    async fn send_text(&self, message: &TopicMessage, phone: &str, link: &str) -> Result<(), Fault> {
        self.sns
            .publish()
            .phone_number(dialled(phone))
            .message(text_message(message, link))
            .message_attributes("AWS.SNS.SMS.SMSType", attribute("Transactional")?)
            .send()
            .await
            .map_err(|error| Fault::cloud("Publish", &error))?;
        tracing::info!(
            audit = "notified",
            order = %message.order_id,
            event = %message.concert_id,
            channel = "sms",
            "a fan was told"
        );
        Ok(())
    }

    async fn note(&self, message: &TopicMessage) -> Result<(), Fault> {
        let change = Change::of(&self.orders, [("orderId", text(&message.order_id))])
            .set("notifiedAt", number(self.cloud.millis()))
            .only_if("attribute_exists(#createdAt)");
        change.write(&self.dynamo).await.map(|_| ())
    }
}

/// What the fan reads.
fn letter(message: &TopicMessage, event: Option<&Event>, contact: &Contact, link: &str) -> String {
    let venue = event.map(|event| &event.venue);
    let to = contact.email.as_deref().or(contact.phone.as_deref()).unwrap_or_default();
    let code = message.order_code.as_deref().unwrap_or(&message.order_id);
    let seats: Vec<_> = message.tickets.iter().map(TopicTicket::label).collect();
    let mut lines =
        vec![format!("To: {to}"), String::new(), message.concert_name.clone(), when(message, venue)];
    lines.extend(venue.map(|venue| venue.name.clone()));
    lines.extend([
        String::new(),
        format!("Your tickets: {}", seats.join(", ")),
        format!("Total: {}", message.total_amount),
        format!("Order: {code}"),
        String::new(),
        "Open or print them here:".to_owned(),
        link.to_owned(),
    ]);
    lines.join("\n")
}

/// What fits a telephone: the event, the seats and the order's code, and the link where that is short enough. A link
/// that is signed with a function's credentials may be longer than SNS takes.
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
    let with_link = format!("{words} Your tickets: {link}");
    if with_link.chars().count() <= SMS_MAX {
        with_link
    } else {
        format!("{words} Your tickets are at the box office.")
    }
}

/// A number as SNS takes it (E.164), without the signs that people put between digits.
fn dialled(phone: &str) -> String {
    phone.chars().filter(|sign| *sign == '+' || sign.is_ascii_digit()).collect()
}

fn attribute(value: &str) -> Result<MessageAttributeValue, Fault> {
    let built = MessageAttributeValue::builder().data_type("String").string_value(value).build();
    built.map_err(|error| Fault::Broken(error.to_string()))
}

/// ASCII on one line, as SNS asks.
fn subject(name: &str) -> String {
    let plain = |letter: char| if (' '..='~').contains(&letter) { letter } else { '?' };
    format!("Your tickets for {name}").chars().map(plain).take(SUBJECT_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
