//! What the computer says of itself: room on the disk, and its battery.

use std::fs;
use std::path::Path;

use serde::Serialize;

/// Where Linux tells of batteries.
pub const POWER_SUPPLIES: &str = "/sys/class/power_supply";

/// The computer's own battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Battery {
    /// How full, in hundredths; the mean where there are several.
    pub percent: u8,
    /// It is being charged, or full and on mains.
    pub on_mains: bool,
}

/// Bytes that this program may still write to the disk of `folder`; absent where the system
/// does not tell.
#[must_use]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// The battery that the folder `supplies` tells of ([`POWER_SUPPLIES`]); absent without one.
#[must_use]
pub fn battery(supplies: &Path) -> Option<Battery> {
    let mut batteries = Vec::new();
    for entry in fs::read_dir(supplies).ok()?.flatten() {
        let say = |name: &str| {
            let text = fs::read_to_string(entry.path().join(name)).ok()?;
            Some(text.trim().to_owned())
        };
        // Mice and headsets have batteries too.
        let own = say("scope").is_none_or(|scope| scope != "Device");
        if own
            && say("type").as_deref() == Some("Battery")
            && let Some(percent) = say("capacity").and_then(|text| text.parse::<u8>().ok())
        {
            batteries.push((percent.min(100), say("status")));
        }
    }
    let count = u32::try_from(batteries.len())
        .ok()
        .filter(|count| *count > 0)?;
    let sum: u32 = batteries
        .iter()
        .map(|(percent, _)| u32::from(*percent))
        .sum();
    Some(Battery {
        percent: u8::try_from(sum / count).unwrap_or(100),
        on_mains: batteries
            .iter()
            .all(|(_, status)| status.as_deref() != Some("Discharging")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supply(folder: &Path, name: &str, says: &[(&str, &str)]) {
        let folder = folder.join(name);
        fs::create_dir(&folder).unwrap();
        for (file, text) in says {
            fs::write(folder.join(file), format!("{text}\n")).unwrap();
        }
    }

    #[test]
    fn the_battery_is_the_computers_own() {
        let folder = tempfile::tempdir().unwrap();
        let supplies = folder.path();
        assert_eq!(battery(&supplies.join("absent")), None);
        supply(supplies, "AC", &[("type", "Mains"), ("online", "1")]);
        let mouse = [("type", "Battery"), ("scope", "Device"), ("capacity", "3")];
        supply(supplies, "hid-mouse", &mouse);
        assert_eq!(battery(supplies), None);
        let first = [("type", "Battery"), ("capacity", "80"), ("status", "Full")];
        supply(supplies, "BAT0", &first);
        let full = Battery {
            percent: 80,
            on_mains: true,
        };
        assert_eq!(battery(supplies), Some(full));
        let second = [
            ("type", "Battery"),
            ("capacity", "40"),
            ("status", "Discharging"),
        ];
        supply(supplies, "BAT1", &second);
        let both = Battery {
            percent: 60,
            on_mains: false,
        };
        assert_eq!(battery(supplies), Some(both));
    }

    #[cfg(unix)]
    #[test]
    fn the_disk_tells_its_room() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free_bytes(folder.path()).unwrap() > 0);
        assert_eq!(free_bytes(&folder.path().join("absent")), None);
    }
}
