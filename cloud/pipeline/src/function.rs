//! What a function is: something that is called with an event, and what it needs for that.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wicket_domain::table::Table;

use crate::fault::Fault;
use crate::world::{Parameter, Secret, Topic, World};

/// One function of the pipeline.
pub trait Function: Sized {
    /// What it is called with.
    type Event: DeserializeOwned;
    /// What it answers.
    type Answer: Serialize;

    /// Everything of the world that it asks for. What is not named here it cannot reach.
    const NEEDS: &'static [Need];

    /// Takes its world. Nothing is asked of it yet.
    fn new(world: World) -> Self;

    /// Deals with one event. A fault here is one of the whole call: the caller tries again.
    fn handle(&self, event: Self::Event, call: &Call) -> impl Future<Output = Result<Self::Answer, Fault>>;
}

/// One part of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A table.
    Table(Table),
    /// A topic to publish to.
    Topic(Topic),
    /// The bucket of files.
    Files,
    /// A secret.
    Secret(Secret),
    /// A parameter.
    Parameter(Parameter),
    /// Whether somebody of the organizer's reads the letters to fans and sends them on.
    LettersAreRead,
    /// How long an order of the web owns its places before it is paid.
    PayMinutes,
    /// How often a message is tried.
    Tries,
    /// What a station that is to be paired is told of this cloud.
    Pairing,
}

/// One call of a function.
#[derive(Debug, Clone)]
pub struct Call {
    /// The call's own id; the same when the call is tried again.
    pub request_id: String,
    /// When the call has to have answered, by [`crate::world::Time::passed`].
    pub until: Duration,
}
