//! A value of the cloud that hardly ever changes, asked for once in a while and not with every message.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use crate::fault::Fault;
use crate::world::World;

/// Values by key, each good for a while.
pub(crate) struct Cached<T> {
    good_for: Duration,
    held: RefCell<HashMap<String, (Duration, T)>>,
}

/// More keys than this and the oldest knowledge is dropped whole.
const KEYS_MAX: usize = 256;

impl<T: Clone> Cached<T> {
    pub(crate) fn new(good_for: Duration) -> Self {
        Self { good_for, held: RefCell::default() }
    }

    /// The value held, or a new one.
    pub(crate) async fn get(
        &self,
        world: &World,
        key: &str,
        ask: impl AsyncFnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.get_younger(world, key, self.good_for, ask).await
    }

    /// The value held unless it is older than `age`, or a new one.
    pub(crate) async fn get_younger(
        &self,
        world: &World,
        key: &str,
        age: Duration,
        ask: impl AsyncFnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let held = self.held.borrow().get(key).cloned();
        if let Some((since, value)) = held
            && world.time.passed().saturating_sub(since) <= age
        {
            return Ok(value);
        }
        let value = ask().await?;
        let mut held = self.held.borrow_mut();
        if held.len() >= KEYS_MAX {
            held.clear();
        }
        held.insert(key.to_owned(), (world.time.passed(), value.clone()));
        Ok(value)
    }
}
