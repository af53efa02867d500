//! One page for an order whose tickets have no codes yet: what was bought, and where the tickets are to be had.
//!
//! Only a station can sign a ticket's code, so an order from the web becomes tickets at the box office. The page is
//! written by hand with the typeface every PDF reader has (ISO 32000-1, 9.6.2.2); letters that it lacks become a
//! question mark.

use std::fmt::Write as _;

use wicket_domain::pipeline::TopicMessage;

/// A4 in points, and where the text begins.
const PAGE: (u32, u32) = (595, 842);
const LEFT: u32 = 60;
const TOP: u32 = 770;
const LEADING: u32 = 20;
/// Seats that fit the page; the rest is counted.
const SEATS_MAX: usize = 24;
/// Letters that fit a line.
const LINE_MAX: usize = 80;

/// The page as a PDF file.
pub(crate) fn confirmation(message: &TopicMessage, when: &str, venue: Option<&str>) -> Vec<u8> {
    let code = message.order_code.as_deref().unwrap_or(&message.order_id);
    let mut lines = vec![(20, message.concert_name.clone()), (12, when.to_owned())];
    lines.extend(venue.map(|venue| (12, venue.to_owned())));
    lines.push((12, String::new()));
    lines.push((14, "This is an order, not a ticket.".to_owned()));
    lines.push((12, "Pick up the tickets at the box office. Show this order number there:".to_owned()));
    lines.push((14, code.to_owned()));
    lines.push((12, String::new()));
    for ticket in message.tickets.iter().take(SEATS_MAX) {
        lines.push((12, format!("{} - {} - {}", ticket.label(), ticket.seat_class, ticket.price)));
    }
    if let Some(more) = message.tickets.len().checked_sub(SEATS_MAX).filter(|more| *more > 0) {
        lines.push((12, format!("and {more} more")));
    }
    lines.push((12, format!("Total: {}", message.total_amount)));
    file(&lines)
}

fn file(lines: &[(u32, String)]) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut height = TOP;
    for (size, line) in lines {
        stream.extend(format!("BT /F1 {size} Tf {LEFT} {height} Td (").into_bytes());
        stream.extend(literal(line));
        stream.extend(b") Tj ET\n");
        height = height.saturating_sub(LEADING);
    }
    let (width, tall) = PAGE;
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {tall}] /Contents 4 0 R \
             /Resources << /Font << /F1 5 0 R >> >> >>"
        )
        .into_bytes(),
        [format!("<< /Length {} >>\nstream\n", stream.len()).into_bytes(), stream, b"endstream".to_vec()]
            .concat(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut table = String::from("xref\n0 6\n0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        // Writing to a String cannot end otherwise.
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(table.into_bytes());
    file.extend(format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").into_bytes());
    file
}

/// A literal string (ISO 32000-1, 7.3.4.2) in `WinAnsi`, whose printable Latin-1 half is Unicode's.
fn literal(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars().take(LINE_MAX) {
        match letter {
            '(' | ')' | '\\' => bytes.extend([b'\\', u8::try_from(letter).unwrap_or(b'?')]),
            ' '..='~' | '\u{a1}'..='\u{ff}' => bytes.push(u8::try_from(letter).unwrap_or(b'?')),
            _ => bytes.push(b'?'),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_escaped_or_replaced() {
        assert_eq!(literal("a(b)\\ é ☃"), b"a\\(b\\)\\\\ \xe9 ?");
        assert_eq!(literal(&"x".repeat(200)).len(), LINE_MAX);
    }

    #[test]
    fn every_object_is_where_the_table_says() {
        let file = file(&[(12, "Hall (A)".to_owned())]);
        let text = String::from_utf8_lossy(&file);
        let table = text.split("xref\n0 6\n").nth(1).unwrap();
        for (number, line) in (1..=5).zip(table.lines().skip(1)) {
            let offset: usize = line.split(' ').next().unwrap().parse().unwrap();
            assert!(text[offset..].starts_with(&format!("{number} 0 obj")), "object {number}");
        }
        let start: usize = text.split("startxref\n").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
        assert!(text[start..].starts_with("xref"));
    }
}
