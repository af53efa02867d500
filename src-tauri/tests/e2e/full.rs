//! The window's start on a full disk: it says so and what to do, and goes on once there is room.

use std::ffi::OsString;

use crate::disk;
use crate::look::eyes::Eyes;
use crate::stage::{Stage, wicket};

/// What the disk holds altogether, in bytes: more than a station with the samples and the window's own storage.
const SIZE: u64 = 16 * 1024 * 1024;
/// A file of somebody else that takes all of it.
const FILLER: &str = "film.bin";

#[test]
fn a_window_on_a_full_disk_says_so_and_goes_on_once_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("station");
    let set_up = wicket(&data, &["init", "--station", "Window 1", "--pin", crate::PIN, "--sample"]);
    assert!(set_up.status.success(), "{}", String::from_utf8_lossy(&set_up.stdout));
    let filler = std::fs::File::create(data.join(FILLER)).expect("a file");
    filler.set_len(SIZE).expect("it grows");
    let library = disk::build(folder.path());
    let variables = disk::variables(&library, &data, SIZE);
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, text(value))).collect();

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let stage = Stage::on_screen((1280, 800), None, &variables);
        let window = stage.open(&["--data-dir", &data.display().to_string()]).await;
        for _ in 0..2 {
            // The second time it was tried again, and the disk is as full as before.
            window.see("start-retry").await;
            let alert = window.see_css("[role=\"alert\"]").await;
            let said = alert.text().await.expect("its text");
            assert!(said.contains("The disk is full. Nothing was changed. Free some space"), "{said}");
            window.click("start-retry").await;
        }
        let mut eyes = Eyes::open(&window, &[]).await;
        eyes.glance("start: the disk is full").await;
        eyes.nothing_is_wrong();
        // No longer being tried.
        window.see_css("[data-testid=\"start-retry\"]:not(:disabled):not([aria-disabled=\"true\"])").await;
        std::fs::remove_file(data.join(FILLER)).expect("somebody makes room");
        window.click("start-retry").await;
        window.type_into("sign-pin", crate::PIN).await;
        window.click("sign-in").await;
        window.see("event-card").await;
        window.close().await;
    });
}

fn text(value: &OsString) -> &str {
    value.to_str().expect("a path that is text")
}
