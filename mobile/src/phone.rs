//! What the systems of phones do for the app: vibration, and knowing its owner.
//!
//! Compiled for desktops too, where the plugins do nothing, so that every check sees it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use scanner_app::{Feel, Phone};
use tauri::{App, AppHandle, Manager as _, Wry};
use tauri_plugin_biometric::{AuthOptions, Biometric};
use tauri_plugin_haptics::{Haptics, NotificationFeedbackType};

/// The phone that the app runs on, after [`add`].
pub const PHONE: Phone = Phone {
    vibrate,
    has_biometrics,
    recognise,
};

/// Adds to `app` what asks the system. Where that fails, a phone is a window and no more.
pub fn add(app: &App) {
    let added = [
        app.handle().plugin(tauri_plugin_biometric::init()),
        app.handle().plugin(tauri_plugin_haptics::init()),
    ];
    for error in added.into_iter().filter_map(Result::err) {
        tracing::warn!(%error, "the phone does less than it could");
    }
}

fn vibrate(app: &AppHandle, feel: Feel) {
    let app = app.clone();
    // Each of the system's answers is waited for, and a verdict is not kept waiting.
    tauri::async_runtime::spawn_blocking(move || {
        let Some(haptics) = app.try_state::<Haptics<Wry>>() else {
            return;
        };
        let felt = match cfg!(target_os = "ios") {
            true => haptics.notification_feedback(outcome(feel)),
            false => beat(&haptics, rhythm(feel)),
        };
        if let Err(error) = felt {
            tracing::warn!(%error, "no vibration");
        }
    });
}

/// What iOS has a feel for.
fn outcome(feel: Feel) -> NotificationFeedbackType {
    match feel {
        Feel::Admit => NotificationFeedbackType::Success,
        Feel::Refuse => NotificationFeedbackType::Error,
        Feel::Ask => NotificationFeedbackType::Warning,
    }
}

/// Milliseconds on and off, those of browsers (`ui/src/lib/verdict/sound.ts`): what Android calls
/// success and failure is for fingers on glass, too faint for a pocket.
fn rhythm(feel: Feel) -> &'static [u32] {
    match feel {
        Feel::Admit => &[70],
        Feel::Refuse => &[300, 120, 300],
        Feel::Ask => &[90, 90, 90],
    }
}

fn beat(haptics: &Haptics<Wry>, rhythm: &[u32]) -> tauri_plugin_haptics::Result<()> {
    static LATEST: AtomicU64 = AtomicU64::new(0);

    let own = LATEST.fetch_add(1, Ordering::Relaxed) + 1;
    for beat in rhythm.chunks(2) {
        // A later verdict ends the rhythm of the one before.
        if LATEST.load(Ordering::Relaxed) != own {
            break;
        }
        haptics.vibrate(beat[0])?;
        thread::sleep(Duration::from_millis(
            beat.iter().copied().map(u64::from).sum(),
        ));
    }
    Ok(())
}

fn has_biometrics(app: &AppHandle) -> bool {
    let biometric = app.try_state::<Biometric<Wry>>();
    let status = biometric.and_then(|biometric| biometric.status().ok());
    status.is_some_and(|status| status.is_available)
}

fn recognise(app: &AppHandle, question: &str, instead: &str) -> bool {
    let Some(biometric) = app.try_state::<Biometric<Wry>>() else {
        return false;
    };
    let options = AuthOptions {
        title: app.config().product_name.clone(),
        cancel_title: Some(instead.to_owned()),
        // An empty one takes the button away: the phone's own code is no way in here.
        fallback_title: Some(String::new()),
        confirmation_required: Some(false),
        ..AuthOptions::default()
    };
    match biometric.authenticate(question.to_owned(), options) {
        Ok(()) => true,
        Err(error) => {
            tracing::info!(%error, "the phone did not recognise anybody");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn android_feels_like_a_browser() {
        let browsers = include_str!("../../scanner-app/ui/src/lib/verdict/sound.ts");
        for (name, feel) in [
            ("admit", Feel::Admit),
            ("refuse", Feel::Refuse),
            ("ask", Feel::Ask),
        ] {
            let beats = format!("  {name}: {:?},\n", rhythm(feel));
            assert!(browsers.contains(&beats), "{beats}");
        }
    }
}
