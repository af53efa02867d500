//! Marks on the disk: kept, shared by several at once, broken, and without a place.

use std::path::PathBuf;

use tempfile::TempDir;
use wicket_domain::id::StationId;
use wicket_domain::mark::Mark;
use wicket_store::{MarkError, MarkFolder};

use crate::support::names;

const STATION: StationId = StationId::from_bytes([3; 16]);

const fn mark(entry: u64) -> Mark {
    Mark { entry, seal: [9; 32], counter: 2 * entry }
}

/// A folder for marks that is not there yet.
fn place() -> (TempDir, PathBuf, MarkFolder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("state").join("marks");
    let marks = MarkFolder::at(folder.clone());
    (dir, folder, marks)
}

fn put(marks: &MarkFolder, mark: Mark) -> Result<(), MarkError> {
    marks.change(STATION, &mut |_| Some(mark))
}

#[test]
fn a_mark_is_kept_for_each_station() {
    let (_dir, folder, marks) = place();
    assert_eq!(marks.read(STATION), Ok(None));
    assert!(!folder.exists(), "looking makes nothing");
    put(&marks, mark(5)).unwrap();
    put(&marks, mark(4)).unwrap();
    assert_eq!(marks.read(STATION), Ok(Some(mark(4))), "whoever decides may lower it");
    marks
        .change(STATION, &mut |before| {
            assert_eq!(before, Some(mark(4)));
            None
        })
        .unwrap();
    assert_eq!(marks.read(STATION), Ok(Some(mark(4))));
    assert_eq!(marks.read(StationId::from_bytes([4; 16])), Ok(None));
    assert_eq!(names(&folder), [format!("{STATION}.mark")]);
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_computer_reads_a_mark() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, folder, marks) = place();
    put(&marks, mark(5)).unwrap();
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(folder.clone()), mode(folder.join(format!("{STATION}.mark")))), (0o700, 0o600));
}

#[test]
fn what_is_broken_counts_as_no_mark_and_is_replaced() {
    let (_dir, folder, marks) = place();
    put(&marks, mark(5)).unwrap();
    let path = folder.join(format!("{STATION}.mark"));
    let whole = std::fs::read(&path).unwrap();
    let mut mixed = whole.clone();
    mixed[60..].reverse();
    let other = Mark::text(&mark(6), StationId::from_bytes([4; 16])).into_bytes();
    let broken = [whole[..100].to_vec(), mixed, vec![0; 257], b"x".repeat(3_000_000), other, vec![0xff; 257]];
    for bytes in broken {
        std::fs::write(&path, &bytes).unwrap();
        let refused = Err(MarkError::Broken { path: path.clone() });
        assert_eq!(marks.read(STATION), refused.clone().map(|()| None), "{} bytes", bytes.len());
        let changed = marks.change(STATION, &mut |before| {
            assert_eq!(before, None);
            Some(mark(7))
        });
        assert_eq!(changed, refused, "it is said");
        assert_eq!(marks.read(STATION), Ok(Some(mark(7))), "and replaced");
    }
    std::fs::write(&path, "").unwrap();
    assert_eq!(marks.read(STATION), Ok(None), "begun and never written");
}

#[test]
fn where_no_mark_can_be_kept_that_is_said() {
    let (dir, folder, marks) = place();
    std::fs::write(dir.path().join("state"), "a file").unwrap();
    assert!(matches!(put(&marks, mark(5)), Err(MarkError::NoPlace { .. })));
    std::fs::remove_file(dir.path().join("state")).unwrap();
    std::fs::create_dir_all(folder.join(format!("{STATION}.mark"))).unwrap();
    assert!(matches!(put(&marks, mark(5)), Err(MarkError::NoPlace { .. })), "a folder of its name");
    assert!(matches!(marks.read(STATION), Err(MarkError::NoPlace { .. })));
}

#[test]
fn several_at_once_never_lower_a_mark() {
    let (_dir, _, marks) = place();
    let raise = |marks: &MarkFolder, first: u64| {
        for entry in (first..400).step_by(4) {
            let higher = |before: Option<Mark>| before.is_none_or(|before| before.entry < entry);
            let raised = marks.change(STATION, &mut |before| higher(before).then(|| mark(entry)));
            assert!(matches!(raised, Ok(()) | Err(MarkError::Busy)), "{raised:?}");
        }
    };
    std::thread::scope(|scope| {
        for first in 0..4 {
            let marks = marks.clone();
            scope.spawn(move || raise(&marks, first));
        }
        let mut highest = 0;
        for _ in 0..1_000 {
            match marks.read(STATION) {
                Ok(Some(found)) => {
                    assert!(found.entry >= highest && found == mark(found.entry), "{found:?}");
                    highest = found.entry;
                }
                Ok(None) | Err(MarkError::Busy) => {}
                Err(error) => panic!("{error}"),
            }
        }
    });
}
