//! The page runs in a process of its own, which can die (a defect in the web engine, or too little memory). The station
//! and who is signed in live in this one, so the page is loaded again and goes on where it was; it
//! writes down a sale in flight before it asks for it, and asks what became of it first.

/// Loads the page again whenever its process has died. On other systems the web engine does so by itself.
pub(crate) fn when_its_process_dies(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    window.with_webview(|webview| {
        use webkit2gtk::WebViewExt;
        webview.inner().connect_web_process_terminated(|page, _reason| page.reload());
    })?;
    #[cfg(not(target_os = "linux"))]
    let _ = window;
    Ok(())
}
