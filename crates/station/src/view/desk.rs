//! What the window shows before anybody sells: who is here, signing in, and what an audit found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wicket_domain::cloud::StationKind;
use wicket_domain::id::{StaffId, StationId};
use wicket_domain::staff::Role;

views! {
    /// What the window needs to know before it shows anything.
    pub struct Start {
        /// This station; none until it is set up.
        pub station: Option<StationView>,
        /// Who may sign in.
        pub staff: Vec<StaffMember>,
        /// Who is signed in now.
        pub signed_in: Option<StaffMember>,
        /// What the people here have to be told, oldest first.
        pub notices: Vec<Notice>,
    }

    /// This installation.
    pub struct StationView {
        /// Its id.
        pub station_id: StationId,
        /// The name people gave it.
        pub name: String,
        /// What it is for.
        pub kind: StationKind,
    }

    /// Somebody who may sign in.
    pub struct StaffMember {
        /// Who.
        pub staff_id: StaffId,
        /// As shown.
        pub name: String,
        /// What they may do.
        pub role: Role,
    }

    /// Something to be told until somebody has read it.
    pub struct Notice {
        /// To mark it as read.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub notice_no: i64,
        /// What kind: `damaged_file_set_aside`, `fenced`, `clock_behind`, `clock_ahead`, `clock_before_program`.
        pub code: String,
        /// The path, name or moment it is about.
        pub detail: String,
        /// Since when.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        pub at: Timestamp,
    }

    /// How a sign-in ended.
    #[serde(tag = "outcome", rename_all_fields = "camelCase")]
    pub enum SignIn {
        /// Signed in.
        SignedIn {
            /// Who.
            staff: StaffMember,
        },
        /// The PIN is not theirs.
        WrongPin {
            /// Wrong PINs that are left before each one costs time.
            left: u32,
        },
        /// Too many wrong PINs: the next try has to wait.
        Wait {
            /// Until then.
            #[cfg_attr(feature = "bindings", ts(type = "string"))]
            until: Timestamp,
        },
    }

    /// What a check of the audit log found.
    pub struct AuditReport {
        /// Whether the chain holds and agrees with the orders and admissions.
        pub sound: bool,
        /// Entries read.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub entries: u64,
        /// What is wrong, in words, the first twenty.
        pub findings: Vec<String>,
    }
}
