//! Wicket's one program: the window, or the command line when it is called with a subcommand.
//!
//! Both are thin: they take a station, call one use-case of `wicket-station`, and show what it gave.

mod account;
mod cli;
mod cloud;
mod folders;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
