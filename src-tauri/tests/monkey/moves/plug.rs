//! What happens to a till from outside: processes die, and other programs sell and admit at the same station.

use std::time::{Duration, Instant};

use fantoccini::key::Key;

use super::{Acted, Done, Kind};
use crate::dice::Dice;
use crate::eyes::Look;
use crate::file::{Truth, uuid};
use crate::hands::{Lost, kill, program};
use crate::mind::{Cart, CartRule, Expect, Mind, OrderRule, ScanRule};
use crate::monkey::Monkey;
use crate::stage::wicket;

/// The process that draws the page.
const PAGE: &str = "WebKitWebProcess";

/// How long another page may take to come.
const COMING_BACK: Duration = Duration::from_secs(20);

/// With fewer free seats than this in all, another evening is added.
const FEW: usize = 50;

pub(super) fn fits(kind: Kind, look: &Look, mind: &Mind, truth: &Truth) -> bool {
    let working = look.page.is_some() && !look.is("signIn");
    match kind {
        Kind::KillProgram | Kind::KillPage | Kind::Reload => working,
        Kind::ConfirmAndKill => {
            look.is("boxOffice")
                && look.at("payment")
                && look.clear()
                && look.confirm.as_ref().is_some_and(|confirm| confirm.enabled)
        }
        Kind::SellBeside => {
            mind.event_row(truth).is_some_and(|event| event.seats.values().any(|seat| seat.state == 0))
        }
        Kind::SellFromCart => !mind.cart.seats.is_empty(),
        Kind::AdmitBeside => !truth.orders.is_empty(),
        Kind::NewEvening => {
            truth
                .events
                .values()
                .flat_map(|event| event.seats.values())
                .filter(|seat| seat.state == 0)
                .count()
                < FEW
        }
        Kind::Verify => true,
        _ => false,
    }
}

pub(super) async fn act(kind: Kind, mut dice: Dice, monkey: &mut Monkey) -> Acted {
    let dice = &mut dice;
    match kind {
        Kind::KillProgram => {
            monkey.restart().await?;
            Ok(Done {
                words: "kills the program, starts it again and signs in".into(),
                expect: after_restart(),
            })
        }
        Kind::ConfirmAndKill => {
            let sale = monkey.sale();
            let words = sale.cart.words();
            monkey.press_confirm(dice).await?;
            let pause = u64::try_from(dice.below(5) * 120).unwrap_or(0);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let page_alone = dice.in_times(1, 4);
            if page_alone {
                monkey.reload().await?;
            } else {
                monkey.restart().await?;
            }
            let what = if page_alone { "the page" } else { "the program" };
            let expect = Expect { order: OrderRule::Perhaps(sale), ..after_restart() };
            Ok(Done { words: format!("sells {words} and kills {what} {pause} ms later"), expect })
        }
        Kind::KillPage => {
            monkey.kill_page().await?;
            Ok(Done {
                words: "kills the page's process, which comes back, and then the program".into(),
                expect: after_restart(),
            })
        }
        Kind::Reload => {
            monkey.reload().await?;
            Ok(Done { words: "has the page loaded again".into(), expect: after_restart() })
        }
        Kind::SellBeside => beside(dice, monkey),
        Kind::SellFromCart => {
            let seats: Vec<_> = monkey.mind.cart.seats.iter().cloned().collect();
            let seat = dice.choose(&seats).cloned().unwrap_or_default();
            let name = event_name(monkey);
            let sold = wicket(&monkey.house.data(), &["sell", &name, "--seat", &seat, "--cash", "100000"]);
            if sold.status.success() {
                return Err(Lost(format!("seat {seat} was sold beside the window out of its cart")));
            }
            Ok(Done {
                words: format!("tries to sell {seat} beside the window, out of its cart"),
                expect: Expect::default(),
            })
        }
        Kind::AdmitBeside => {
            let tickets: Vec<_> = monkey
                .truth
                .orders
                .iter()
                .flat_map(|order| order.tickets.iter().map(move |ticket| (order, ticket)))
                .collect();
            let (order, ticket) =
                *dice.choose(&tickets).ok_or_else(|| Lost("nothing was sold yet".into()))?;
            let event =
                monkey.truth.events.get(&order.event).ok_or_else(|| Lost("the event is gone".into()))?;
            let token = monkey.house.token(event, ticket);
            let words = format!("admits {} of order {} beside the window", ticket.seat, order.code);
            let done = wicket(
                &monkey.house.data(),
                &["admit", "--token", &token, "--gate", "Side door", "--event", &event.name],
            );
            if done.status.code().is_none_or(|code| code > 1) {
                return Err(Lost(format!("{words}: {}", String::from_utf8_lossy(&done.stderr))));
            }
            Ok(Done { words, expect: Expect { scans: ScanRule::Beside, ..Expect::default() } })
        }
        Kind::NewEvening => {
            let name = monkey.house.add_evening();
            Ok(Done { words: format!("adds the evening {name}"), expect: Expect::default() })
        }
        _ => {
            monkey.verify()?;
            Ok(Done { words: "has the audit log checked".into(), expect: Expect::default() })
        }
    }
}

