//! What the pipeline would refuse, found before anything is claimed or committed: what the till accepts is accepted by the
//! pipeline.

use jiff::Timestamp;
use wicket_domain::money::Money;
use wicket_domain::pipeline::{Faults, FieldFault, check_buyer, wire};
use wicket_store::{EventRow, Read};

use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::lookup::name_of;
use crate::paper::left_out;
use crate::view::{BuyerCheck, BuyerField, SaleRequest};

const TOO_MUCH: &str = "The order comes to more than the cloud can keep. Sell fewer tickets at once, or correct the event's prices.";

impl Station {
    /// What of a buyer's name, contact and member's number the cloud would refuse, and how it reads the contact.
    pub fn check_buyer(&self, holder: &str, contact: &str, fan_club_id: &str) -> BuyerCheck {
        let contact = wicket_domain::message::Contact::typed(contact);
        let faults = check_buyer(Some(holder), contact.as_ref(), Some(fan_club_id)).err();
        let fields = faults.iter().flat_map(Faults::fields);
        let wrong = fields.filter_map(|fault| buyer_field(&fault.field)).collect();
        BuyerCheck { wrong, contact, unprintable: left_out(holder) }
    }
}

/// A request whose texts have no outer blanks and whose contact reads as the cloud keeps it.
pub(crate) fn tidy(request: &SaleRequest) -> SaleRequest {
    let kept = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    SaleRequest {
        holder: kept(&request.holder),
        contact: request.contact.as_ref().and_then(wicket_domain::message::Contact::tidy),
        fan_club_id: kept(&request.fan_club_id),
        ..request.clone()
    }
}

/// Checks what a buyer left, before anything is claimed or paid for.
pub(crate) fn check_request(request: &SaleRequest) -> Result<(), Fault> {
    check_buyer(request.holder.as_deref(), request.contact.as_ref(), request.fan_club_id.as_deref())
        .map_err(|faults| refused(&faults))
}

fn buyer_field(path: &str) -> Option<BuyerField> {
    match path.rsplit('.').next()? {
        "holder" => Some(BuyerField::Holder),
        "email" => Some(BuyerField::Email),
        "phone" => Some(BuyerField::Phone),
        "fanClubId" => Some(BuyerField::FanClub),
        _ => None,
    }
}

/// Who did something, as it stands in a message: an account's name may be longer than the wire has room for.
pub(crate) fn signature(read: &Read<'_>, by: &Actor) -> Result<Option<String>, Fault> {
    Ok(Some(wire::name(&name_of(read, by)?)).filter(|name| !name.is_empty()))
}

/// Refuses prices that the pipeline would refuse, before anything is claimed or paid for: an older Wicket took them.
pub(crate) fn check_prices(
    read: &Read<'_>,
    row: &EventRow,
    request: &SaleRequest,
    now: Timestamp,
) -> Result<(), Fault> {
    let (categories, areas) = (read.categories(row.event_no)?, read.standing(row.event_no)?);
    let mut places = Vec::new();
    for seat_id in &request.seats {
        places.extend(read.seat(row.event_no, seat_id, false, now)?.map(|seat| (seat.category_no, 1)));
    }
    for wanted in &request.standing {
        let area = areas.iter().find(|area| area.area_id == wanted.area_id);
        places.extend(area.map(|area| (area.category_no, i64::from(wanted.count))));
    }
    let amount = |minor| wire::is_amount(Money::new(minor, row.event.currency));
    let mut total = 0_i64;
    for (category_no, count) in places {
        let Some(category) = categories.iter().find(|row| row.category_no == category_no) else { continue };
        if !amount(category.price) {
            let message = format!(
                "Nothing was recorded. The price of {} is more than the cloud can keep. Leave these places out, and have \
                 the event's prices corrected.",
                wire::name(&category.name)
            );
            return Err(Fault::new(Code::BadInput, message));
        }
        total = total.saturating_add(category.price.saturating_mul(count));
    }
    if amount(total) {
        Ok(())
    } else {
        Err(Fault::new(Code::BadInput, format!("Nothing was recorded. {TOO_MUCH}")))
    }
}

/// Says what the pipeline would refuse and what to do about it: the first field, as people know it.
pub(crate) fn refused(faults: &Faults) -> Fault {
    let Some(FieldFault { field, message }) = faults.fields().first() else {
        return Fault::new(Code::Internal, "The cloud would refuse this, without a reason.");
    };
    let last = field.rsplit('.').next().unwrap_or_default();
    let words = match (buyer_field(field), last) {
        (Some(field), _) => buyer_words(field).to_owned(),
        (None, "received" | "change") => {
            "The cash is more than an order can come to. Correct the amount received.".to_owned()
        }
        (None, "totalAmount" | "price") => TOO_MUCH.to_owned(),
        (None, "occurredAt" | "purchaseTimestamp" | "scannedAt") => {
            "This computer's clock is wrong by many years. Set it right, then try again.".to_owned()
        }
        (None, "concertDate") => {
            "The event's time lies before 2000 or after 2199, which the cloud does not take. Import the event again with its right time."
                .to_owned()
        }
        (None, "seatId") => {
            "The plan gives this seat an id that the cloud cannot keep. Choose another seat, or import the plan again with another id."
                .to_owned()
        }
        (None, "body") => {
            "This is too much for one order. Sell it in two.".to_owned()
        }
        (None, _) => format!("The cloud would not take this: {field}: {message}"),
    };
    Fault::new(Code::BadInput, format!("Nothing was recorded. {words}"))
}

const fn buyer_words(field: BuyerField) -> &'static str {
    match field {
        BuyerField::Holder => {
            "The holder's name is longer than 120 characters or not on one line. Shorten it."
        }
        BuyerField::Email => {
            "This is not an e-mail address that tickets can be sent to. Write one address like ada@example.com, without quotation marks or commas, or leave it out."
        }
        BuyerField::Phone => {
            "The telephone number cannot be used. Write it with + and the country's number, 7 to 15 digits: +4930123456. Or leave it out."
        }
        BuyerField::FanClub => {
            "The fan-club number cannot be used. It has letters, digits and - _ . : only, a letter or digit first, 128 at most. Correct it, or leave it out."
        }
    }
}
