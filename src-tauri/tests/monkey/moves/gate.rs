//! The gate and the orders: scans by hand scanner, camera and keyboard, and looking things up.

use std::time::{Duration, Instant};

use fantoccini::key::Key;

use super::{Acted, Done, Kind};
use crate::dice::Dice;
use crate::eyes::Look;
use crate::file::{Id, Truth};
use crate::hands::Lost;
use crate::mind::{Expect, Mind, ScanRule};
use crate::monkey::Monkey;

/// Codes that are no tickets: a link, a product, a boarding pass, a token that was cut, and noise.
const RUBBISH: [&str; 6] = [
    "HTTPS://EXAMPLE.ORG/MENU",
    "4006381333931",
    "M1DESMARAIS/LUC EABC123 YULFRAAC 0834 326J001A0025 100",
    "WK1:ABC",
    "0123456789012345678901234567890",
    "WIFI:T:WPA;S:FOYER;P:SECRET;;",
];

/// How long the camera is given to read a picture. What it has not read then, it was not shown.
const READING: Duration = Duration::from_secs(6);

/// How long a ticket that was typed may take to be judged.
const JUDGING: Duration = Duration::from_millis(2500);

/// A code counts as new once it was out of the camera's sight for so long.
const OUT_OF_SIGHT: Duration = Duration::from_millis(1700);

pub(super) fn fits(kind: Kind, look: &Look, mind: &Mind, truth: &Truth) -> bool {
    let gate = look.is("gate") && look.clear();
    let orders = look.is("orders") && look.clear();
    let tickets = !truth.orders.is_empty();
    match kind {
        Kind::Wedge | Kind::WedgeTwice | Kind::Pictures => gate && tickets,
        Kind::Rubbish => gate && !look.typing,
        Kind::GateName | Kind::HandCode => {
            gate && look.verdict_now == 0 && (kind == Kind::GateName || tickets)
        }
        Kind::Details => gate && look.scans > 0 && look.verdict_now == 0,
        Kind::Dismiss => gate && look.verdict_now > 0,
        Kind::FindOrder | Kind::ScanOrder => orders && tickets,
        Kind::OpenRow => orders && !look.rows.is_empty(),
        Kind::SaveOrder => orders && look.detail.is_some(),
        Kind::ScanElsewhere => {
            look.clear()
                && tickets
                && mind.event.is_some()
                && ["boxOffice", "events", "cloud"].iter().any(|page| look.is(page))
        }
        _ => false,
    }
}

pub(super) async fn act(kind: Kind, mut dice: Dice, monkey: &mut Monkey) -> Acted {
    let dice = &mut dice;
    match kind {
        Kind::Wedge => wedge(1, dice, monkey).await,
        Kind::WedgeTwice => wedge(2, dice, monkey).await,
        Kind::Rubbish => {
            let text = *dice.choose(&RUBBISH).unwrap_or(&RUBBISH[0]);
            monkey.window()?.scan(text).await?;
            judged(format!("scans {text:?} at the gate"), 1, Vec::new())
        }
        Kind::Pictures => pictures(dice, monkey).await,
        Kind::GateName => {
            let name = *dice.choose(&["North gate", "South gate", "Door 3"]).unwrap_or(&"Door 3");
            monkey.window()?.keys(&[Key::F8]).await?;
            monkey.wait_for("the gate's settings", |look| look.dialog.is_some()).await?;
            let window = monkey.window()?;
            window.fill("[data-testid=\"gate-name\"]", name).await?;
            window.keys(&[Key::Enter]).await?;
            monkey.wait_for("the gate without its settings", |look| look.dialog.is_none()).await?;
            judged(format!("names the gate {name}"), 0, Vec::new())
        }
        Kind::Details => {
            monkey.window()?.keys(&[Key::F7]).await?;
            monkey.wait_for("the last scan's details", |look| look.dialog.is_some()).await?;
            monkey.window()?.keys(&[Key::Escape]).await?;
            monkey.wait_for("the gate without the details", |look| look.dialog.is_none()).await?;
            judged("reads the last scan's details".into(), 0, Vec::new())
        }
        Kind::Dismiss => {
            let key = *dice.choose(&[Key::Enter, Key::Escape]).unwrap_or(&Key::Enter);
            monkey.window()?.keys(&[key]).await?;
            judged("puts the verdict away".into(), 0, Vec::new())
        }
        Kind::HandCode => {
            let code = pick_code(dice, &monkey.truth)?;
            let window = monkey.window()?;
            window.fill("[data-testid=\"gate-manual\"] input", &code).await?;
            window.keys(&[Key::Enter]).await?;
            // A ticket that was found and chosen is judged; a verdict may come or not.
            let _ = monkey.wait_at_most(JUDGING, "a verdict", |look| look.verdict_now > 0).await;
            judged(format!("types the order code {code} at the gate, and Enter"), 0, Vec::new())
        }
        _ => orders(kind, dice, monkey).await,
    }
}

