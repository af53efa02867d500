//! The monkey's hands: clicks, keys, and pulling the plug.

use std::time::{Duration, Instant};

use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::key::Key;
use serde_json::json;

use crate::eyes::ask;
use crate::stage::Window;

/// The window did not do as it was asked. Whether that is a fault, the walk decides.
#[derive(Debug, Clone)]
pub(crate) struct Lost(pub(crate) String);

/// How long something that is to be clicked may take to lie free.
const PATIENCE: Duration = Duration::from_secs(12);

/// A person takes at least so long from the last letter to the key that does something; a scanner does not.
const AFTER_TYPING: Duration = Duration::from_millis(450);

/// Longer than the scanner's own Enter may take.
const AFTER_SCAN: Duration = Duration::from_millis(250);

/// Finds the `arguments[1]`th of `arguments[0]`, brings it into sight, and says where to press it and what lies there.
const WHERE: &str = "
    const node = [...document.querySelectorAll(arguments[0])][arguments[1]];
    if (node === undefined) return { missing: true };
    if (node.disabled || node.getAttribute('aria-disabled') === 'true') return { disabled: true };
    node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const box = node.getBoundingClientRect();
    const x = Math.round(box.x + box.width / 2), y = Math.round(box.y + box.height / 2);
    const top = document.elementFromPoint(x, y);
    if (top !== null && (node.contains(top) || top.contains(node))) return { x, y };
    // A message lies over it: put away, as a person would.
    const message = top?.closest('section > ul > li')?.querySelector('.dismiss');
    if (message) { message.click(); return { x, y, under: 'a message' }; }
    return { x, y, under: top === null ? 'nothing' : (top.closest('[data-testid]')?.dataset.testid ?? top.closest('[class]')?.className ?? top.tagName) };";

impl Window {
    /// Presses the nth element that fits, as soon as it can be pressed.
    pub(crate) async fn press_nth(&self, css: &str, nth: usize) -> Result<(), Lost> {
        let begun = Instant::now();
        loop {
            let at = ask(self, WHERE, vec![json!(css), json!(nth)]).await?;
            let free = at["under"].is_null() && at["x"].is_number();
            if free {
                return self.press_at(at["x"].as_f64().unwrap_or(0.0), at["y"].as_f64().unwrap_or(0.0)).await;
            }
            if begun.elapsed() > PATIENCE {
                return Err(Lost(format!("{css} number {} cannot be pressed: {at}", nth + 1)));
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    pub(crate) async fn press_id(&self, id: &str) -> Result<(), Lost> {
        self.press_nth(&format!("[data-testid=\"{id}\"]"), 0).await
    }

    /// Presses and releases the mouse at a point of the page.
    pub(crate) async fn press_at(&self, x: f64, y: f64) -> Result<(), Lost> {
        let to = PointerAction::MoveTo { duration: Some(Duration::from_millis(10)), x, y };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(to)
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.map_err(|error| Lost(error.to_string()))
    }

    /// Presses a seat on the map.
    pub(crate) async fn press_seat(&self, seat: usize) -> Result<(), Lost> {
        let script = "const map = document.querySelector('canvas[data-testid=\"seat-map\"], [data-testid=\"seat-map\"] canvas').seatMap;
            map.showAll();
            const at = map.seatToClient(arguments[0]);
            const top = document.elementFromPoint(at.x, at.y);
            // A message lies over it: put away, as a person would.
            top?.closest('section > ul > li')?.querySelector('.dismiss')?.click();
            return { x: at.x, y: at.y, free: top instanceof HTMLCanvasElement };";
        let begun = Instant::now();
        let mut before = None;
        loop {
            let at = ask(self, script, vec![json!(seat)]).await?;
            let place = (at["x"].as_f64().unwrap_or(0.0), at["y"].as_f64().unwrap_or(0.0));
            // The map glides to the whole hall; a seat is pressed when it stands still.
            if at["free"] == json!(true) && before == Some(place) {
                return self.press_at(place.0, place.1).await;
            }
            before = Some(place);
            if begun.elapsed() > PATIENCE {
                return Err(Lost(format!("seat {seat} of the map cannot be pressed: {at}")));
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Presses keys one after the other, at whatever has the focus.
    pub(crate) async fn keys(&self, keys: &[Key]) -> Result<(), Lost> {
        let signs: Vec<char> = keys.iter().map(|key| char::from(*key)).collect();
        self.strokes(&signs).await
    }

    /// Presses a key while Control is down.
    pub(crate) async fn control(&self, key: char) -> Result<(), Lost> {
        let control = char::from(Key::Control);
        let chord = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: control })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: control });
        self.client.perform_actions(chord).await.map_err(|error| Lost(error.to_string()))
    }

    async fn strokes(&self, signs: &[char]) -> Result<(), Lost> {
        let mut keyboard = KeyActions::new("keyboard".to_owned());
        for sign in signs {
            keyboard = keyboard.then(KeyAction::Down { value: *sign }).then(KeyAction::Up { value: *sign });
        }
        self.client.perform_actions(keyboard).await.map_err(|error| Lost(error.to_string()))
    }

    /// Types a code and Enter as a hand scanner does: without a pause. The keys are made in the page, because a driver on
    /// a busy machine types too slowly to be taken for a scanner.
    pub(crate) async fn scan(&self, text: &str) -> Result<(), Lost> {
        let script = "for (const key of [...arguments[0], 'Enter']) {
                const about = { key, code: key, bubbles: true, cancelable: true };
                for (const kind of ['keydown', 'keyup']) (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent(kind, about));
            }";
        ask(self, script, vec![json!(text)]).await?;
        // A key that comes at once still belongs to the code.
        tokio::time::sleep(AFTER_SCAN).await;
        Ok(())
    }

    /// Presses a field, empties it, and types.
    pub(crate) async fn fill(&self, css: &str, text: &str) -> Result<(), Lost> {
        self.press_nth(css, 0).await?;
        let script =
            "return document.activeElement?.matches(arguments[0]) ? document.activeElement.value : null";
        let begun = Instant::now();
        loop {
            let held = ask(self, script, vec![json!(css)]).await?;
            if held == json!("") {
                return self.type_text(text).await;
            }
            if held.is_string() {
                self.control('a').await?;
                self.keys(&[Key::Delete]).await?;
            }
            if begun.elapsed() > PATIENCE {
                return Err(Lost(format!("{css} cannot be emptied: {held}")));
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Types a text as a person does, and waits as long as one does before the next key.
    pub(crate) async fn type_text(&self, text: &str) -> Result<(), Lost> {
        let signs: Vec<char> = text.chars().collect();
        self.strokes(&signs).await?;
        tokio::time::sleep(AFTER_TYPING).await;
        Ok(())
    }
}

/// Ends a process without asking it.
pub(crate) fn kill(process: u32) {
    let mut kill = std::process::Command::new("sh");
    let _ = kill.args(["-c", "kill -s KILL \"$1\" 2>/dev/null", "sh", &process.to_string()]).status();
}

/// The name of the program that a process runs.
pub(crate) fn program(process: u32) -> String {
    let path = std::fs::read_link(format!("/proc/{process}/exe")).unwrap_or_default();
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
