//! Whose the machine's time was: the stations', the functions', the emulators'.

use std::fs;
use std::time::Duration;

use crate::dev_cloud::DevCloud;
use crate::measure;

/// Ticks of processor time in a second (`sysconf(_SC_CLK_TCK)`), which is 100 on Linux.
const TICKS: f64 = 100.0;

/// Seconds of processor time.
#[derive(Clone, Copy)]
pub(crate) struct Processors {
    stations: f64,
    functions: f64,
    emulators: f64,
}

impl Processors {
    /// So far. The functions are children of the emulator.
    pub(crate) fn now(cloud: &DevCloud) -> Self {
        let pid = |key: &str| cloud.facts[key].as_u64().unwrap();
        let (emulator, tables) = (pid("emulatorPid"), pid("dynamodbPid"));
        let mut now = Self { stations: 0.0, functions: 0.0, emulators: 0.0 };
        for entry in fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok()) else {
                continue;
            };
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            // After the name, which may hold blanks: state, parent, and from the 12th on utime, stime, cutime, cstime.
            let Some((_, fields)) = stat.rsplit_once(')') else { continue };
            let fields: Vec<_> = fields.split_whitespace().collect();
            let seconds =
                |fields: &[&str]| fields.iter().map(|text| text.parse::<f64>().unwrap()).sum::<f64>() / TICKS;
            let (own, children) = (seconds(&fields[11..13]), seconds(&fields[13..15]));
            if pid == u64::from(std::process::id()) {
                now.stations += own;
            } else if pid == emulator {
                now.emulators += own;
                now.functions += children;
            } else if pid == tables {
                now.emulators += own;
            } else if fields[1] == emulator.to_string() {
                now.functions += own;
            }
        }
        now
    }

    pub(crate) fn since(&self, before: &Self) -> Self {
        Self {
            stations: self.stations - before.stations,
            functions: self.functions - before.functions,
            emulators: self.emulators - before.emulators,
        }
    }

    /// As shares of all processors over that time.
    pub(crate) fn tell(&self, over: Duration) {
        let all = std::thread::available_parallelism().map_or(1.0, |count| count.get() as f64);
        let parts = [
            ("stations", self.stations),
            ("functions", self.functions),
            ("emulators of AWS", self.emulators),
        ];
        for (who, seconds) in parts {
            let share = 100.0 * seconds / over.as_secs_f64() / all;
            measure(&format!("processor time of the {who} meanwhile"), share, "%", None);
        }
    }
}
