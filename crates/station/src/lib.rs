//! The use-cases of a station: set up, sign in, sell, admit, print, and the queries that the screens need.
//!
//! The window, the command line, tests and the simulation are thin callers of this crate. Nothing here knows Tauri,
//! reads the system's clock or draws a random number by itself: time and randomness come in through [`ports`].

pub mod account;
pub mod actor;
pub mod admit;
pub mod cloud;
pub mod events;
pub mod fault;
pub mod hall;
mod keys;
pub mod orders;
pub mod pin;
pub mod ports;
pub mod sell;
pub mod setup;
pub mod sync;
pub mod verify;
pub mod view;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use wicket_store::Store;

use crate::fault::Fault;
use crate::keys::Keys;
use crate::ports::{Clock, Random};

/// An installation of Wicket: its file, and the ports through which the world reaches it.
pub struct Station {
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    pins: pin::Cost,
    keys: Mutex<Keys>,
    halls: Mutex<hall::Halls>,
    link: Mutex<sync::Link>,
    news: sync::News,
}

impl Station {
    /// Opens the station's file, making it when it is not there. A damaged file is set aside and its people are told.
    pub fn open(
        path: &Path,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        pins: pin::Cost,
    ) -> Result<Self, Fault> {
        let now = clock.now();
        let opened = Store::open(path, now)?;
        if let Some(aside) = &opened.set_aside {
            let detail = aside.display().to_string();
            opened.store.write(|tx| tx.insert_notice("damaged_file_set_aside", &detail, now))?;
        }
        let halls = Mutex::default();
        let (keys, link, news) = Default::default();
        Ok(Self { store: opened.store, clock, random, pins, keys, halls, link, news })
    }

    /// Where the station's file lies.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
