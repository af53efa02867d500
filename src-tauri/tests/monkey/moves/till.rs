//! Selling: the map, the cart, the money, the tickets.

use std::time::Duration;

use fantoccini::key::Key;

use super::{Acted, Done, Kind};
use crate::dice::Dice;
use crate::eyes::{Look, look, minor};
use crate::hands::Lost;
use crate::mind::{Cart, CartRule, Expect, Mind, OrderRule, Sale};
use crate::monkey::Monkey;

const NAMES: [&str; 6] = ["Ada Lovelace", "Zoe", "O'Brien", "Muller", "  Lee  ", "x"];

/// Tickets in one order.
const MOST: u32 = 100;

pub(super) fn fits(kind: Kind, look: &Look, mind: &Mind) -> bool {
    let here = look.is("boxOffice") && look.clear() && !look.before;
    let (cart, pays, done) = (here && look.at("cart"), here && look.at("payment"), here && look.at("done"));
    let can_pay = look.pay.as_ref().is_some_and(|pay| pay.enabled);
    let can_sell = look.confirm.as_ref().is_some_and(|confirm| confirm.enabled);
    match kind {
        Kind::PickSeat => {
            cart && look.drawn.as_ref().is_some_and(|drawn| drawn.states.contains('0'))
                && mind.cart.tickets() < MOST
        }
        Kind::GiveBackSeat => cart && look.drawn.as_ref().is_some_and(|drawn| !drawn.mine.is_empty()),
        Kind::RemoveLine => cart && !look.lines.is_empty(),
        Kind::Best | Kind::Group => cart,
        Kind::StandingMore => cart && look.standing.iter().any(|area| area.more),
        Kind::StandingFewer => cart && !mind.cart.standing.is_empty(),
        Kind::Clear => cart && !mind.cart.is_empty(),
        Kind::Undo => here && !look.typing && (cart || pays || done),
        Kind::PressUndo => cart && look.toasts.iter().any(|toast| toast.action.is_some()),
        Kind::Name => cart && look.holder.is_some(),
        Kind::Pay | Kind::PayTwice => cart && can_pay,
        Kind::Exact | Kind::Back | Kind::Keypad | Kind::Elsewhere => pays,
        Kind::Quick => pays && !look.quick.is_empty(),
        Kind::Confirm => pays && can_sell,
        Kind::ConfirmTwice => pays && can_sell && !look.focused,
        Kind::Save => done && look.print.as_deref() != Some("busy"),
        Kind::Print => done && look.printable && look.print.as_deref() != Some("busy"),
        Kind::Next => done,
        Kind::NextByKey => done && !look.focused,
        _ => false,
    }
}

pub(super) async fn act(kind: Kind, mut dice: Dice, monkey: &mut Monkey) -> Acted {
    let dice = &mut dice;
    match kind {
        Kind::PickSeat | Kind::GiveBackSeat | Kind::RemoveLine => seat(kind, dice, monkey).await,
        Kind::Best | Kind::Group => best(kind, dice, monkey).await,
        Kind::StandingMore | Kind::StandingFewer => stand(kind, dice, monkey).await,
        Kind::Clear => {
            monkey.window()?.press_id("cart-clear").await?;
            done("clears the cart", CartRule::Exactly(Cart::default()))
        }
        Kind::Undo => {
            monkey.window()?.control('z').await?;
            // The last offer may be a cart of another event.
            let any_event = monkey.look.at("cart");
            let cart = if any_event { CartRule::Adopt } else { CartRule::Same };
            let expect = Expect { pages: vec!["boxOffice"], cart, any_event, ..Expect::default() };
            Ok(Done { words: "presses Ctrl+Z".into(), expect })
        }
        Kind::PressUndo => undo(dice, monkey).await,
        Kind::Name => {
            let name = *dice.choose(&NAMES).unwrap_or(&"x");
            let window = monkey.window()?;
            window.fill("[data-testid=\"holder\"]", name).await?;
            done(
                &format!("types the name {name:?}"),
                CartRule::Exactly(Cart { holder: name.into(), ..monkey.mind.cart.clone() }),
            )
        }
        Kind::Pay | Kind::PayTwice => pay(kind, dice, monkey).await,
        Kind::Exact | Kind::Quick | Kind::Keypad => money(kind, dice, monkey).await,
        Kind::Back => {
            if dice.in_times(1, 2) {
                monkey.window()?.keys(&[Key::Escape]).await?;
            } else {
                monkey.window()?.press_id("back").await?;
            }
            at("goes back from the payment", "cart")
        }
        Kind::Elsewhere => {
            let key = *dice.choose(&[Key::F2, Key::F3, Key::F4]).unwrap_or(&Key::F3);
            monkey.window()?.keys(&[key]).await?;
            at("presses a screen's key in the middle of a payment", "payment")
        }
        Kind::Confirm | Kind::ConfirmTwice => confirm(kind, dice, monkey).await,
        Kind::Save | Kind::Print => paper(kind, monkey).await,
        _ => {
            next_customer(kind, monkey).await?;
            let expect =
                Expect { steps: vec!["cart"], finishes: true, pages: vec!["boxOffice"], ..Expect::default() };
            Ok(Done { words: "goes on to the next customer".into(), expect })
        }
    }
}

