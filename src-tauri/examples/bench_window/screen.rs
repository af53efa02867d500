//! A screen that exists only in memory, and whose memory can be read: what a window shows is known without asking it,
//! so that looking costs the window nothing.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub(crate) use crate::running::Running;
use crate::{Outcome, SIZE, because};

/// Every eighth line is looked at: enough to tell pages apart, little enough to look 200 times a second.
const LINE_STEP: u64 = 8;

/// A running X server of the window's size, without a window manager.
pub(crate) struct Screen {
    display: String,
    memory: File,
    layout: Layout,
    _server: Running,
    folder: TempDir,
}

/// Where the pixels are in the server's memory file, which has the form of an X window dump.
struct Layout {
    first: u64,
    line: u64,
}

/// Some lines of the screen at one moment.
#[derive(Clone, PartialEq)]
pub(crate) struct Picture(Vec<u8>);

impl Screen {
    pub(crate) fn open() -> Outcome<Self> {
        let folder = tempfile::tempdir().map_err(because("No folder for the screen"))?;
        let size = format!("{}x{}x24", SIZE.0, SIZE.1);
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset", "-fbdir"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(because("Xvfb did not start"))?;
        let told = server.stdout.take();
        let server = Running(server);
        let mut number = String::new();
        if let Some(told) = told {
            BufReader::new(told).read_line(&mut number).map_err(because("Xvfb did not tell its number"))?;
        }
        let memory =
            File::open(folder.path().join("Xvfb_screen0")).map_err(because("The screen cannot be read"))?;
        let layout = Layout::read(&memory)?;
        Ok(Self { display: format!(":{}", number.trim()), memory, layout, _server: server, folder })
    }

    /// Lets a program open its window here.
    pub(crate) fn show_on(&self, command: &mut Command) {
        command.env("DISPLAY", &self.display).env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY");
        command.env("WICKET_STATE_DIR", self.folder.path().join("state"));
    }

    pub(crate) fn picture(&self) -> Outcome<Picture> {
        let lines = u64::from(SIZE.1) / LINE_STEP;
        let length = usize::try_from(self.layout.line).unwrap_or_default();
        let mut bytes = vec![0; length * usize::try_from(lines).unwrap_or_default()];
        for (line, part) in (0_u64..).zip(bytes.chunks_exact_mut(length.max(1))) {
            let at = self.layout.first + (line * LINE_STEP + LINE_STEP / 2) * self.layout.line;
            self.memory.read_exact_at(part, at).map_err(because("The screen cannot be read"))?;
        }
        Ok(Picture(bytes))
    }
}

impl Layout {
    /// Reads the header of `XWDFile.h`: big-endian words, of which these are used: 0 its length, 11 bits a pixel,
    /// 12 bytes a line, 19 entries of the colour table, of 12 bytes each, between header and pixels.
    fn read(memory: &File) -> Outcome<Self> {
        let word = |number: u64| -> Outcome<u64> {
            let mut bytes = [0; 4];
            memory.read_exact_at(&mut bytes, number * 4).map_err(because("The screen cannot be read"))?;
            Ok(u64::from(u32::from_be_bytes(bytes)))
        };
        if word(11)? != 32 {
            return Err("The screen's memory has another form than was expected.".to_owned());
        }
        Ok(Self { first: word(0)? + word(19)? * 12, line: word(12)? })
    }
}

impl Picture {
    /// The share of pixels, 0 to 1, that differ by more than the smoothing of an edge.
    pub(crate) fn difference(&self, other: &Self) -> f64 {
        let (mine, theirs) = (self.0.as_chunks::<4>().0, other.0.as_chunks::<4>().0);
        let different = mine.iter().zip(theirs).filter(|(a, b)| unlike(**a, **b)).count();
        let (different, all) = (u32::try_from(different), u32::try_from(mine.len().max(1)));
        f64::from(different.unwrap_or(u32::MAX)) / f64::from(all.unwrap_or(u32::MAX))
    }
}

/// A driven window is drawn by another path of WebKit, whose edges come out up to 20 levels lighter or darker.
fn unlike(a: [u8; 4], b: [u8; 4]) -> bool {
    let ([blue, green, red, _], [other_blue, other_green, other_red, _]) = (a, b);
    blue.abs_diff(other_blue).max(green.abs_diff(other_green)).max(red.abs_diff(other_red)) > 24
}
