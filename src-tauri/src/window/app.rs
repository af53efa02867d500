//! What the commands share: the station, who is signed in, and the gate's camera.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use wicket_cloud_aws::HttpGuide;
use wicket_domain::id::StaffId;
use wicket_domain::staff::Role;
use wicket_print::{Printer, SystemPrinter};
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::{Code, Fault};
use wicket_station::view::StaffMember;

use super::gate::Gate;
use crate::cloud;
use crate::folders::Folders;

/// What a command answers: a value, or the one fault the interface understands.
pub(crate) type Answer<T> = Result<T, Fault>;

/// Where the station is opened, by whoever comes first; the others wait.
struct Door {
    folders: Folders,
    inside: Mutex<Inside>,
}

/// What was opened, or why it could not be and nobody has heard yet.
#[derive(Default)]
struct Inside {
    station: Option<Arc<Station>>,
    fault: Option<Fault>,
}

impl Door {
    /// Reads the file: not to be called where the window or another command would wait for it.
    fn open(&self) -> Answer<Arc<Station>> {
        let mut inside = locked(&self.inside);
        if let Some(open) = inside.station.as_ref() {
            return Ok(Arc::clone(open));
        }
        if let Some(fault) = inside.fault.take() {
            return Err(fault);
        }
        let opened = self.begin()?;
        inside.station = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// Opens it before anybody asks. A fault is kept for the one who asks first.
    fn open_ahead(&self) {
        let mut inside = locked(&self.inside);
        if inside.station.is_none() {
            match self.begin() {
                Ok(opened) => inside.station = Some(opened),
                Err(fault) => inside.fault = Some(fault),
            }
        }
    }

    fn begin(&self) -> Answer<Arc<Station>> {
        let opened = Arc::new(self.folders.open()?);
        cloud::begin(&opened)?;
        Ok(opened)
    }
}

/// The state of the running window.
pub(crate) struct App {
    door: Arc<Door>,
    pub(crate) folders: Folders,
    pub(crate) printer: Arc<dyn Printer>,
    /// A picture or a folder of pictures that stands in for a camera (`--replay`).
    pub(crate) replay: Option<PathBuf>,
    session: Mutex<Option<StaffMember>>,
    gate: Mutex<Option<Arc<Gate>>>,
    /// Whoever asks a cloud what it is made of.
    guide: Mutex<Weak<HttpGuide>>,
}

impl App {
    pub(crate) fn new(folders: Folders, replay: Option<PathBuf>) -> Self {
        let printer = Arc::new(SystemPrinter::new());
        let door = Arc::new(Door { folders: folders.clone(), inside: Mutex::default() });
        let (session, gate, guide) = Default::default();
        Self { door, folders, printer, replay, session, gate, guide }
    }

    /// Begins to open the station beside everything else that a start has to do. Where there is no thread for it, the
    /// first command opens it.
    pub(crate) fn open_ahead(&self) {
        let door = Arc::clone(&self.door);
        drop(std::thread::Builder::new().name("open".to_owned()).spawn(move || door.open_ahead()));
    }

    /// The station, opened at the first call that succeeds: "Try again" means it.
    pub(crate) async fn station(&self) -> Answer<Arc<Station>> {
        let door = Arc::clone(&self.door);
        beside(move || door.open()).await
    }

    /// Who is signed in.
    pub(crate) fn signed_in(&self) -> Option<StaffId> {
        locked(&self.session).as_ref().map(|staff| staff.staff_id)
    }

    /// Signs somebody in.
    pub(crate) fn sign_in(&self, staff: StaffMember) {
        *locked(&self.session) = Some(staff);
    }

    /// Signs everybody out, which also closes the gate's camera.
    pub(crate) async fn sign_out(&self) -> Answer<()> {
        *locked(&self.session) = None;
        self.set_gate(None).await
    }

    /// Whoever is signed in, if their role allows `needed`.
    pub(crate) fn allowed(&self, needed: Role) -> Answer<Actor> {
        match locked(&self.session).as_ref() {
            None => Err(Fault::new(Code::NotSignedIn, "Nobody is signed in. Sign in with your PIN.")),
            Some(staff) if staff.role < needed => {
                Err(Fault::new(Code::NotAllowed, "This needs a supervisor. Ask one to sign in."))
            }
            Some(staff) => Ok(Actor::Staff(staff.staff_id)),
        }
    }

    /// Runs a use-case beside the window, for whoever is signed in with at least the role `needed`.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        needed: Role,
        work: impl FnOnce(&Station, &Actor) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let actor = self.allowed(needed)?;
        let station = self.station().await?;
        beside(move || work(&station, &actor)).await
    }

