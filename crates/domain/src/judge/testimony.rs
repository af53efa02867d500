//! What is said of one ticket, and by whom. A gate weighs it all and judges by the outcome.

use crate::order::TicketStatus;

/// Who says something of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Witness {
    /// This station's own file: what was sold and admitted here.
    File,
    /// What this station has followed from the cloud, perhaps a moment ago.
    Copy,
    /// The cloud, asked for this very admission.
    Answer,
}

impl Witness {
    /// Whose word of a ticket that stands no more is taken first: the newest.
    const fn newness(self) -> u8 {
        match self {
            Self::File => 0,
            Self::Copy => 1,
            Self::Answer => 2,
        }
    }

    /// Whose word of an admission is taken first: whoever was there, and then the newest.
    const fn nearness(self) -> u8 {
        match self {
            Self::Copy => 0,
            Self::Answer => 1,
            Self::File => 2,
        }
    }
}

/// What one witness says of a ticket. What it says nothing of is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Testimony<Admission> {
    /// Who says it.
    pub witness: Witness,
    /// Whether the ticket stands.
    pub status: Option<TicketStatus>,
    /// The first admission with it.
    pub admission: Option<Admission>,
}

/// What all witnesses together say of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed<Admission> {
    /// Whether it stands.
    pub status: TicketStatus,
    /// The first admission with it.
    pub admission: Option<Admission>,
}

/// Weighs what the witnesses say, in whatever order they come.
///
/// Whoever says that a ticket does not stand is believed, and whoever says that somebody was admitted with it. A ticket of
/// which nobody says anything stands: its signature is enough.
pub fn weigh<Admission>(testimonies: impl IntoIterator<Item = Testimony<Admission>>) -> Weighed<Admission> {
    let (mut fallen, mut admitted) = (None, None);
    for Testimony { witness, status, admission } in testimonies {
        let status = status.filter(|status| *status != TicketStatus::Valid);
        fallen = heavier(fallen, status.map(|status| (witness.newness(), status)));
        admitted = heavier(admitted, admission.map(|admission| (witness.nearness(), admission)));
    }
    Weighed {
        status: fallen.map_or(TicketStatus::Valid, |(_, status)| status),
        admission: admitted.map(|(_, admission)| admission),
    }
}

fn heavier<T>(one: Option<(u8, T)>, other: Option<(u8, T)>) -> Option<(u8, T)> {
    let weight = |word: &Option<(u8, T)>| word.as_ref().map(|(weight, _)| *weight);
    if weight(&other) > weight(&one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Said = (Witness, Option<TicketStatus>, Option<&'static str>);

    fn weighed(said: &[Said]) -> Weighed<&'static str> {
        weigh(said.iter().map(|(witness, status, admission)| Testimony {
            witness: *witness,
            status: *status,
            admission: *admission,
        }))
    }

    #[test]
    fn what_is_said_is_weighed_in_whatever_order_it_comes() {
        use TicketStatus::{Blocked, Refunded, Replaced, Valid};
        use Witness::{Answer, Copy, File};
        let cases: &[(&[Said], TicketStatus, Option<&str>, &str)] = &[
            (&[], Valid, None, "nobody knows it: its signature is enough"),
            (&[(File, Some(Valid), None), (Copy, Some(Valid), None)], Valid, None, "all say that it stands"),
            (
                &[(File, Some(Blocked), None), (Copy, Some(Valid), None)],
                Blocked,
                None,
                "one says that it does not",
            ),
            (
                &[(File, Some(Valid), None), (Answer, Some(Refunded), None)],
                Refunded,
                None,
                "the cloud knows more",
            ),
            (
                &[(File, Some(Blocked), None), (Copy, Some(Replaced), None), (Answer, Some(Refunded), None)],
                Refunded,
                None,
                "the newest word",
            ),
            (
                &[(File, Some(Blocked), None), (Copy, Some(Replaced), None)],
                Replaced,
                None,
                "the newer of two",
            ),
            (
                &[(File, None, None), (Answer, None, Some("north"))],
                Valid,
                Some("north"),
                "admitted elsewhere",
            ),
            (
                &[(File, None, Some("here")), (Copy, None, Some("copy")), (Answer, None, Some("north"))],
                Valid,
                Some("here"),
                "this gate was there",
            ),
            (
                &[(Copy, None, Some("copy")), (Answer, None, Some("north"))],
                Valid,
                Some("north"),
                "the newer of two",
            ),
            (
                &[(File, None, Some("here")), (Copy, Some(Blocked), None)],
                Blocked,
                Some("here"),
                "both are told",
            ),
        ];
        for (said, status, admission, why) in cases {
            let expected = Weighed { status: *status, admission: *admission };
            let mut turned = said.to_vec();
            for _ in 0..said.len().max(1) {
                assert_eq!(weighed(&turned), expected, "{why}: {turned:?}");
                let backwards: Vec<_> = turned.iter().rev().copied().collect();
                assert_eq!(weighed(&backwards), expected, "{why}: {backwards:?}");
                turned.rotate_left(1.min(said.len()));
            }
        }
    }
}
