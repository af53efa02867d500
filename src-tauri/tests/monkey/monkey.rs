//! The monkey: it looks, chooses, acts, and compares until screen and station agree or its patience is over.

use std::time::{Duration, Instant};

use crate::checks::compare;
use crate::dice::Dice;
use crate::eyes::{Look, look};
use crate::file::Truth;
use crate::hands::Lost;
use crate::house::{House, pictures};
use crate::mind::{CartRule, Expect, Mind};
use crate::moves::{Kind, Move};
use crate::stage::{Stage, Window, wicket};
use crate::story::{Difference, Story, Told};

/// How long the screen may take to show what the station holds. Generous: machines that test are slow and shared.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer that takes longer than this shows that it is waited for.
const SUGGESTING: Duration = Duration::from_millis(800);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(40);

/// A window on a station of its own, and what the monkey knows of both.
pub(crate) struct Monkey {
    window: Option<Window>,
    // After the window, which stands on it.
    pub(crate) stage: Stage,
    pub(crate) house: House,
    pub(crate) mind: Mind,
    pub(crate) look: Look,
    pub(crate) truth: Truth,
    pub(crate) story: Story,
}

impl Monkey {
    /// Sets up a station, opens the window, signs in and chooses the first evening.
    pub(crate) async fn begin(seed: u64) -> Result<Self, Lost> {
        let house = House::build();
        let story = Story { seed, steps: Vec::new(), end: None };
        let mut monkey = Self {
            window: None,
            stage: Stage::set(),
            house,
            mind: Mind::default(),
            look: Look::default(),
            truth: Truth::default(),
            story,
        };
        monkey.truth = monkey.read();
        monkey.mind.event = monkey.truth.events.keys().next().copied();
        monkey.open().await?;
        monkey.sign_in().await?;
        monkey.go_to_box_office().await?;
        Ok(monkey)
    }

    pub(crate) fn window(&self) -> Result<&Window, Lost> {
        self.window.as_ref().ok_or_else(|| Lost("no window is open".into()))
    }

    pub(crate) fn read(&mut self) -> Truth {
        self.house.file.read(jiff::Timestamp::now().as_millisecond())
    }

    /// The id of a seat by its place in the plan.
    pub(crate) fn seat_at(&self, at: usize) -> String {
        let event = self.mind.event_row(&self.truth);
        let number = i64::try_from(at).unwrap_or(-1);
        let mut seats: Vec<_> = event.into_iter().flat_map(|event| &event.seats).collect();
        seats.sort_by_key(|(_, seat)| seat.number);
        seats.get(usize::try_from(number).unwrap_or(0)).map(|(id, _)| (*id).clone()).unwrap_or_default()
    }

    /// Opens the program's window, in place of one that is gone.
    pub(crate) async fn open(&mut self) -> Result<(), Lost> {
        if self.window.take().is_some() {
            self.stage.drive_anew();
        }
        let (data, frames) =
            (self.house.data().display().to_string(), self.house.frames().display().to_string());
        self.window = Some(self.stage.open(&["--data-dir", &data, "--replay", &frames]).await);
        self.mind.verdicts = 0;
        self.wait_for("the window", |look| look.page.is_some()).await?;
        Ok(())
    }

    /// Looks until the page is as awaited.
    pub(crate) async fn wait_for(&mut self, what: &str, fits: impl Fn(&Look) -> bool) -> Result<Look, Lost> {
        self.wait_at_most(PATIENCE * 2, what, fits).await
    }

