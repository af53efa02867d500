//! The operating system's keyring, for real: a Secret Service of this test's own, on a bus of its own, and a computer
//! without one.
//!
//! A bus is named by the environment, so the test runs itself once more inside each of them. Needs `dbus-run-session`
//! and `gnome-keyring-daemon`, as `cargo xtask test` installs them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets the unexpected ends there")]

use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

const INSIDE: &str = "WICKET_KEYRING_TEST";

fn main() -> ExitCode {
    match std::env::var(INSIDE).as_deref() {
        Ok("keyring") => inside::a_secret_is_kept_replaced_and_forgotten(),
        Ok("after a restart") => inside::a_secret_outlives_the_keyring(),
        Ok("none") => inside::where_nothing_keeps_secrets_that_is_said(),
        _ => return outside(),
    }
    ExitCode::SUCCESS
}

/// Runs each part in a session made for it.
fn outside() -> ExitCode {
    let home = tempfile::tempdir().expect("a folder for the keyring's file");
    let own = std::env::current_exe().expect("this test's own path");
    // The daemon takes the password of the keyring from its input and goes into the background.
    let script = "gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$0\"";
    let session = |part: &str| {
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "sh", "-c", script]).arg(&own).env(INSIDE, part);
        for folder in ["HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
            command.env(folder, home.path());
        }
        run(part, command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY"))
    };
    let mut without = Command::new(&own);
    without.env(INSIDE, "none").env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let passed = [session("keyring"), session("after a restart"), run("none", without.env_remove("DISPLAY"))];
    if passed.iter().all(|passed| *passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(part: &str, command: &mut Command) -> bool {
    let started = command.stdin(Stdio::piped()).spawn();
    let mut child = started.expect("dbus-run-session is installed (Debian package dbus-daemon)");
    child.stdin.take().expect("its input").write_all(b"a password").expect("it reads the password");
    let passed = child.wait().expect("it ends").success();
    println!("test {part} ... {}", if passed { "ok" } else { "FAILED" });
    passed
}

mod inside {
    use wicket_cloud_aws::{Keyring, Secrets, SecretsFault};

    pub(crate) fn a_secret_is_kept_replaced_and_forgotten() {
        let keyring = Keyring;
        assert_eq!(keyring.get("till-1/refresh"), Ok(None));
        keyring.put("till-1/refresh", "first").unwrap();
        keyring.put("till-2/refresh", "another's – of its own").unwrap();
        keyring.put("till-1/refresh", "second").unwrap();
        assert_eq!(keyring.get("till-1/refresh"), Ok(Some("second".into())), "in place of the first");
        assert_eq!(keyring.get("till-2/refresh"), Ok(Some("another's – of its own".into())));
        keyring.forget("till-1/refresh").unwrap();
        keyring.forget("till-1/refresh").unwrap();
        assert_eq!(keyring.get("till-1/refresh"), Ok(None));
        let long = "x".repeat(4_000);
        keyring.put("till-1/refresh", &long).unwrap();
        assert_eq!(keyring.get("till-1/refresh"), Ok(Some(long)), "a refresh token is about so long");
    }

    pub(crate) fn a_secret_outlives_the_keyring() {
        assert_eq!(Keyring.get("till-2/refresh"), Ok(Some("another's – of its own".into())));
    }

    pub(crate) fn where_nothing_keeps_secrets_that_is_said() {
        let keyring = Keyring;
        assert_eq!(keyring.get("till-1/refresh"), Err(SecretsFault::None));
        assert_eq!(keyring.put("till-1/refresh", "secret"), Err(SecretsFault::None));
        assert_eq!(keyring.forget("till-1/refresh"), Err(SecretsFault::None));
        assert!(SecretsFault::None.to_string().contains("Sign in again after each start"));
    }
}
