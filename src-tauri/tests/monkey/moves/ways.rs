//! Ways through the window: screens, events, menus, and the person at it.

use std::time::Duration;

use fantoccini::key::Key;

use super::{Acted, Done, Kind};
use crate::dice::Dice;
use crate::eyes::{Look, ask};
use crate::hands::Lost;
use crate::house::PIN;
use crate::mind::{Cart, CartRule, Expect};
use crate::monkey::Monkey;

/// Sizes of windows that stand at tills.
const SIZES: [(u32, u32); 4] = [(1280, 800), (1024, 768), (1180, 700), (1240, 780)];

pub(super) fn fits(kind: Kind, look: &Look) -> bool {
    let working =
        look.page.is_some() && !["signIn", "setup", "notice", "soldBefore"].iter().any(|page| look.is(page));
    let free = working && look.clear() && !look.held && look.verdict_now == 0;
    match kind {
        Kind::BoxOffice => free && !look.is("boxOffice"),
        Kind::Gate => free && !look.is("gate"),
        Kind::Orders => free && !look.is("orders"),
        Kind::Events => free && !look.is("events"),
        Kind::ChooseEvent | Kind::LeaveEvents => free && look.is("events"),
        Kind::Cloud => free && !look.is("cloud"),
        Kind::Theme | Kind::Language => working && look.clear() && look.verdict_now == 0,
        Kind::SignOut => free && look.verdict_now == 0,
        Kind::CloseDialog => !look.clear(),
        Kind::Resize | Kind::Wait => working && look.clear(),
        Kind::DismissToast => working && look.clear() && look.verdict_now == 0 && !look.toasts.is_empty(),
        _ => false,
    }
}

pub(super) async fn act(kind: Kind, mut dice: Dice, monkey: &mut Monkey) -> Acted {
    match kind {
        Kind::BoxOffice => go(monkey, &mut dice, Key::F2, 0, "boxOffice").await,
        Kind::Gate => go(monkey, &mut dice, Key::F3, 1, "gate").await,
        Kind::Orders => go(monkey, &mut dice, Key::F4, 2, "orders").await,
        Kind::Events => {
            let from_done = monkey.look.at("done");
            monkey.window()?.press_nth("header button.event", 0).await?;
            let expect = Expect { pages: vec!["events"], finishes: from_done, ..Expect::default() };
            Ok(Done { words: "goes to the list of events".into(), expect })
        }
        Kind::ChooseEvent => choose(monkey, &mut dice).await,
        Kind::LeaveEvents => {
            monkey.window()?.keys(&[Key::Escape]).await?;
            let pages = if monkey.mind.event.is_some() { vec!["boxOffice", "gate"] } else { vec!["events"] };
            let expect = Expect { pages, ..Expect::default() };
            Ok(Done { words: "leaves the list of events with Escape".into(), expect })
        }
        Kind::Cloud => {
            let from_done = monkey.look.at("done");
            monkey.window()?.press_id("staff-menu").await?;
            monkey.window()?.press_id("open-cloud").await?;
            let expect = Expect { pages: vec!["cloud"], finishes: from_done, ..Expect::default() };
            Ok(Done { words: "opens the Cloud page".into(), expect })
        }
        Kind::CloseDialog => {
            let what = monkey.look.dialog.clone().unwrap_or_else(|| "menu".into());
            monkey.window()?.keys(&[Key::Escape]).await?;
            monkey.wait_for("the page without it", Look::clear).await?;
            Ok(Done { words: format!("closes {what:?} with Escape"), expect: Expect::default() })
        }
        Kind::Theme | Kind::Language => choose_in_menu(kind, monkey, &mut dice).await,
        Kind::Resize => {
            let (width, height) = *dice.choose(&SIZES).unwrap_or(&SIZES[0]);
            let client = &monkey.window()?.client;
            client.set_window_size(width, height).await.map_err(|error| Lost(error.to_string()))?;
            Ok(Done { words: format!("makes the window {width} by {height}"), expect: Expect::default() })
        }
        Kind::SignOut => {
            monkey.window()?.press_id("staff-menu").await?;
            monkey.window()?.press_id("sign-out").await?;
            // The bar goes last, when everything was given back; what was typed before then is lost.
            let out = |look: &Look| look.is("signIn") && look.event.is_none();
            monkey.wait_for("the page to sign in", out).await?;
            monkey.sign_in().await?;
            let expect = Expect {
                pages: vec!["boxOffice", "gate", "events"],
                cart: CartRule::Exactly(Cart::default()),
                finishes: true,
                ..Expect::default()
            };
            Ok(Done { words: "signs out and in again".into(), expect })
        }
        Kind::DismissToast => {
            let said = monkey.look.toasts.last().and_then(|toast| toast.text.clone()).unwrap_or_default();
            monkey.window()?.press_nth("section > ul > li .dismiss", monkey.look.toasts.len() - 1).await?;
            Ok(Done { words: format!("puts the message {said:?} away"), expect: Expect::default() })
        }
        _ => {
            // Two beats of the box office pass.
            tokio::time::sleep(Duration::from_millis(4200)).await;
            let expect =
                Expect { finishes: monkey.look.print.as_deref() == Some("saved"), ..Expect::default() };
            Ok(Done { words: "does nothing for a while".into(), expect })
        }
    }
}