#[allow(clippy::unnecessary_wraps, reason = "every move ends in this")]
fn done(words: &str, cart: CartRule) -> Acted {
    Ok(Done { words: words.into(), expect: Expect { pages: vec!["boxOffice"], cart, ..Expect::default() } })
}

#[allow(clippy::unnecessary_wraps, reason = "every move ends in this")]
fn at(words: &str, step: &'static str) -> Acted {
    let expect = Expect { pages: vec!["boxOffice"], steps: vec![step], ..Expect::default() };
    Ok(Done { words: words.into(), expect })
}

async fn seat(kind: Kind, dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let mut cart = monkey.mind.cart.clone();
    if kind == Kind::RemoveLine {
        let nth = dice.below(monkey.look.lines.len());
        let seat = crate::house::seat_of(&monkey.look.lines[nth].label).unwrap_or_default();
        monkey.window()?.press_nth("[data-testid=\"cart-remove\"]", nth).await?;
        cart.seats.remove(&seat);
        return done(&format!("takes {seat} out of the cart"), CartRule::Exactly(cart));
    }
    let wanted = if kind == Kind::PickSeat { '0' } else { '4' };
    let states = monkey.look.drawn.as_ref().map(|drawn| drawn.states.clone()).unwrap_or_default();
    let seats: Vec<usize> =
        states.chars().enumerate().filter(|(_, state)| *state == wanted).map(|(at, _)| at).collect();
    let at = *dice.choose(&seats).ok_or_else(|| Lost("no such seat is drawn".into()))?;
    let id = monkey.seat_at(at);
    monkey.window()?.press_seat(at).await?;
    let words = if kind == Kind::PickSeat {
        cart.seats.insert(id.clone());
        format!("presses the free seat {id} on the map")
    } else {
        cart.seats.remove(&id);
        format!("presses its own seat {id} on the map")
    };
    done(&words, CartRule::Exactly(cart))
}

async fn best(kind: Kind, dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let count = 1 + dice.below(4);
    let window = monkey.window()?;
    if kind == Kind::Best {
        if dice.in_times(1, 2) {
            window.press_id(&format!("best-{count}")).await?;
        } else {
            let digit = char::from_digit(u32::try_from(count).unwrap_or(1), 10).unwrap_or('1');
            window.control(digit).await?;
        }
        return done(&format!("asks for the best {count} together"), CartRule::Suggested);
    }
    let goes_on = dice.in_times(2, 3);
    window.press_id("best-more").await?;
    monkey.wait_for("the question for a group", |look| look.dialog.is_some()).await?;
    let window = monkey.window()?;
    window.type_text(&(5 + count).to_string()).await?;
    window.keys(&[if goes_on { Key::Enter } else { Key::Escape }]).await?;
    let words = format!(
        "asks for a group of {} and {}",
        5 + count,
        if goes_on { "takes it" } else { "thinks better of it" }
    );
    done(&words, if goes_on { CartRule::Suggested } else { CartRule::Same })
}

async fn stand(kind: Kind, dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let mut cart = monkey.mind.cart.clone();
    let more = kind == Kind::StandingMore;
    let areas: Vec<_> = monkey
        .look
        .standing
        .iter()
        .enumerate()
        .filter(|(_, area)| if more { area.more } else { cart.standing.contains_key(&area.area) })
        .collect();
    let (nth, area) = *dice.choose(&areas).ok_or_else(|| Lost("no standing area".into()))?;
    let area = area.area.clone();
    monkey
        .window()?
        .press_nth(&format!("[data-testid=\"standing-{}\"]", if more { "plus" } else { "minus" }), nth)
        .await?;
    let count = cart.standing.remove(&area).unwrap_or(0);
    let count = if more { count + 1 } else { count.saturating_sub(1) };
    if count > 0 {
        cart.standing.insert(area.clone(), count);
    }
    done(&format!("wants {count} places in {area}"), CartRule::Exactly(cart))
}

