//! Who paints the page: the graphics card, or the processor where there is none. Without a card the web engine lets the
//! processor imitate one, and compiles a program for each kind of shape before the first picture stands.

/// The web engine (2.46 and newer) paints with the processor where this is `1`. Others pass it over.
#[cfg(target_os = "linux")]
const BY_PROCESSOR: &str = "WEBKIT_SKIA_ENABLE_CPU_RENDERING";

/// Lets the processor paint where the system has no graphics card. To be called before a thread is started.
#[cfg(target_os = "linux")]
pub(crate) fn choose() {
    if !has_card(std::path::Path::new("/dev/dri")) {
        // Somebody who has set it means it. Where it cannot be set, the window only opens later.
        let _ = gtk::glib::setenv(BY_PROCESSOR, "1", false);
    }
}

/// Elsewhere the engine knows by itself.
#[cfg(not(target_os = "linux"))]
pub(crate) const fn choose() {}

/// Whether the system lists a card that draws in its folder of graphics devices.
#[cfg(target_os = "linux")]
fn has_card(devices: &std::path::Path) -> bool {
    let mut found = std::fs::read_dir(devices).into_iter().flatten().flatten();
    found.any(|device| device.file_name().as_encoded_bytes().starts_with(b"renderD"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::has_card;

    #[test]
    fn a_card_that_only_shows_pictures_does_not_draw() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!has_card(&dir.path().join("absent")));
        std::fs::write(dir.path().join("card0"), "").unwrap();
        assert!(!has_card(dir.path()), "a screen's connector, as virtual machines have it");
        std::fs::write(dir.path().join("renderD128"), "").unwrap();
        assert!(has_card(dir.path()));
    }
}
