//! Fan-club points: given and taken back in one transaction with the order's credit, and the tier that follows from them.

use std::time::Duration;

use wicket_domain::cloud::rules::points::{self, credit_key, member_key};
use wicket_domain::pipeline::fan_club::Tier;
use wicket_domain::table::{Condition, Write};

use crate::fault::Fault;
use crate::world::{Read, Transacted, World, Written};

/// Milliseconds before each try: a member's orders may come at the same moment.
const AFTER_CONFLICT: [u64; 5] = [0, 20, 60, 150, 400];
/// The part of both transactions that is the member's own item.
const MEMBER: usize = 0;

/// What became of an order's points.
pub(crate) enum Credited {
    /// They are the member's.
    Now,
    /// They have been, or the order's money was given back.
    Before,
    /// Nobody has that number.
    Unknown,
}

/// Credits an order's points, once.
pub(crate) async fn credit(
    world: &World,
    order_id: &str,
    member: &str,
    points: u64,
) -> Result<Credited, Fault> {
    let credited = match transact(world, || points::credit(order_id, member, points, world.millis())).await? {
        None => Credited::Now,
        Some(refused) if refused.contains(&MEMBER) => return Ok(Credited::Unknown),
        Some(_) => Credited::Before,
    };
    match_tier(world, member).await?;
    Ok(credited)
}

/// Takes an order's points back, once. An order that has not been credited yet never will be.
pub(crate) async fn take_back(world: &World, order_id: &str, member: &str) -> Result<(), Fault> {
    let key = credit_key(order_id, member);
    let item = world.read(key).await?.unwrap_or_default();
    let Some(credited) = item.number("credited") else {
        return match world.write(points::never_credit(order_id, member, world.millis())).await? {
            // Credited at this very moment: whoever asks again finds it.
            Written::No(Some(item)) if !item.has("takenBackAt") => {
                Err(Fault::Waiting("the order's points are being credited"))
            }
            _ => Ok(()),
        };
    };
    let taken =
        transact(world, || points::take_back(order_id, member, credited, world.millis())).await?.is_none();
    tracing::info!(order = order_id, member, points = credited, taken, "points taken back");
    match_tier(world, member).await
}

/// None where both writes were made; otherwise the parts that were refused.
async fn transact(world: &World, writes: impl Fn() -> [Write; 2]) -> Result<Option<Vec<usize>>, Fault> {
    for pause in AFTER_CONFLICT {
        if pause > 0 {
            world.time.sleep(Duration::from_millis(pause)).await;
        }
        match world.tables.transact(writes().into()).await? {
            Transacted::Done => return Ok(None),
            Transacted::InTheWay => {}
            Transacted::Refused(refusals) => {
                return Ok(Some(refusals.into_iter().map(|refusal| refusal.part).collect()));
            }
        }
    }
    Err(Fault::Waiting("the member's points are being written by others"))
}

/// Writes the tier that a member's points have reached, if it is not the one that stands there. When the points have moved
/// on meanwhile, whoever moved them does this.
async fn match_tier(world: &World, member: &str) -> Result<(), Fault> {
    let read = Read { key: member_key(member), consistent: true, only: &["points", "tier"] };
    let Some(item) = world.tables.read(read).await? else { return Ok(()) };
    let points = item.number("points").unwrap_or_default();
    let tier = Tier::of(u64::try_from(points).unwrap_or_default());
    if item.text("tier").unwrap_or(Tier::default().as_str()) == tier.as_str() {
        return Ok(());
    }
    let write =
        Write::to(member_key(member)).set("tier", tier.as_str()).only_if(Condition::is("points", points));
    world.write(write).await.map(|_| ())
}
