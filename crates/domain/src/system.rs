//! What the operating system says of a file, in words for people: never a number, and with what to do where that helps.

use std::io::{Error, ErrorKind};

/// Says why a file could not be read or written, as the end of a sentence: "it is a folder".
pub fn why(error: &Error) -> String {
    let words = match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder",
        ErrorKind::PermissionDenied => "this account may not use it",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full",
        ErrorKind::ReadOnlyFilesystem => "the disk may only be read",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder",
        ErrorKind::AlreadyExists => "something else of that name is there already",
        ErrorKind::InvalidFilename => "its name is too long or has signs that the disk does not take",
        ErrorKind::FileTooLarge => "it would be larger than files may be here",
        ErrorKind::InvalidData => "it is not text in UTF-8",
        ErrorKind::StaleNetworkFileHandle | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            "the network drive that it lies on is gone"
        }
        _ => return plain(&error.to_string()),
    };
    words.to_owned()
}

/// Whether there is no room left: on the disk, or in what this account may use of it.
pub fn is_full(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// The system's own words without the number that it puts behind them: `Too many open files (os error 24)`.
pub fn plain(words: &str) -> String {
    let mut words = words.to_owned();
    while let Some(start) = words.find(" (os error ") {
        let Some(length) = words.get(start..).and_then(|rest| rest.find(')')) else { break };
        words.replace_range(start..=start + length, "");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_of_the_system_reaches_anybody() {
        for number in 1..134 {
            let words = why(&Error::from_raw_os_error(number));
            assert!(!words.is_empty() && !words.contains("os error"), "{number}: {words}");
        }
        assert_eq!(plain("a (os error 2) and b (os error 28)."), "a and b.");
        assert_eq!(plain("no end (os error 2"), "no end (os error 2");
    }

    #[test]
    #[cfg(unix)]
    fn a_full_disk_is_told_from_everything_else() {
        let enospc = Error::from_raw_os_error(28);
        assert!(is_full(&enospc) && why(&enospc).contains("disk is full"));
        assert!(!is_full(&Error::from_raw_os_error(13)));
    }
}
