//! The use-cases of a station: set up, sign in, sell, admit, print, and the queries that the screens need.
//!
//! The window, the command line, tests and the simulation are thin callers of this crate. Nothing here knows Tauri,
//! reads the system's clock or draws a random number by itself: time and randomness come in through [`ports`].

pub mod account;
pub mod actor;
pub mod admit;
mod books;
mod cart;
mod clock;
pub mod cloud;
pub mod events;
pub mod fault;
pub mod hall;
mod keys;
mod lookup;
mod mark;
pub mod orders;
pub mod paper;
pub mod pin;
pub mod ports;
mod post;
pub mod sell;
pub mod setup;
pub mod sync;
pub mod till;
pub mod verify;
pub mod view;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use wicket_store::{Opened, Store};

use crate::fault::Fault;
use crate::keys::Keys;
use crate::ports::{Clock, Marks, Random};

/// An installation of Wicket: its file, and the ports through which the world reaches it.
pub struct Station {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    marks: Arc<dyn Marks>,
    pins: pin::Cost,
    keys: Mutex<Keys>,
    halls: Mutex<lookup::Halls>,
    out_of_hours: Mutex<admit::OutOfHours>,
    link: sync::Link,
    feeds: Mutex<sync::Feeds>,
    news: sync::News,
    mark_state: Mutex<mark::MarkState>,
}

/// What the people of a station are told whose damaged file was set aside.
const SET_ASIDE: &str = "damaged_file_set_aside";

/// Notes every file that was set aside and that nobody is told of, while the file that took its place is fresh: a power
/// cut may come between the setting aside and the note.
fn tell_what_was_set_aside(opened: &Opened, now: Timestamp) -> Result<(), Fault> {
    let store = &opened.store;
    if store.read::<_, Fault>(|read| Ok(read.station()?))?.is_some() {
        return Ok(());
    }
    let mut aside = store.set_aside_files();
    aside.extend(opened.set_aside.clone().filter(|file| !aside.contains(file)));
    if aside.is_empty() {
        return Ok(());
    }
    store.write::<_, Fault>(|tx| {
        let told = tx.told(SET_ASIDE)?;
        // By its name: the same folder can be written in several ways.
        let is_told =
            |file: &PathBuf| told.iter().any(|text| Path::new(text).file_name() == file.file_name());
        for file in aside.iter().filter(|file| !is_told(file)) {
            tx.insert_notice(SET_ASIDE, &file.display().to_string(), now)?;
        }
        Ok(())
    })
}

impl Station {
    /// Opens the station's file, making it when it is not there. A damaged file is set aside, and its people are told; they
    /// are also told of a file that is behind its mark.
    pub fn open(
        path: &Path,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        marks: Arc<dyn Marks>,
        pins: pin::Cost,
    ) -> Result<Self, Fault> {
        let now = clock.now();
        let opened = Store::open(path, now)?;
        tell_what_was_set_aside(&opened, now)?;
        let halls = Mutex::default();
        let (keys, out_of_hours, feeds, news, mark_state) = Default::default();
        let store = Arc::new(opened.store);
        let link = sync::Link::new(Arc::clone(&store), Arc::clone(&clock));
        let station = Self {
            store,
            clock,
            random,
            marks,
            pins,
            keys,
            halls,
            out_of_hours,
            link,
            feeds,
            news,
            mark_state,
        };
        station.begin_mark();
        Ok(station)
    }

    /// Where the station's file lies.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    fn out_of_hours(&self) -> std::sync::MutexGuard<'_, admit::OutOfHours> {
        self.out_of_hours.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
