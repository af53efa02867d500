//! The operating system's keyring, for real: a Secret Service of this test's own, on a bus of its own, and a computer
//! without one.
//!
//! A bus is named by the environment, so the test runs itself once more inside each of them. Needs `dbus-run-session`
//! and `gnome-keyring-daemon`, as `cargo xtask test` installs them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected ends there"
)]

use std::path::Path;
use std::process::{Command, ExitCode};

const INSIDE: &str = "WICKET_KEYRING_TEST";

/// A bus that starts nothing by itself, so that nothing outlives the test.
const BUS: &str = r#"<busconfig><type>session</type><listen>unix:runtime=yes</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"#;

fn main() -> ExitCode {
    match std::env::var(INSIDE).as_deref() {
        Ok("kept") => inside::a_secret_is_kept_replaced_and_forgotten(),
        Ok("after a restart") => inside::a_secret_outlives_the_keyring(),
        Ok("locked") => inside::a_keyring_that_stays_locked_is_told(),
        Ok("none" | "no bus") => inside::where_nothing_keeps_secrets_that_is_said(),
        _ => return outside(),
    }
    ExitCode::SUCCESS
}

/// Runs each part in a session made for it, one after the other: they share the keyring's file.
fn outside() -> ExitCode {
    let home = tempfile::tempdir().expect("a folder for the keyring's file");
    let bus = home.path().join("bus.conf");
    std::fs::write(&bus, BUS).expect("room for a small file");
    let passed =
        ["kept", "after a restart", "locked", "none", "no bus"].map(|part| run(part, home.path(), &bus));
    if passed.iter().all(|passed| *passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(part: &str, home: &Path, bus: &Path) -> bool {
    let own = std::env::current_exe().expect("this test's own path");
    let mut command = if part == "no bus" {
        let mut alone = Command::new(own);
        alone.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        alone
    } else {
        let mut session = Command::new("dbus-run-session");
        session.arg("--config-file").arg(bus).arg("--").arg(own);
        session
    };
    command.env(INSIDE, part);
    for folder in ["HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(folder, home);
    }
    let ended = command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").status();
    let passed = ended.expect("dbus-run-session is installed (Debian package dbus-daemon)").success();
    println!("test {part} ... {}", if passed { "ok" } else { "FAILED" });
    passed
}

mod inside {
    use std::io::Write as _;
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    use wicket_cloud_aws::{Keyring, Secrets, SecretsFault};

    /// The keyring's program; it ends with its part of the test, however that ends.
    struct Daemon(Child);

    impl Daemon {
        /// Starts it, unlocked by a password when one is given, and waits until it answers.
        fn start(password: Option<&str>) -> Self {
            let mut command = Command::new("gnome-keyring-daemon");
            command.args(["--foreground", "--components=secrets"]).args(password.map(|_| "--unlock"));
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().expect("it is installed (Debian package gnome-keyring)");
            let mut input = child.stdin.take().unwrap();
            input.write_all(password.unwrap_or_default().as_bytes()).unwrap();
            drop(input);
            let daemon = Self(child);
            for _ in 0..40 {
                if Keyring.get("nothing") != Err(SecretsFault::None) {
                    return daemon;
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            panic!("the keyring does not answer");
        }
    }

    impl Drop for Daemon {
        fn drop(&mut self) {
            let _ = self.0.kill().and_then(|()| self.0.wait());
        }
    }

    pub(crate) fn a_secret_is_kept_replaced_and_forgotten() {
        let _daemon = Daemon::start(Some("a password"));
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
        let _daemon = Daemon::start(Some("a password"));
        assert_eq!(Keyring.get("till-2/refresh"), Ok(Some("another's – of its own".into())));
        assert_eq!(Keyring.get_if_open("till-2/refresh"), Ok(Some("another's – of its own".into())));
        assert_eq!(Keyring.get_if_open("till-9/refresh"), Ok(None));
    }

    pub(crate) fn a_keyring_that_stays_locked_is_told() {
        let _daemon = Daemon::start(None);
        assert_eq!(Keyring.get("till-2/refresh"), Err(SecretsFault::Locked), "nobody is there to unlock it");
        assert_eq!(Keyring.get_if_open("till-2/refresh"), Ok(None), "and here nobody is asked to");
        assert_eq!(Keyring.put("till-3/refresh", "secret"), Err(SecretsFault::Locked));
    }

    pub(crate) fn where_nothing_keeps_secrets_that_is_said() {
        let keyring = Keyring;
        assert_eq!(keyring.get("till-1/refresh"), Err(SecretsFault::None));
        assert_eq!(keyring.get_if_open("till-1/refresh"), Err(SecretsFault::None));
        assert_eq!(keyring.put("till-1/refresh", "secret"), Err(SecretsFault::None));
        assert_eq!(keyring.forget("till-1/refresh"), Err(SecretsFault::None));
        assert!(SecretsFault::None.to_string().contains("Sign in again after each start"));
    }
}
