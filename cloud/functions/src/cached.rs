//! A value of the cloud that hardly ever changes, asked for once in a while and not with every message.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::fault::Fault;

/// Values by key, each good for a while.
pub(crate) struct Cached<T> {
    good_for: Duration,
    held: Mutex<HashMap<String, (Instant, T)>>,
}

/// More keys than this and the oldest knowledge is dropped whole.
const KEYS_MAX: usize = 256;

impl<T: Clone> Cached<T> {
    pub(crate) fn new(good_for: Duration) -> Self {
        Self { good_for, held: Mutex::new(HashMap::new()) }
    }

    /// The value held, or a new one.
    pub(crate) async fn get(
        &self,
        key: &str,
        ask: impl AsyncFnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.get_younger(key, self.good_for, ask).await
    }

    /// The value held unless it is older than `age`, or a new one.
    pub(crate) async fn get_younger(
        &self,
        key: &str,
        age: Duration,
        ask: impl AsyncFnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        if let Some((since, value)) = held
            && since.elapsed() <= age
        {
            return Ok(value);
        }
        let value = ask().await?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= KEYS_MAX {
            held.clear();
        }
        held.insert(key.to_owned(), (Instant::now(), value.clone()));
        Ok(value)
    }
}