fn after_restart() -> Expect {
    Expect { pages: vec!["boxOffice"], cart: CartRule::Fresh, reminds: true, ..Expect::default() }
}

fn event_name(monkey: &Monkey) -> String {
    // By its id: one name may begin with another.
    let id = monkey.mind.event_row(&monkey.truth).map(|event| event.id.clone()).unwrap_or_default();
    uuid(&id)
}

fn beside(dice: &mut Dice, monkey: &mut Monkey) -> Acted {
    let Some(event) = monkey.mind.event_row(&monkey.truth) else {
        return Err(Lost("no event is chosen".into()));
    };
    let mut free: Vec<_> =
        event.seats.iter().filter(|(_, seat)| seat.state == 0).map(|(id, _)| id.clone()).collect();
    let mut seats = Vec::new();
    for _ in 0..=dice.below(2) {
        if !free.is_empty() {
            seats.push(free.remove(dice.below(free.len())));
        }
    }
    let id = event_name(monkey);
    let mut words = vec!["sell", &id, "--cash", "100000", "--seat"];
    words.extend(seats.iter().map(String::as_str));
    let sold = wicket(&monkey.house.data(), &words);
    if !sold.status.success() {
        return Err(Lost(format!(
            "{} were free and could not be sold: {}",
            seats.join(", "),
            String::from_utf8_lossy(&sold.stderr)
        )));
    }
    let words = format!("sells {} beside the window", seats.join(", "));
    Ok(Done { words, expect: Expect { order: OrderRule::Beside(1), ..Expect::default() } })
}

impl Monkey {
    fn process(&self, name: &str) -> Result<u32, Lost> {
        let all = self.stage.processes();
        all.into_iter()
            .find(|process| program(*process) == name)
            .ok_or_else(|| Lost(format!("{name} does not run")))
    }

    /// Kills the program and starts it again on the same station; somebody signs in and goes to the box office.
    async fn restart(&mut self) -> Result<(), Lost> {
        kill(self.process("wicket")?);
        self.forget_page();
        self.open().await?;
        self.sign_in().await?;
        self.go_to_box_office().await
    }

    /// Kills the process that draws the page. The program has to bring another; the driver loses its window with the first,
    /// so the program is started again to look at it.
    async fn kill_page(&mut self) -> Result<(), Lost> {
        let (program, page) = (self.process("wicket")?, self.process(PAGE)?);
        let begun = Instant::now();
        kill(page);
        while self.process(PAGE).is_ok_and(|process| process == page) || self.process(PAGE).is_err() {
            if begun.elapsed() > COMING_BACK {
                let alive = self.process("wicket").is_ok_and(|process| process == program);
                return Err(Lost(format!(
                    "no page came back after its process died; the program runs: {alive}"
                )));
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        self.restart().await
    }

    /// Loads the page again, as the program does when the page's process died.
    async fn reload(&mut self) -> Result<(), Lost> {
        self.window()?.client.refresh().await.map_err(|error| Lost(error.to_string()))?;
        self.forget_page();
        self.wait_for("the page, loaded again", |look| look.page.is_some()).await?;
        self.sign_in().await?;
        self.go_to_box_office().await
    }

    fn forget_page(&mut self) {
        self.mind.verdicts = 0;
        let truth = self.read();
        self.mind.orphans = truth.carts();
        self.truth = truth;
        self.mind.cart = Cart::default();
        self.mind.reminded.clear();
    }

    /// Back to the event and the screen where it sells; what has to be said first may stand there.
    pub(crate) async fn go_to_box_office(&mut self) -> Result<(), Lost> {
        let look = self
            .wait_for("a page to work on", |look| {
                look.is("events") && !look.cards.is_empty()
                    || look.is("boxOffice")
                    || look.is("gate")
                    || look.is("orders")
            })
            .await?;
        if look.is("events") || self.mind.event_row(&self.truth).map(|event| event.name.clone()) != look.event
        {
            if !look.is("events") {
                self.window()?.press_nth("header button.event", 0).await?;
                self.wait_for("the events", |look| !look.cards.is_empty()).await?;
            }
            let name = self.mind.event_row(&self.truth).map(|event| event.name.clone()).unwrap_or_default();
            self.window()?
                .press_nth(&format!("[data-testid=\"event-card\"][data-event-name=\"{name}\"]"), 0)
                .await?;
            self.wait_for("the chosen event", |look| look.is("boxOffice") || look.is("gate")).await?;
        }
        if !self.look.is("boxOffice") {
            self.window()?.keys(&[Key::F2]).await?;
        }
        self.wait_for("the box office", |look| look.is("boxOffice")).await?;
        Ok(())
    }
}
