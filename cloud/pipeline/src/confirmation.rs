//! The page of an order whose tickets have no codes yet: what was bought, and where the tickets are to be had.
//!
//! An order from the web becomes tickets at the box office where nobody published its event, or where no desk has let the
//! web shop issue tickets.

use wicket_domain::pipeline::TopicMessage;
use wicket_print::Paragraph;

/// What the page says, from the top.
pub(crate) fn confirmation(message: &TopicMessage, when: &str, venue: Option<&str>) -> Vec<Paragraph> {
    let says = |size, bold, text: String| Paragraph { size, bold, text };
    let code = message.order_code.as_deref().unwrap_or(&message.order_id);
    let mut page = vec![says(20.0, true, message.concert_name.clone()), says(12.0, false, when.to_owned())];
    page.extend(venue.map(|venue| says(12.0, false, venue.to_owned())));
    page.push(says(14.0, true, "This is an order, not a ticket.".to_owned()));
    let what_to_do = "Pick up the tickets at the box office. Show this order number there:";
    page.push(says(12.0, false, what_to_do.to_owned()));
    page.push(says(14.0, true, code.to_owned()));
    let tickets = message.tickets.iter();
    page.extend(tickets.map(|ticket| {
        let line = format!("{} - {} - {}", ticket.label(), ticket.seat_class, ticket.price.written());
        says(12.0, false, line)
    }));
    page.push(says(12.0, true, format!("Total: {}", message.total_amount.written())));
    page
}