async fn go(monkey: &mut Monkey, dice: &mut Dice, key: Key, button: usize, page: &'static str) -> Acted {
    let by_key = dice.in_times(2, 3);
    let from_done = monkey.look.at("done");
    if by_key {
        monkey.window()?.keys(&[key]).await?;
    } else {
        monkey.window()?.press_nth("header nav button", button).await?;
    }
    let pages = if monkey.mind.event.is_none() && page != "orders" { vec!["events"] } else { vec![page] };
    let words = format!("goes to {page} {}", if by_key { "by its key" } else { "by a click" });
    let newest = page == "orders";
    Ok(Done { words, expect: Expect { pages, newest, finishes: from_done, ..Expect::default() } })
}

async fn choose(monkey: &mut Monkey, dice: &mut Dice) -> Acted {
    let nth = dice.below(monkey.look.cards.len());
    let name = monkey.look.cards[nth].clone();
    let by_typing = dice.in_times(1, 3);
    if by_typing {
        let window = monkey.window()?;
        window.fill("[data-testid=\"event-filter\"]", &name).await?;
    }
    let chosen = monkey.truth.event_called(&name);
    let other = chosen != monkey.mind.event;
    let left = monkey.mind.cart.tickets();
    if other && left > 0 {
        let from = monkey.mind.event_row(&monkey.truth).map(|event| event.name.clone()).unwrap_or_default();
        monkey.mind.left_behind.push((from, left));
    }
    let css = format!("[data-testid=\"event-card\"][data-event-name=\"{name}\"]");
    monkey.window()?.press_nth(&css, 0).await?;
    let cart = if other { CartRule::Exactly(Cart::default()) } else { CartRule::Same };
    let expect = Expect { pages: vec!["boxOffice", "gate"], event: chosen, cart, ..Expect::default() };
    Ok(Done {
        words: format!("chooses {name}{}", if by_typing { " after typing its name" } else { "" }),
        expect,
    })
}

async fn choose_in_menu(kind: Kind, monkey: &mut Monkey, dice: &mut Dice) -> Acted {
    let group = usize::from(kind == Kind::Theme);
    monkey.window()?.press_id("staff-menu").await?;
    let count = format!(
        "return document.querySelectorAll('.station-menu [role=\"radiogroup\"]')[{group}]?.querySelectorAll('[role=\"radio\"]').length ?? 0"
    );
    let mut choices = 0;
    for _ in 0..60 {
        choices = ask(monkey.window()?, &count, Vec::new()).await?.as_u64().unwrap_or(0);
        if choices > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let nth = dice.below(usize::try_from(choices).unwrap_or(1));
    let before = if group == 0 {
        0
    } else {
        let languages = "return document.querySelector('.station-menu [role=\"radiogroup\"]').querySelectorAll('[role=\"radio\"]').length";
        usize::try_from(ask(monkey.window()?, languages, Vec::new()).await?.as_u64().unwrap_or(0))
            .unwrap_or(0)
    };
    monkey.window()?.press_nth(".station-menu [role=\"radio\"]", before + nth).await?;
    monkey.window()?.keys(&[Key::Escape]).await?;
    monkey.wait_for("the page without its menu", Look::clear).await?;
    let what = if group == 0 { "language" } else { "colours" };
    Ok(Done { words: format!("chooses {what} number {}", nth + 1), expect: Expect::default() })
}

impl Monkey {
    /// Types the PIN, as somebody who is alone at the station. What was sold before and not finished comes first then.
    pub(crate) async fn sign_in(&mut self) -> Result<(), Lost> {
        let known = ["signIn", "notice", "soldBefore", "events", "boxOffice", "gate", "orders", "cloud"];
        let look =
            self.wait_for("the page to sign in", |look| known.iter().any(|page| look.is(page))).await?;
        if look.is("signIn") {
            self.window()?.press_id("sign-pin").await?;
            self.window()?.type_text(PIN).await?;
            self.window()?.keys(&[Key::Enter]).await?;
        }
        let mut look =
            self.wait_for("a page to work on", |look| look.page.is_some() && !look.is("signIn")).await?;
        while let Some(code) = look.sold_before.first().cloned() {
            self.mind.reminded.insert(code.clone());
            self.window()?.press_id("sold-before-done").await?;
            look = self
                .wait_for("the next page", |look| !look.sold_before.contains(&code) && look.page.is_some())
                .await?;
        }
        Ok(())
    }
}