    /// Looks until the page is as awaited, or this time is over.
    pub(crate) async fn wait_at_most(
        &mut self,
        patience: Duration,
        what: &str,
        fits: impl Fn(&Look) -> bool,
    ) -> Result<Look, Lost> {
        let begun = Instant::now();
        loop {
            let seen = look(self.window()?, self.mind.verdicts).await;
            if let Ok(seen) = &seen {
                self.look = seen.clone();
                if fits(seen) {
                    return Ok(seen.clone());
                }
            }
            if begun.elapsed() > patience {
                let why = seen.err().map_or_else(
                    || format!("it shows {:?} {:?}", self.look.page, self.look.step),
                    |lost| lost.0,
                );
                return Err(Lost(format!("{what} never came: {why}")));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Asks the program itself whether its audit log holds.
    pub(crate) fn verify(&self) -> Result<(), Lost> {
        let verified = wicket(&self.house.data(), &["audit", "verify"]);
        if verified.status.success() {
            return Ok(());
        }
        Err(Lost(format!("the audit log does not hold: {}", String::from_utf8_lossy(&verified.stdout))))
    }

    /// Chooses the next move among those that can be done now; `left_out` are never.
    pub(crate) fn choose(&self, dice: &mut Dice, left_out: &[Kind]) -> Move {
        let open: Vec<(Kind, usize)> = Kind::ALL
            .iter()
            .filter(|(kind, _)| !left_out.contains(kind) && kind.fits(&self.look, &self.mind, &self.truth))
            .copied()
            .collect();
        let mut at = dice.below(open.iter().map(|(_, weight)| weight).sum());
        let kind = open.iter().find(|(_, weight)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here
        });
        Move { kind: kind.map_or(Kind::Wait, |(kind, _)| *kind), salt: dice.next() }
    }

    /// Takes a step. True while screen and station agree.
    pub(crate) async fn step(&mut self, next: Move) -> bool {
        let begun = Instant::now();
        let (words, expect) = match next.act(self).await {
            Ok(done) => (done.words, Ok(done.expect)),
            Err(lost) => self.gone_meanwhile(next, lost).await,
        };
        let agreed = match expect {
            Ok(expect) => self.settle(&expect).await,
            Err(lost) => Err(vec![format!("the move could not be made: {}", lost.0)]),
        };
        println!("{:>4}. {words}", self.story.steps.len() + 1);
        self.story.steps.push(Told { done: next, words, took: begun.elapsed() });
        if let Err(said) = agreed {
            self.end(said).await;
            return false;
        }
        true
    }

    /// What a move was for may have gone by itself (the page of a sale does after a while); else it is a fault.
    async fn gone_meanwhile(&mut self, next: Move, lost: Lost) -> (String, Result<Expect, Lost>) {
        if let Ok(seen) = look(
            match self.window() {
                Ok(window) => window,
                Err(lost) => return (String::new(), Err(lost)),
            },
            self.mind.verdicts,
        )
        .await
        {
            self.look = seen;
            if !next.kind.fits(&self.look, &self.mind, &self.truth) {
                let expect = Expect { finishes: self.look.at("cart"), ..Expect::default() };
                return (format!("{:?}: not possible any more", next.kind), Ok(expect));
            }
        }
        (format!("{:?}", next.kind), Err(lost))
    }

    /// Looks until everything agrees, and until what passes by itself has passed.
    pub(crate) async fn settle(&mut self, expect: &Expect) -> Result<(), Vec<String>> {
        let begun = Instant::now();
        loop {
            let said = match look(self.window().map_err(|lost| vec![lost.0])?, self.mind.verdicts).await {
                Ok(seen) => {
                    let truth = self.read();
                    let (said, mind) = compare(&self.mind, expect, &seen, &truth);
                    let answered = !matches!(expect.cart, CartRule::Suggested)
                        || (!seen.waiting && begun.elapsed() > SUGGESTING);
                    let calm = answered
                        && (seen.admitted_now == 0
                            || seen.admitted_now < seen.verdict_now
                            || begun.elapsed() > PATIENCE);
                    self.look = seen;
                    self.truth = truth;
                    if said.is_empty() && calm {
                        self.mind = mind;
                        return Ok(());
                    }
                    said
                }
                Err(lost) => vec![format!("the window does not answer: {}", lost.0)],
            };
            if begun.elapsed() > PATIENCE && !said.is_empty() {
                return Err(said);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(crate) async fn end(&mut self, said: Vec<String>) {
        let mut picture = None;
        if let Some(window) = &self.window
            && let Ok(bytes) = window.client.screenshot().await
        {
            let path = pictures().join(format!("monkey-{}.png", self.story.seed));
            picture = std::fs::write(&path, bytes).is_ok().then(|| path.display().to_string());
        }
        self.story.end = Some(Difference { said, screen: self.look.text.clone(), picture });
    }

    /// Closes the window; processes end with the stage.
    pub(crate) async fn close(mut self) -> Story {
        if let Some(window) = self.window.take() {
            // A window that was killed cannot be closed.
            let _ = window.client.close().await;
        }
        self.story
    }
}