    /// Keeps whoever asks a cloud, so that somebody can give up waiting for it.
    pub(crate) fn asks(&self, guide: HttpGuide) -> Arc<HttpGuide> {
        let guide = Arc::new(guide);
        *locked(&self.guide) = Arc::downgrade(&guide);
        guide
    }

    /// Ends the question that is under way.
    pub(crate) fn gives_up_asking(&self) {
        if let Some(guide) = locked(&self.guide).upgrade() {
            guide.cancel();
        }
    }

    /// The camera that is open.
    pub(crate) fn gate(&self) -> Option<Arc<Gate>> {
        locked(&self.gate).clone()
    }

    /// Keeps a camera that was opened for `who`, unless somebody has signed out or in while it opened: it would go on
    /// admitting people in the name of one who is gone.
    pub(crate) async fn keep_gate(&self, gate: Gate, who: Option<StaffId>) -> Answer<()> {
        let (closing, kept) = self.place_gate(Arc::new(gate), who);
        closed(closing).await?;
        if kept {
            return Ok(());
        }
        let message = "Somebody signed in or out while the camera opened. Open it again.";
        Err(Fault::new(Code::NotSignedIn, message))
    }

    /// Puts the camera in its place if `who` is still signed in; gives the one to close, and whether it was done.
    fn place_gate(&self, gate: Arc<Gate>, who: Option<StaffId>) -> (Option<Arc<Gate>>, bool) {
        // Held until the camera is in its place: who signs out now finds it there and closes it.
        let session = locked(&self.session);
        if session.as_ref().map(|staff| staff.staff_id) != who {
            return (Some(gate), false);
        }
        (locked(&self.gate).replace(gate), true)
    }

    /// Opens another camera, or none. The one before is closed beside the window, since its threads are waited for.
    pub(crate) async fn set_gate(&self, gate: Option<Arc<Gate>>) -> Answer<()> {
        let before = std::mem::replace(&mut *locked(&self.gate), gate);
        closed(before).await
    }
}

/// Closes a camera beside the window.
async fn closed(gate: Option<Arc<Gate>>) -> Answer<()> {
    beside(move || {
        drop(gate);
        Ok(())
    })
    .await
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs blocking work on a thread of its own kind, so that neither the window nor another command waits for it.
pub(crate) async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Answer<T> + Send + 'static,
) -> Answer<T> {
    tauri::async_runtime::spawn_blocking(work).await.unwrap_or_else(|_| {
        let message = "Something unforeseen happened in Wicket. Look whether the sale or scan is listed before you repeat it.";
        Err(Fault::new(Code::Internal, message))
    })
}

#[cfg(test)]
mod tests {
    use tauri::async_runtime::block_on;
    use tauri::ipc::Channel;

    use super::*;

    fn steward(number: u8) -> StaffMember {
        let staff_id = StaffId::from_bytes([number; 16]);
        StaffMember { staff_id, name: "Bo".into(), role: Role::Steward }
    }

    #[test]
    fn what_was_opened_ahead_is_there_and_what_failed_is_told_once() {
        let dir = tempfile::tempdir().unwrap();
        let app = App::new(Folders::find(Some(dir.path().to_owned())).unwrap(), None);
        app.door.open_ahead();
        let ahead = locked(&app.door.inside).station.clone().unwrap();
        assert!(Arc::ptr_eq(&ahead, &block_on(app.station()).unwrap()));

        let blocked = dir.path().join("a file, no folder");
        std::fs::write(&blocked, "x").unwrap();
        let app = App::new(Folders::find(Some(blocked.clone())).unwrap(), None);
        app.door.open_ahead();
        std::fs::remove_file(&blocked).unwrap();
        assert!(block_on(app.station()).is_err(), "who asks first hears why");
        assert!(block_on(app.station()).is_ok(), "trying again means it");
    }

    #[test]
    fn a_camera_that_opens_while_its_steward_signs_out_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let app = App::new(Folders::find(Some(dir.path().to_owned())).unwrap(), None);
        let open = || {
            let pictures = Some(dir.path().to_owned());
            Gate::open(Some("replay"), pictures, |_| None, Channel::new(|_| Ok(()))).unwrap()
        };
        app.sign_in(steward(1));
        let who = app.signed_in();
        let gate = open();
        block_on(app.sign_out()).unwrap();
        let refused = block_on(app.keep_gate(gate, who)).unwrap_err();
        assert_eq!(refused.code, Code::NotSignedIn);
        assert!(app.gate().is_none());

        app.sign_in(steward(2));
        assert!(block_on(app.keep_gate(open(), who)).is_err(), "somebody else has signed in");
        assert!(app.gate().is_none());

        block_on(app.keep_gate(open(), app.signed_in())).unwrap();
        assert!(app.gate().is_some());
        block_on(app.sign_out()).unwrap();
        assert!(app.gate().is_none());
    }
}
