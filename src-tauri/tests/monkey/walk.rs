//! How far to walk, from which seeds, and how a story is made shorter.

use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::mind::Expect;
use crate::monkey::Monkey;
use crate::moves::{Kind, Move};
use crate::story::Story;

/// Steps before a fresh station takes the place of the old one.
const WALK: usize = 400;

/// The walks of `cargo xtask test`.
const SEEDS: [u64; 2] = [1, 2];
const SHORT: usize = 100;

/// Times that a shorter story is tried.
const TRIES: usize = 40;

/// What the caller asked for, in the environment's variables.
pub(crate) struct Wish {
    seeds: Vec<u64>,
    steps: usize,
    until: Option<Duration>,
    shrink: bool,
}

impl Wish {
    pub(crate) fn from_environment() -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let seed = number("WICKET_MONKEY_SEED");
        let steps = number("WICKET_MONKEY_STEPS").and_then(|steps| usize::try_from(steps).ok());
        let until = number("WICKET_MONKEY_MINUTES").map(|minutes| Duration::from_secs(minutes * 60));
        let shrink = number("WICKET_MONKEY_SHRINK").is_some();
        let asked = seed.is_some() || steps.is_some() || until.is_some();
        let seeds = if asked { vec![seed.unwrap_or(1)] } else { SEEDS.to_vec() };
        let steps = steps.unwrap_or(if until.is_some() { usize::MAX } else { SHORT });
        Self { seeds, steps, until, shrink }
    }
}

/// Walks; returns the story of the first difference.
pub(crate) async fn walk(wish: &Wish) -> Option<String> {
    let begun = Instant::now();
    let mut walked = 0;
    let long = wish.seeds.len() == 1;
    let seeds =
        wish.seeds.iter().copied().chain((wish.seeds[0] + 1..).take(if long { usize::MAX } else { 0 }));
    for seed in seeds {
        let left = if long { wish.steps.saturating_sub(walked) } else { wish.steps };
        let over = wish.until.is_some_and(|until| begun.elapsed() > until);
        if left == 0 || over {
            break;
        }
        let story = one(seed, left.min(WALK), wish.until.map(|until| begun + until)).await;
        walked += story.steps.len();
        println!(
            "seed {seed}: {} steps, {walked} in all, {} s",
            story.steps.len(),
            begun.elapsed().as_secs()
        );
        if std::env::var_os("WICKET_MONKEY_TELL").is_some() {
            println!("{}", story.print());
        }
        if story.end.is_some() {
            let shorter = if wish.shrink { shorter(&story).await } else { None };
            return Some(shorter.unwrap_or(story).print());
        }
    }
    None
}

/// One walk on a station of its own. Some kinds of moves are left out, others in each walk, so that what one kind would
/// always run into first does not hide what lies behind it.
async fn one(seed: u64, steps: usize, until: Option<Instant>) -> Story {
    let mut dice = Dice::new(seed);
    let mut left_out = Vec::new();
    for (kind, _) in Kind::ALL {
        // What leads on is never left out, or the walk would stand still.
        if dice.in_times(1, 4) && !kind.leads_on() {
            left_out.push(*kind);
        }
    }
    let mut monkey = match Monkey::begin(seed).await {
        Ok(monkey) => monkey,
        Err(lost) => panic!("the window could not be opened: {}", lost.0),
    };
    if let Err(said) = monkey.settle(&Expect::default()).await {
        monkey.end(said).await;
        return monkey.close().await;
    }
    for _ in 0..steps {
        if until.is_some_and(|until| Instant::now() > until) {
            break;
        }
        let next = monkey.choose(&mut dice, &left_out);
        if !monkey.step(next).await {
            return monkey.close().await;
        }
    }
    if let Err(lost) = monkey.verify() {
        monkey.end(vec![lost.0]).await;
    }
    monkey.close().await
}

/// Tells a story again with these moves alone; those that cannot be made are left out.
async fn again(seed: u64, moves: &[Move]) -> Story {
    let mut monkey = match Monkey::begin(seed).await {
        Ok(monkey) => monkey,
        Err(lost) => panic!("the window could not be opened: {}", lost.0),
    };
    if let Err(said) = monkey.settle(&Expect::default()).await {
        monkey.end(said).await;
        return monkey.close().await;
    }
    for next in moves {
        if next.kind.fits(&monkey.look, &monkey.mind, &monkey.truth) && !monkey.step(*next).await {
            break;
        }
    }
    monkey.close().await
}

/// Leaves out larger and smaller pieces of the story as long as it still ends in a difference.
async fn shorter(story: &Story) -> Option<Story> {
    let mut best: Option<Story> = None;
    let mut moves = story.moves();
    let mut piece = moves.len() / 2;
    let mut tries = 0;
    while piece > 0 && tries < TRIES {
        let mut at = 0;
        while at < moves.len() && tries < TRIES {
            let mut fewer = moves.clone();
            fewer.drain(at..(at + piece).min(moves.len()));
            tries += 1;
            let told = again(story.seed, &fewer).await;
            if told.end.is_some() {
                moves = told.moves();
                best = Some(told);
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    best
}