#[allow(clippy::unnecessary_wraps, reason = "every move ends in this")]
fn judged(words: String, least: usize, judged: Vec<(Id, bool)>) -> Acted {
    let expect =
        Expect { pages: vec!["gate"], scans: ScanRule::Shown { least }, judged, ..Expect::default() };
    Ok(Done { words, expect })
}

fn pick_code(dice: &mut Dice, truth: &Truth) -> Result<String, Lost> {
    dice.choose(&truth.orders)
        .map(|order| order.code.clone())
        .ok_or_else(|| Lost("nothing was sold yet".into()))
}

/// A ticket that is held out: its code, what it is in words, and whether it must be let in, where that is certain.
struct Held {
    text: String,
    words: String,
    ticket: Id,
    let_in: Option<bool>,
}

fn held(dice: &mut Dice, monkey: &Monkey, not: &[Id]) -> Result<Held, Lost> {
    let truth = &monkey.truth;
    let all: Vec<_> = truth
        .orders
        .iter()
        .flat_map(|order| order.tickets.iter().map(move |ticket| (order, ticket)))
        .collect();
    let here = monkey.mind.event.unwrap_or_default();
    let used = |id: &Id| truth.admitted.contains(id);
    let wish = dice.below(10);
    let wanted: Vec<_> = all
        .iter()
        .filter(|(order, ticket)| match wish {
            0..=5 => order.event == here && !used(&ticket.id),
            6..=8 => order.event == here && used(&ticket.id),
            _ => order.event != here,
        })
        .filter(|(_, ticket)| !not.contains(&ticket.id))
        .collect();
    let rest: Vec<_> = all.iter().filter(|(_, ticket)| !not.contains(&ticket.id)).collect();
    let choices = if wanted.is_empty() { rest } else { wanted };
    let (order, ticket) =
        **dice.choose(&choices).ok_or_else(|| Lost("no other ticket was sold yet".into()))?;
    let event = truth.events.get(&order.event).ok_or_else(|| Lost("the ticket's event is gone".into()))?;
    let mine = order.event == here;
    let state = if !mine {
        "of another event"
    } else if used(&ticket.id) {
        "used"
    } else {
        "fresh"
    };
    Ok(Held {
        text: monkey.house.token(event, ticket),
        words: format!("{} ({state}, order {})", ticket.seat, order.code),
        ticket: ticket.id.clone(),
        let_in: if mine { Some(!used(&ticket.id)) } else { Some(false) },
    })
}

fn several(count: usize, dice: &mut Dice, monkey: &Monkey) -> Result<Vec<Held>, Lost> {
    let mut tickets: Vec<Held> = Vec::new();
    let mut not: Vec<Id> = Vec::new();
    for _ in 0..count {
        match held(dice, monkey, &not) {
            Ok(ticket) => {
                not.push(ticket.ticket.clone());
                tickets.push(ticket);
            }
            Err(none) if tickets.is_empty() => return Err(none),
            Err(_) => break,
        }
    }
    Ok(tickets)
}

