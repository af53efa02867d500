//! Writes sample tickets, short, ordinary and awkward, to look at: `sample FORMAT FILE.pdf`.

use wicket_domain::money::Money;
use wicket_print::{Format, Seat, Ticket, TicketNumber, tickets};

/// 120 letters, which every ticket shows whole as an event's name.
const LONGEST: &str = "The Grand Midsummer Gala of the Metropolitan Philharmonic Orchestra with the Harbour Choir and \
                       Friends, Second Evening !";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(format), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("say: sample a4|letter|80mm FILE.pdf".into());
    };
    let pdf = tickets(&samples()?, format.parse::<Format>()?)?;
    std::fs::write(file, pdf)?;
    Ok(())
}

fn samples() -> Result<Vec<Ticket>, Box<dyn std::error::Error>> {
    let ordinary = Ticket {
        event: "Esports Championship".to_owned(),
        venue: "Harbour Arena".to_owned(),
        venue_address: Some("200 Quay Street, Oakland, CA 94607".to_owned()),
        starts: "2026-12-04T19:30[America/Los_Angeles]".parse()?,
        seat: numbered("112", "F", "14"),
        category: "Lower tier".to_owned(),
        price: "$65.00".to_owned(),
        order_code: "K7QF-2M9D".to_owned(),
        holder: Some("María José Peña".to_owned()),
        token: format!("WK1:{}", "7X%4 A.Q9B-2".repeat(12)),
        number: TicketNumber { n: 1, of: 2 },
        issued_by: "Window 1".to_owned(),
    };
    let short = Ticket {
        event: "Gala".to_owned(),
        venue: "Odeon".to_owned(),
        venue_address: None,
        seat: Seat::Area("Standing".to_owned()),
        category: "Full".to_owned(),
        holder: None,
        ..ordinary.clone()
    };
    let long = Ticket {
        event: "The Metropolitan Philharmonic Orchestra and Chorus present: Симфония № 9, Ὠδὴ εἰς τὴν Χαράν"
            .to_owned(),
        venue: "Grand Municipal Conservatory of Music and Performing Arts, Great Hall".to_owned(),
        venue_address: Some(
            "Boulevard of the Unknown Philanthropist 12345, Llanfairpwllgwyngyll, Wales".to_owned(),
        ),
        starts: "2026-09-30T20:00[America/Sao_Paulo]".parse()?,
        seat: numbered("Upper Balcony Left", "AA", "1204"),
        category: "Wheelchair user with one companion, reduced".to_owned(),
        price: "CHF 1,299,999.00".to_owned(),
        order_code: "WWWWWW-MMMMMM-QQQQ".to_owned(),
        holder: Some("Γεώργιος Παπακωνσταντίνου-Καραμανλής 山田太郎".to_owned()),
        number: TicketNumber { n: 118, of: 120 },
        issued_by: "Self-service kiosk north-east 4".to_owned(),
        ..ordinary.clone()
    };
    let longest = Ticket {
        event: "Donaudampfschifffahrtsgesellschaftskapitänsmützenverkaufsveranstaltungsraum ".repeat(4),
        seat: numbered("Orchestra Stalls Circle Left Balcony", "Row behind the pillar", "Seat 1204 bis"),
        ..long.clone()
    };
    let accents = Ticket {
        event: "Nguyễn Thị Hằng · Ẹ́kọ́ Ọ̀ṣun · Сла́ва Україні · Ė̃ J̌ r̃".to_owned(),
        venue: "Dvorana Čačak, Şişli, Łódź, Ħamrun, Reykjavík".to_owned(),
        holder: Some("\u{202E}שרה \u{1F600} N\u{303}a\u{301}".to_owned()),
        seat: Seat::Numbered { section: None, row: None, number: None },
        ..ordinary.clone()
    };
    let scripts = [
        ("مهرجان الموسيقى الصيفي في لارنكا", "مُحَمَّد العربي", "قاعة الميناء", "الصف ١٢", (12_500, "KWD")),
        ("פסטיבל Live 2027! של הקיץ (ערב שני)", "שָׂרָה כֹּהֵן-לֵוִי", "היכל הנמל", "שורה 12", (22_000, "ILS")),
        ("เทศกาลดนตรีฤดูร้อนกรุงเทพ", "สมชาย ใจดี", "หอประชุมใหญ่", "แถว ๑๒", (250_000, "THB")),
        ("ग्रीष्म संगीत महोत्सव दिल्ली", "श्रीमती लक्ष्मी देवी", "सभागार", "पंक्ति १२", (450_000, "HUF")),
        ("夏フェス 2027 Summer", "山田 Taro 😀", "東京ドーム Tokyo", "12", (12_000, "JPY")),
        (LONGEST, LONGEST, LONGEST, "12", (129_999_900, "CHF")),
    ]
    .into_iter()
    .map(
        |(event, holder, venue, row, (minor, currency))| -> Result<Ticket, Box<dyn std::error::Error>> {
            Ok(Ticket {
                price: Money::new(minor, currency.parse()?).written(),
                event: event.to_owned(),
                holder: Some(holder.to_owned()),
                venue: venue.to_owned(),
                seat: numbered(venue, row, "14"),
                ..ordinary.clone()
            })
        },
    );
    let scripts = scripts.collect::<Result<Vec<_>, _>>()?;
    let mut all = vec![ordinary, short, long, longest, accents];
    all.extend(scripts);
    Ok(all)
}

fn numbered(section: &str, row: &str, number: &str) -> Seat {
    Seat::Numbered {
        section: Some(section.to_owned()),
        row: Some(row.to_owned()),
        number: Some(number.to_owned()),
    }
}
