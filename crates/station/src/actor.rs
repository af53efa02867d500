//! Who does something: it stands in orders, scans and the audit log.

use wicket_domain::id::StaffId;

/// Somebody, or something, that acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody signed in at the window.
    Staff(StaffId),
    /// A technician or a script, by the command line on this machine.
    CommandLine,
}

impl Actor {
    /// As it is stored.
    pub fn text(&self) -> String {
        match self {
            Self::Staff(id) => id.to_string(),
            Self::CommandLine => "command line".to_owned(),
        }
    }

    /// The sales channel: `box_office` or `command_line`.
    pub const fn channel(&self) -> &'static str {
        match self {
            Self::Staff(_) => "box_office",
            Self::CommandLine => "command_line",
        }
    }
}
