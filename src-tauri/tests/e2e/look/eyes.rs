//! What looks at a state of the window, and what it keeps.

use std::path::Path;

use serde_json::{Value, json};

use crate::stage::Window;

const LAYOUT: &str = include_str!("layout.js");
const SETTLE: &str = include_str!("settle.js");
const AXE: &str = include_str!("axe.js");

/// Width and height of the window, and how large the system's text is.
pub(crate) struct Size(pub(super) u32, pub(super) u32, pub(super) f64);

/// The window that Wicket opens by itself.
pub(super) const USUAL: Size = Size(1280, 800, 1.0);

/// Looks at states of the window and keeps what is wrong with them.
pub(crate) struct Eyes<'window> {
    pub(super) window: &'window Window,
    sizes: &'static [Size],
    faults: Vec<String>,
}

impl<'window> Eyes<'window> {
    pub(crate) async fn open(window: &'window Window, sizes: &'static [Size]) -> Self {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).expect("axe-core; `npm ci` in ui/ installs it");
        window.ask(&axe, Vec::new()).await;
        Self { window, sizes, faults: Vec::new() }
    }

    /// Judges what the window shows now: at each size, from right to left, and with axe-core in both palettes.
    pub(super) async fn look(&mut self, state: &str) {
        self.glance(state).await;
        self.measure(state, &USUAL, "rtl").await;
        self.window.ask_later(SETTLE, vec![json!(USUAL.2), json!("ltr")]).await;
        self.ask_axe(state, true).await;
    }

    /// Judges what the window shows now: at each size, and with axe-core as it is.
    pub(crate) async fn glance(&mut self, state: &str) {
        for size in self.sizes {
            self.measure(state, size, "ltr").await;
        }
        self.measure(state, &USUAL, "ltr").await;
        self.ask_axe(state, false).await;
    }

    /// Sets the window to a size for [`Eyes::look_at_size`], so that what only this size has can be opened in it.
    pub(super) async fn wear(&self, size: &Size) {
        self.set(size, "ltr").await;
    }

    /// Judges what the window shows now at this size alone: also from right to left, and with axe-core in both palettes.
    pub(super) async fn look_at_size(&mut self, state: &str, size: &Size) {
        self.measure(state, size, "rtl").await;
        self.measure(state, size, "ltr").await;
        self.ask_axe(state, false).await;
        self.ask_axe(state, true).await;
    }

    async fn ask_axe(&mut self, state: &str, contrast: bool) {
        let found = self.window.ask_later(AXE, vec![json!(contrast)]).await;
        self.note(state, "axe", &found);
    }

    async fn measure(&mut self, state: &str, size: &Size, direction: &str) {
        let Size(width, height, text) = *size;
        self.set(size, direction).await;
        let strict = (width, height) == (USUAL.0, USUAL.1);
        let script = format!("return (function (strict) {{ {LAYOUT} }})({strict})");
        let found = self.window.ask(&script, Vec::new()).await;
        if direction == "ltr" && std::env::var_os("WICKET_LOOK_PICTURES").is_some() {
            self.picture(state, size).await;
        }
        let sight = format!("{width} x {height}, text {text}, {direction}");
        self.note(state, &sight, &found);
    }

    async fn set(&self, &Size(width, height, text): &Size, direction: &str) {
        self.window.resize(width, height).await;
        self.window.ask_later(SETTLE, vec![json!(text), json!(direction)]).await;
    }

    /// Keeps a picture for whoever wants to judge with their own eyes.
    async fn picture(&self, state: &str, &Size(width, _, text): &Size) {
        let script = "const { lang, dataset } = document.documentElement; return `${lang}-${dataset.theme}`";
        let wearing = self.window.ask(script, Vec::new()).await;
        let words = state.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<&str> = words.collect();
        let wearing = wearing.as_str().unwrap_or_default();
        self.window.picture(&format!("look-{}-{wearing}-{width}-{text}", words.join("-"))).await;
    }

    fn note(&mut self, state: &str, sight: &str, found: &Value) {
        let found = found.as_array().expect("a list of faults");
        let found = found.iter().map(|fault| fault.as_str().unwrap_or_default());
        self.faults.extend(found.map(|fault| format!("{state} [{sight}] {fault}")));
    }

    pub(crate) fn nothing_is_wrong(self) {
        assert!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}