async fn undo(dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let offers: Vec<_> = monkey.look.toasts.iter().filter(|toast| toast.action.is_some()).collect();
    let nth = dice.below(offers.len());
    let said = offers[nth].text.clone().unwrap_or_default();
    let names: Vec<String> = monkey.truth.events.values().map(|event| event.name.clone()).collect();
    let back = crate::words::left_behind(&said, names.iter().map(String::as_str));
    monkey.window()?.press_nth("section > ul > li .action", nth).await?;
    let words = format!("takes up the offer of the message {said:?}");
    let mut expect = Expect { cart: CartRule::Adopt, ..Expect::default() };
    if let Some((event, _)) = back {
        let left = monkey.mind.cart.tickets();
        let from = monkey.mind.event_row(&monkey.truth).map(|row| row.name.clone()).unwrap_or_default();
        if left > 0 && from != event {
            monkey.mind.left_behind.push((from, left));
        }
        expect.event = monkey.truth.event_called(&event);
        expect.pages = vec!["boxOffice"];
    }
    Ok(Done { words, expect })
}

async fn pay(kind: Kind, dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let window = monkey.window()?;
    if kind == Kind::PayTwice {
        window.press_id("pay").await?;
        window.keys(&[Key::Enter]).await?;
        return at("presses the button that takes the money, and Enter at once", "payment");
    }
    if dice.in_times(1, 2) && !monkey.look.typing && !monkey.look.focused {
        window.keys(&[Key::Enter]).await?;
    } else {
        window.press_id("pay").await?;
    }
    at("goes to the payment", "payment")
}

async fn money(kind: Kind, dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let window = monkey.window()?;
    let words = match kind {
        Kind::Exact => {
            if dice.in_times(1, 2) {
                window.keys(&[Key::F6]).await?;
            } else {
                window.press_id("cash-exact").await?;
            }
            "takes the exact amount".to_owned()
        }
        Kind::Quick => {
            let nth = dice.below(monkey.look.quick.len());
            window.press_nth("[data-testid=\"quick-amount\"]", nth).await?;
            format!("takes {}", monkey.look.quick[nth])
        }
        _ => {
            let digits = (1 + dice.below(9_998)).to_string();
            window.type_text(&digits).await?;
            format!("types {digits} on the pad")
        }
    };
    at(&words, "payment")
}

impl Monkey {
    /// The sale that the button would make now.
    pub(crate) fn sale(&self) -> Sale {
        let received = self.look.received.as_deref().and_then(minor).unwrap_or_default();
        Sale { event: self.mind.event.unwrap_or_default(), cart: self.mind.cart.clone(), received }
    }

    pub(crate) async fn press_confirm(&mut self, dice: &mut Dice) -> Result<(), Lost> {
        if dice.in_times(1, 2) && !self.look.focused {
            self.window()?.keys(&[Key::Enter]).await
        } else {
            self.window()?.press_id("confirm-sale").await
        }
    }
}

async fn confirm(kind: Kind, dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let sale = monkey.sale();
    let words = sale.cart.words();
    let mut steps = vec!["done"];
    if kind == Kind::Confirm {
        monkey.press_confirm(dice).await?;
    } else {
        monkey.window()?.keys(&[Key::Enter, Key::Enter]).await?;
        steps.push("cart");
    }
    let expect = Expect {
        pages: vec!["boxOffice"],
        steps,
        cart: CartRule::Exactly(Cart::default()),
        order: OrderRule::Sold(sale),
        ..Expect::default()
    };
    let times = if kind == Kind::Confirm { "" } else { ", with Enter pressed twice" };
    Ok(Done { words: format!("sells {words}{times}"), expect })
}

/// The button is deaf for a moment, so that a second press of the key that sold passes over nothing: it is pressed until
/// it hears.
async fn next_customer(kind: Kind, monkey: &mut Monkey) -> Result<(), Lost> {
    for _ in 0..20 {
        if kind == Kind::Next {
            monkey.window()?.press_id("next-customer").await?;
        } else {
            monkey.window()?.keys(&[Key::Enter]).await?;
        }
        for _ in 0..8 {
            let seen = look(monkey.window()?, monkey.mind.verdicts).await?;
            if !seen.at("done") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }
    Err(Lost("the page of a sale does not go on to the next customer".into()))
}

async fn paper(kind: Kind, monkey: &mut Monkey) -> Acted {
    let id = if kind == Kind::Save { "save-pdf" } else { "print" };
    monkey.window()?.press_id(id).await?;
    monkey
        .wait_for("an end of printing or saving", |look| {
            !matches!(look.print.as_deref(), Some("busy" | "none"))
        })
        .await?;
    let expect = Expect { pages: vec!["boxOffice"], steps: vec!["done", "cart"], ..Expect::default() };
    Ok(Done {
        words: if kind == Kind::Save { "saves the tickets".into() } else { "prints the tickets".into() },
        expect,
    })
}
