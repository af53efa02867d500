//! Keeps a panic in a borrowed library (a decoder, a camera driver's binding) from ending the program.
//!
//! A gate that stops because one picture upset a decoder turns everybody away, so such a picture counts as
//! "nothing found". Our own code is not meant to panic and is not excused by this.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

#[cfg(not(panic = "unwind"))]
compile_error!("the scanner contains panics of its decoders and needs panic = \"unwind\"");

thread_local! {
    static CONTAINING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; `None` when it panicked. Nothing is printed for such a panic.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    silence_contained_panics();
    let outer = CONTAINING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work)).ok();
    CONTAINING.set(outer);
    result
}

/// Wraps the panic hook once, so that contained panics leave no message and others keep theirs.
fn silence_contained_panics() {
    static WRAPPED: Once = Once::new();
    WRAPPED.call_once(|| {
        let earlier = take_hook();
        set_hook(Box::new(move |info| {
            if !CONTAINING.get() {
                earlier(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_nothing() {
        assert_eq!(contained(|| 5), Some(5));
        assert_eq!(contained(|| -> u8 { panic!("upset") }), None);
        assert!(!CONTAINING.get(), "panics outside keep their message");
    }
}
