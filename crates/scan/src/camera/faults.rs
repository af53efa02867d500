//! What a driver's answer means for the person in front of it. Pure.
//!
//! nokhwa passes the system's answer on as text alone, so the system's error number is read from that text.

use nokhwa::NokhwaError;

use crate::source::LostReason;

/// Sorts a driver's answer.
pub(crate) fn reason_of(fault: &NokhwaError) -> LostReason {
    let text = fault.to_string();
    match os_error(&text) {
        // EPERM, EACCES
        Some(1 | 13) => LostReason::NotAllowed,
        // EBUSY
        Some(16) => LostReason::Busy,
        // ENOENT, EIO, ENXIO, ENODEV
        Some(2 | 5 | 6 | 19) => LostReason::Unplugged,
        _ if text.contains("Fufill") => LostReason::NoPicture,
        _ => LostReason::Unforeseen,
    }
}

/// The number in "… (os error 19)".
fn os_error(text: &str) -> Option<i32> {
    let (_, number) = text.rsplit_once("(os error ")?;
    number.split(')').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_number_tells_why() {
        let opening = |number| {
            let why = std::io::Error::from_raw_os_error(number);
            reason_of(&NokhwaError::OpenDeviceError("0".into(), format!("V4L2 Error: {why}")))
        };
        assert_eq!(opening(13), LostReason::NotAllowed);
        assert_eq!(opening(16), LostReason::Busy);
        assert_eq!(opening(2), LostReason::Unplugged);
        assert_eq!(opening(22), LostReason::Unforeseen);
        let gone = std::io::Error::from_raw_os_error(19).to_string();
        assert_eq!(reason_of(&NokhwaError::ReadFrameError(gone)), LostReason::Unplugged);
    }
}
