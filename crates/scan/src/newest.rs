//! Hands the newest value from one thread to others; an older one that nobody took is dropped, never queued.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One place for one value.
pub(crate) struct Newest<T> {
    place: Mutex<Place<T>>,
    changed: Condvar,
}

struct Place<T> {
    value: Option<T>,
    closed: bool,
}

/// What [`Newest::take`] got.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken<T> {
    Value(T),
    Nothing,
    Closed,
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self { place: Mutex::new(Place { value: None, closed: false }), changed: Condvar::new() }
    }
}

impl<T> Newest<T> {
    /// Replaces whatever is there.
    pub(crate) fn put(&self, value: T) {
        self.lock().value = Some(value);
        self.changed.notify_all();
    }

    /// Says that nothing more will come.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Takes the value away, waiting up to `patience` for one.
    pub(crate) fn take(&self, patience: Duration) -> Taken<T> {
        let place = self.lock();
        let (mut place, _) = self
            .changed
            .wait_timeout_while(place, patience, |place| place.value.is_none() && !place.closed)
            .unwrap_or_else(PoisonError::into_inner);
        match place.value.take() {
            Some(value) => Taken::Value(value),
            None if place.closed => Taken::Closed,
            None => Taken::Nothing,
        }
    }

    // A value is replaced in one step, so it is whole even after a panic elsewhere.
    fn lock(&self) -> MutexGuard<'_, Place<T>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Newest<T> {
    /// The value there is, left in place.
    pub(crate) fn peek(&self) -> Option<T> {
        self.lock().value.clone()
    }

    /// Waits up to `patience` for a value that is `wanted`, and leaves it in place.
    pub(crate) fn wait_for(&self, patience: Duration, wanted: impl Fn(&T) -> bool) -> Option<T> {
        let place = self.lock();
        let missing = |place: &mut Place<T>| !place.closed && !place.value.as_ref().is_some_and(&wanted);
        let (place, _) =
            self.changed.wait_timeout_while(place, patience, missing).unwrap_or_else(PoisonError::into_inner);
        place.value.clone().filter(|value| wanted(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_is_handed_over() {
        let newest = Newest::default();
        assert_eq!(newest.take(Duration::ZERO), Taken::Nothing);
        newest.put(1);
        newest.put(2);
        assert_eq!(newest.peek(), Some(2));
        assert_eq!(newest.wait_for(Duration::ZERO, |value| *value != 2), None);
        newest.close();
        assert_eq!(newest.take(Duration::ZERO), Taken::Value(2), "what came before the end is not lost");
        assert_eq!(newest.take(Duration::ZERO), Taken::Closed);
    }
}