fn told(tickets: &[Held]) -> (String, Vec<(Id, bool)>) {
    let words = tickets.iter().map(|ticket| ticket.words.as_str()).collect::<Vec<_>>().join(" and ");
    let judged = tickets.iter().filter_map(|ticket| Some((ticket.ticket.clone(), ticket.let_in?))).collect();
    (words, judged)
}

async fn wedge(count: usize, dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let tickets = several(count, dice, monkey)?;
    for ticket in &tickets {
        monkey.window()?.scan(&ticket.text).await?;
    }
    let (words, let_in) = told(&tickets);
    judged(format!("scans {words}"), tickets.len(), let_in)
}

/// One, two or four tickets in one picture of the camera, until each was judged.
async fn pictures(dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let count = *dice.choose(&[1, 2, 2, 4]).unwrap_or(&2);
    let tickets = several(count, dice, monkey)?;
    let texts: Vec<String> = tickets.iter().map(|ticket| ticket.text.clone()).collect();
    let before = monkey.truth.last_scan();
    monkey.house.show(&texts);
    let begun = Instant::now();
    while begun.elapsed() < READING {
        let truth = monkey.read();
        if truth.scans.iter().filter(|scan| scan.number > before).count() >= tickets.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    monkey.house.show(&[]);
    tokio::time::sleep(OUT_OF_SIGHT).await;
    let (words, let_in) = told(&tickets);
    judged(format!("holds {words} into the camera, in one picture"), 1, let_in)
}

async fn orders(kind: Kind, dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let pages = vec!["orders"];
    match kind {
        Kind::FindOrder => {
            let order = dice
                .choose(&monkey.truth.orders)
                .cloned()
                .ok_or_else(|| Lost("nothing was sold yet".into()))?;
            let text = match dice.below(4) {
                0 => order.code.clone(),
                1 => order.holder.clone().unwrap_or_else(|| order.code.clone()),
                2 => order.tickets.first().map_or_else(String::new, |ticket| ticket.seat.clone()),
                _ => String::new(),
            };
            let window = monkey.window()?;
            window.fill("[data-testid=\"orders-search\"]", &text).await?;
            window.keys(&[Key::Enter]).await?;
            let expect = Expect { pages, newest: text.is_empty(), ..Expect::default() };
            Ok(Done { words: format!("looks for {text:?} among the orders"), expect })
        }
        Kind::OpenRow => {
            let nth = dice.below(monkey.look.rows.len().min(6));
            let code = monkey.look.rows[nth].clone();
            monkey.window()?.press_nth("[data-testid=\"order-row\"]", nth).await?;
            let words = format!("opens order {code}");
            Ok(Done { words, expect: Expect { pages, opened: Some(code), ..Expect::default() } })
        }
        Kind::SaveOrder => {
            monkey.window()?.press_id("orders-save").await?;
            let words =
                format!("saves the tickets of {} again", monkey.look.detail.clone().unwrap_or_default());
            Ok(Done {
                words,
                expect: Expect { pages, opened: monkey.look.detail.clone(), ..Expect::default() },
            })
        }
        _ => {
            let ticket = held(dice, monkey, &[])?;
            monkey.window()?.scan(&ticket.text).await?;
            let order = monkey.truth.ticket(&ticket.ticket).map(|(order, _)| order.code.clone());
            if kind == Kind::ScanOrder {
                let words = format!("scans {} on the orders page", ticket.words);
                return Ok(Done { words, expect: Expect { pages, opened: order, ..Expect::default() } });
            }
            let page = ["boxOffice", "events", "cloud"].into_iter().find(|page| monkey.look.is(page));
            let expect = Expect { pages: page.into_iter().collect(), ..Expect::default() };
            Ok(Done {
                words: format!("scans {} on the page {}", ticket.words, page.unwrap_or_default()),
                expect,
            })
        }
    }
}
