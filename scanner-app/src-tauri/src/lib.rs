//! The scanner in a window: what desktop and phone share.
//!
//! Thin: commands hand on to `scanner-core`, events go back over a channel, and the window's
//! shell is the machine around them. No rule, no store, no word lives here.

mod awake;
mod commands;
mod phone;
mod shell;
mod single;

use std::path::PathBuf;
use std::sync::Arc;

pub use scanner_core::app::Feel;
use scanner_core::app::{App, Machine};
use scanner_core::home::Home;
use scanner_core::relay::Relay;
use tauri::webview::{PermissionKind, PermissionResponse};
use tauri::{Context, Manager as _, WebviewUrl, WebviewWindowBuilder, Wry};

pub use self::phone::Phone;
use self::shell::WindowShell;
pub use self::single::{Single, Start as Started};

/// How the program was started.
#[derive(Debug, Default)]
pub struct Start {
    /// Folder of this device's files; the system's choice where absent.
    pub home: Option<PathBuf>,
    /// Keys in this plain file instead of the system's key store.
    pub key_file: Option<PathBuf>,
    /// What opens the turnstile, set up by the machine's owner.
    pub relay: Option<Relay>,
    /// A `bilten:` link that was opened.
    pub link: Option<String>,
    /// The right to be the window of that folder; absent where the system starts a program once.
    pub single: Option<Single>,
    /// The phone it runs on.
    pub phone: Option<Phone>,
}

/// Builds the program; running it opens its window.
///
/// # Errors
/// The window system does not let it.
pub fn build(context: Context<Wry>, start: Start) -> tauri::Result<tauri::App> {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![
            commands::request,
            commands::events,
            commands::preview
        ])
        // Phones show their camera in the page; on desktops the program drives it and the page has none.
        .on_permission_request(|_, kind| match kind {
            PermissionKind::Camera if cfg!(mobile) => PermissionResponse::Allow,
            _ => PermissionResponse::Deny,
        })
        .setup(move |app| {
            // On phones the one folder of an app is the system's to name.
            let usual = || {
                if cfg!(mobile) {
                    None
                } else {
                    Home::default_folder()
                }
            };
            let folder = match start.home.or_else(usual) {
                Some(folder) => folder,
                None => app.path().app_local_data_dir()?,
            };
            let home = Home::new(folder, start.key_file);
            let shell = WindowShell::new(app.handle().clone(), start.relay, start.phone);
            let shell = Arc::new(shell);
            let runtime = tauri::async_runtime::handle().inner().clone();
            let program = App::start(
                home,
                Machine::real(),
                Arc::<WindowShell>::clone(&shell),
                runtime,
            );
            if let Some(single) = start.single {
                let (program, shell) = (Arc::clone(&program), Arc::clone(&shell));
                single.listen(move |link| {
                    shell.to_front();
                    if let Some(link) = link {
                        program.opened(link);
                    }
                });
            }
            app.manage(program);
            app.manage(shell);
            // Its page asks at once, so what answers is there before it.
            open(app, start.link.as_deref())?;
            Ok(())
        })
        .build(context)
}

/// Opens the window that `tauri.conf.json` describes; its page finds the link in its address.
fn open(app: &tauri::App, link: Option<&str>) -> tauri::Result<()> {
    let Some(described) = app.config().app.windows.first() else {
        return Err(tauri::Error::WindowNotFound);
    };
    let mut described = described.clone();
    if let Some(link) = link {
        let page = format!("/?link={}", percent_encoded(link));
        described.url = WebviewUrl::App(page.into());
    }
    WebviewWindowBuilder::from_config(app, &described)?.build()?;
    Ok(())
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte.is_ascii_alphanumeric() {
            true => encoded.push(char::from(byte)),
            false => encoded += &format!("%{byte:02X}"),
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn a_link_stays_whole_inside_an_address() {
        let link = "bilten:enrol/7K3M+07/https://t.example:8443/?a=b&c#d é";
        let encoded = percent_encoded(link);
        assert_eq!(
            encoded,
            "bilten%3Aenrol%2F7K3M%2B07%2Fhttps%3A%2F%2Ft%2Eexample%3A8443%2F%3Fa%3Db%26c%23d%20%C3%A9"
        );
    }
}
