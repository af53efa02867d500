//! What a command writes: sentences for people, or JSON for scripts.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};
use wicket_station::fault::Fault;
use wicket_station::view::Notice;

use super::NOT_RUN;
use super::when::here;

/// Where results and faults go.
pub(super) struct Out {
    json: bool,
    notices: Vec<Value>,
}

impl Out {
    pub(super) fn new(json: bool) -> Self {
        Self { json, notices: Vec::new() }
    }

    /// Writes a result: the value as JSON, or the lines for people. A reader that has gone is no failure.
    pub(super) fn result<L: Display>(&self, value: &impl Serialize, lines: impl IntoIterator<Item = L>) {
        let mut stdout = std::io::stdout().lock();
        if self.json {
            let text = serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_owned());
            let _ = writeln!(stdout, "{text}");
            return;
        }
        for line in lines {
            if writeln!(stdout, "{line}").is_err() {
                return;
            }
        }
    }

    /// Tells somebody who waits how far it is, on standard error; scripts are not told.
    pub(super) fn progress(&self, message: &str) {
        if !self.json {
            complain(message);
        }
    }

    /// Writes why nothing was done, on standard error.
    pub(super) fn fault(&self, fault: &Fault) -> ExitCode {
        self.wrong(fault);
        ExitCode::from(NOT_RUN)
    }

    /// Writes what went wrong, on standard error.
    pub(super) fn wrong(&self, fault: &Fault) {
        if !self.json {
            complain(&fault.message);
            return;
        }
        let mut error = json!({ "code": fault.code, "message": fault.message });
        if let Some(fields) = error.as_object_mut()
            && !self.notices.is_empty()
        {
            fields.insert("notices".to_owned(), Value::from(self.notices.clone()));
        }
        complain(&json!({ "error": error }).to_string());
    }

    /// Tells what the people at this station have to know: people at once, on standard error. Scripts expect nothing
    /// there but an error, so they find it within that and in `wicket status`.
    pub(super) fn tell(&mut self, notices: &[Notice]) {
        for notice in notices {
            let message = words(notice);
            if !self.json {
                complain(&message);
            }
            self.notices.push(json!({ "code": notice.code, "message": message, "at": notice.at }));
        }
    }

    /// What was told.
    pub(super) fn notices(&self) -> &[Value] {
        &self.notices
    }
}

fn words(notice: &Notice) -> String {
    match notice.code.as_str() {
        "damaged_file_set_aside" => format!(
            "This station's file was damaged. It was kept as {} and a fresh one was begun. Keep the old one: it may hold the only copy of a sale.",
            notice.detail
        ),
        "fenced" => "An office has taken back this station's unsold places: they are on sale elsewhere. It goes on with what it claims from now on.".to_owned(),
        "copied" => "This station's data was copied or put back: it is not the newest, or not the only one in use. It sells and admits nothing until somebody decides. Make sure that only one computer works as this station. Then go on here: `wicket stations resume`.".to_owned(),
        "shut_out" => "An office has shut this station out. Set it up anew, and have it let in.".to_owned(),
        "clock_behind" => clock_words(notice, "the last entry in its log is of", "One of the two is wrong."),
        "clock_ahead" => clock_words(notice, "the last entry in its log is of", "One of the two may be wrong."),
        "clock_before_program" => clock_words(notice, "this program was made on", "The clock is wrong."),
        other => format!("{other}: {}", notice.detail),
    }
}

fn clock_words(notice: &Notice, than: &str, so: &str) -> String {
    let other = notice.detail.parse().map_or_else(|_| notice.detail.clone(), here);
    format!(
        "This computer's clock said {} when the station was opened, but {than} {other}. {so} Set the date and time: \
         sales and scans are recorded with what the clock says, and tickets are judged by it.",
        here(notice.at)
    )
}

/// Writes a line on standard error. A reader that has gone is no failure.
fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
