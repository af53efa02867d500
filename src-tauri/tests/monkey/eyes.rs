//! What the window shows at one moment.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::hands::Lost;
use crate::stage::Window;

/// Everything that is compared, as one look at the page found it.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of the page by itself")]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Look {
    pub(crate) page: Option<String>,
    /// `cart`, `payment` or `done` in the box office.
    pub(crate) step: Option<String>,
    pub(crate) event: Option<String>,
    /// The bar's ways elsewhere are shut.
    pub(crate) held: bool,
    pub(crate) heading: Option<String>,
    pub(crate) lines: Vec<LineShown>,
    pub(crate) total: Option<String>,
    pub(crate) pay: Option<ButtonShown>,
    pub(crate) confirm: Option<ButtonShown>,
    pub(crate) standing: Vec<StandingShown>,
    pub(crate) holder: Option<String>,
    pub(crate) due: Option<String>,
    pub(crate) received: Option<String>,
    pub(crate) change: Option<String>,
    pub(crate) quick: Vec<String>,
    /// A sale that was under way before this page was loaded is looked for.
    pub(crate) before: bool,
    pub(crate) code: Option<String>,
    /// Received and due, on the page of a sale that was made.
    pub(crate) sums: Vec<String>,
    pub(crate) print: Option<String>,
    /// The tickets can be printed.
    pub(crate) printable: bool,
    /// Sales that a restart found unfinished.
    pub(crate) sold_before: Vec<String>,
    pub(crate) drawn: Option<Drawn>,
    pub(crate) dialog: Option<String>,
    pub(crate) menu: bool,
    /// The window shows that it waits for the station.
    pub(crate) waiting: bool,
    pub(crate) toasts: Vec<ToastShown>,
    pub(crate) verdict_now: usize,
    /// Admissions among them, which go by themselves.
    pub(crate) admitted_now: usize,
    pub(crate) fault: Option<String>,
    /// The verdicts that were drawn since the count that was handed in.
    pub(crate) verdicts: Vec<VerdictShown>,
    pub(crate) inside: Option<String>,
    pub(crate) sold: Option<String>,
    pub(crate) scans: usize,
    pub(crate) cards: Vec<String>,
    pub(crate) search: Option<String>,
    pub(crate) rows: Vec<String>,
    pub(crate) detail: Option<String>,
    pub(crate) tickets: usize,
    /// Something has the focus that takes Enter for itself.
    pub(crate) focused: bool,
    /// A text field has the focus.
    pub(crate) typing: bool,
    pub(crate) text: String,
    pub(crate) errors: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct LineShown {
    pub(crate) label: String,
    pub(crate) detail: String,
    pub(crate) price: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct ButtonShown {
    pub(crate) text: Option<String>,
    pub(crate) enabled: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct StandingShown {
    pub(crate) area: String,
    pub(crate) count: Option<String>,
    /// One place more can be had.
    pub(crate) more: bool,
}

/// The seat map: a digit for each seat's state, and the indexes of the cart's own seats.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Drawn {
    pub(crate) states: String,
    pub(crate) mine: Vec<usize>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct ToastShown {
    pub(crate) text: Option<String>,
    pub(crate) action: Option<String>,
}

/// A verdict, and from when to when it stood on the screen, in milliseconds of the page's clock.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct VerdictShown {
    pub(crate) verdict: Option<String>,
    pub(crate) reason: Option<String>,
    /// The scan's id; one verdict may stand in two places one after the other.
    pub(crate) scan: Option<String>,
    pub(crate) text: String,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Look {
    pub(crate) fn is(&self, page: &str) -> bool {
        self.page.as_deref() == Some(page)
    }

    pub(crate) fn at(&self, step: &str) -> bool {
        self.step.as_deref() == Some(step)
    }

    /// Nothing lies over the page.
    pub(crate) fn clear(&self) -> bool {
        self.dialog.is_none() && !self.menu
    }
}

/// Looks at the page; `verdicts` is how many verdicts of this page were read before.
pub(crate) async fn look(window: &Window, verdicts: usize) -> Result<Look, Lost> {
    let found = ask(window, include_str!("eyes.js"), vec![json!(verdicts)]).await?;
    serde_json::from_value(found).map_err(|error| Lost(format!("the page's answer cannot be read: {error}")))
}

/// Asks the page; a page that is just being loaded is asked once more by whoever calls this.
pub(crate) async fn ask(window: &Window, script: &str, arguments: Vec<Value>) -> Result<Value, Lost> {
    window.client.execute(script, arguments).await.map_err(|error| Lost(error.to_string()))
}

/// The amount in a text, in minor units: the window writes every decimal, so the digits alone say it.
pub(crate) fn minor(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}
