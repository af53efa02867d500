//! What follows `cargo xtask cloud up` and `down`.

use std::path::PathBuf;

use crate::commands::Stop;
use crate::workspace::Workspace;

/// Of `up`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Up {
    /// Where the emulator listens; none means as last time, or the first free one from 4566.
    pub(super) port: Option<u16>,
    /// Where everything the cloud holds is kept.
    pub(super) state: PathBuf,
    /// Where built functions are; none means that they are built.
    pub(super) functions: Option<PathBuf>,
    /// Facts for a program rather than words for a person.
    pub(super) json: bool,
}

/// Of `down`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Down {
    /// Which cloud.
    pub(super) state: PathBuf,
    /// Whether what it holds is removed.
    pub(super) forget: bool,
}

/// Names the folder of built functions, for tests that have them already.
const FUNCTIONS: &str = "WICKET_FUNCTIONS";

impl Up {
    pub(super) fn parse(workspace: &Workspace, words: &[String]) -> Result<Self, Stop> {
        let mut options = Self {
            port: None,
            state: kept(workspace),
            functions: std::env::var_os(FUNCTIONS).map(PathBuf::from),
            json: false,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--port" => options.port = Some(port(words.next())?),
                "--state" => options.state = folder(word, words.next())?,
                "--functions" => options.functions = Some(folder(word, words.next())?),
                "--json" => options.json = true,
                other => return Err(unknown("up", other)),
            }
        }
        Ok(options)
    }
}

impl Down {
    pub(super) fn parse(workspace: &Workspace, words: &[String]) -> Result<Self, Stop> {
        let mut options = Self { state: kept(workspace), forget: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--state" => options.state = folder(word, words.next())?,
                "--forget" => options.forget = true,
                other => return Err(unknown("down", other)),
            }
        }
        Ok(options)
    }
}

fn kept(workspace: &Workspace) -> PathBuf {
    workspace.scratch("cloud").join("state")
}

fn port(word: Option<&String>) -> Result<u16, Stop> {
    word.and_then(|text| text.parse().ok())
        .filter(|port| *port >= 1024)
        .ok_or_else(|| Stop::new("--port takes a number from 1024 to 65535."))
}

/// An absolute folder: the programs that are started stand elsewhere.
fn folder(option: &str, word: Option<&String>) -> Result<PathBuf, Stop> {
    word.and_then(|text| std::path::absolute(text).ok())
        .ok_or_else(|| Stop::new(format!("{option} is followed by a folder.")))
}

fn unknown(command: &str, word: &str) -> Stop {
    Stop::new(format!("`cargo xtask cloud {command}` does not know {word}. It takes:\n\n{}", super::HELP))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(words: &[&str]) -> Result<Up, Stop> {
        let workspace = Workspace::find().unwrap();
        Up::parse(&workspace, &words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_cloud_of_ones_own_is_a_port_and_a_folder() {
        let options = up(&["--port", "4600", "--state", "/srv/cloud", "--json"]).unwrap();
        assert_eq!((options.port, options.json), (Some(4600), true));
        assert_eq!(options.state, PathBuf::from("/srv/cloud"));
        assert_eq!(up(&[]).unwrap().port, None, "the port of last time, which the pairing codes name");
    }

    #[test]
    fn what_cannot_be_is_said() {
        assert!(up(&["--port"]).is_err());
        assert!(up(&["--port", "80"]).is_err(), "only root may listen there");
        assert!(up(&["--fast"]).unwrap_err().to_string().contains("does not know --fast"));
    }
}
