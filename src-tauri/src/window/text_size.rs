//! The text size that the person has set for the whole system. The web engine answers it by enlarging everything, which
//! leaves a small window no room for the controls. So the page is told the wish, and enlarges what it can
//! (`ui/src/design/textSize.svelte.ts`); the engine is told that text is of its normal size.

/// Dots an inch of text in its normal size.
#[cfg(target_os = "linux")]
const NORMAL: f64 = 96.0;

/// How much larger than normal the system wants text, and from now on the engine sees normal text. To be called after
/// GTK was started and before a window is built.
#[cfg(target_os = "linux")]
pub(crate) fn take() -> f64 {
    // Whoever asks first makes the settings, and those set the resolution.
    let _settings = gtk::Settings::default();
    let Some(screen) = gtk::gdk::Screen::default() else { return 1.0 };
    let wanted = screen.resolution() / NORMAL;
    screen.set_resolution(NORMAL);
    // No resolution is told as -1.
    if wanted > 0.0 { wanted } else { 1.0 }
}

/// Elsewhere the engine enlarges by itself.
#[cfg(not(target_os = "linux"))]
pub(crate) fn take() -> f64 {
    1.0
}

/// What the page runs before anything of its own.
pub(crate) fn script(scale: f64) -> String {
    format!("window.wicketTextScale = {scale};")
}

/// Tells the page when the setting changes.
pub(crate) fn follow(window: &tauri::WebviewWindow) {
    #[cfg(target_os = "linux")]
    if let Some(settings) = gtk::Settings::default() {
        use gtk::traits::GtkSettingsExt;
        let window = window.clone();
        settings.connect_gtk_xft_dpi_notify(move |_| {
            let change = script(take());
            // A window that is gone needs no text.
            let _ = window.eval(format!("{change} window.dispatchEvent(new Event('wicket-text-scale'));"));
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = window;
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn the_page_reads_a_number() {
        assert_eq!(script(1.5), "window.wicketTextScale = 1.5;");
        assert_eq!(script(1.0), "window.wicketTextScale = 1;");
    }
}
