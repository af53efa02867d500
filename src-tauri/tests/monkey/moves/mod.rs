//! What the monkey can do. A move is its kind and a number; all else follows from the number and from what is seen, so a
//! story can be told again move by move.

mod gate;
mod plug;
mod till;
mod ways;

use crate::dice::Dice;
use crate::eyes::Look;
use crate::file::Truth;
use crate::hands::Lost;
use crate::mind::{Expect, Mind};
use crate::monkey::Monkey;

/// One move: its kind, and the seed of everything else that is chosen in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) kind: Kind,
    pub(crate) salt: u64,
}

/// What was done, in words, and what it should lead to.
pub(crate) struct Done {
    pub(crate) words: String,
    pub(crate) expect: Expect,
}

pub(crate) type Acted = Result<Done, Lost>;

/// Declares the kinds with their weights, so that none is forgotten in the list.
macro_rules! kinds {
    ($($kind:ident = $weight:literal),* $(,)?) => {
        /// The kinds of moves.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind { $($kind),* }

        impl Kind {
            pub(crate) const ALL: &[(Self, usize)] = &[$((Self::$kind, $weight)),*];
        }
    };
}

kinds! {
    // ways
    BoxOffice = 7, Gate = 6, Orders = 4, Events = 4, ChooseEvent = 30, LeaveEvents = 8, Cloud = 1,
    CloseDialog = 40, Theme = 1, Language = 1, Resize = 1, SignOut = 1, Wait = 1, DismissToast = 2,
    // till
    PickSeat = 26, GiveBackSeat = 5, RemoveLine = 5, Best = 7, Group = 3, StandingMore = 6, StandingFewer = 3, Clear = 2,
    Undo = 4, PressUndo = 5, Name = 4, Pay = 14, PayTwice = 3, Exact = 30, Quick = 8, Keypad = 6, Back = 4,
    Confirm = 40, ConfirmTwice = 10, Elsewhere = 5, Save = 6, Print = 2, Next = 24, NextByKey = 8,
    // gate
    Wedge = 22, WedgeTwice = 7, Rubbish = 4, Pictures = 14, GateName = 2, Details = 3, Dismiss = 60, HandCode = 3,
    FindOrder = 8, OpenRow = 8, ScanOrder = 6, SaveOrder = 2, ScanElsewhere = 3,
    // plug
    KillProgram = 1, ConfirmAndKill = 9, KillPage = 1, Reload = 1, SellBeside = 4, SellFromCart = 3, AdmitBeside = 3,
    NewEvening = 1, Verify = 1,
}

impl Kind {
    /// Whether it can be done now.
    pub(crate) fn fits(self, look: &Look, mind: &Mind, truth: &Truth) -> bool {
        ways::fits(self, look)
            || till::fits(self, look, mind)
            || gate::fits(self, look, mind, truth)
            || plug::fits(self, look, mind, truth)
    }
}

impl Move {
    pub(crate) async fn act(self, monkey: &mut Monkey) -> Acted {
        let dice = Dice::new(self.salt);
        match self.kind {
            Kind::BoxOffice
            | Kind::Gate
            | Kind::Orders
            | Kind::Events
            | Kind::ChooseEvent
            | Kind::LeaveEvents
            | Kind::Cloud
            | Kind::CloseDialog
            | Kind::Theme
            | Kind::Language
            | Kind::Resize
            | Kind::SignOut
            | Kind::Wait
            | Kind::DismissToast => ways::act(self.kind, dice, monkey).await,
            Kind::Wedge
            | Kind::WedgeTwice
            | Kind::Rubbish
            | Kind::Pictures
            | Kind::GateName
            | Kind::Details
            | Kind::Dismiss
            | Kind::HandCode
            | Kind::FindOrder
            | Kind::OpenRow
            | Kind::ScanOrder
            | Kind::SaveOrder
            | Kind::ScanElsewhere => gate::act(self.kind, dice, monkey).await,
            Kind::KillProgram
            | Kind::ConfirmAndKill
            | Kind::KillPage
            | Kind::Reload
            | Kind::SellBeside
            | Kind::SellFromCart
            | Kind::AdmitBeside
            | Kind::NewEvening
            | Kind::Verify => plug::act(self.kind, dice, monkey).await,
            _ => till::act(self.kind, dice, monkey).await,
        }
    }
}

impl Kind {
    /// Without it a walk could get stuck, or never sell.
    pub(crate) fn leads_on(self) -> bool {
        use Kind::{
            BoxOffice, ChooseEvent, CloseDialog, Confirm, Dismiss, Exact, NewEvening, Next, Pay, PickSeat,
            Wait,
        };
        [BoxOffice, ChooseEvent, CloseDialog, Confirm, Dismiss, Exact, NewEvening, Next, Pay, PickSeat, Wait]
            .contains(&self)
    }
}
