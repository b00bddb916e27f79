//! The scanner on phones: the same program and the same screens as in a window of a desktop.
//!
//! Owns the platforms' entry point, the links that the system opens the app with, and what a phone
//! has beside its window. What the platforms want to know about the app stands beside it:
//! `gen/android`, `gen/apple`, `Info.ios.plist`. No rule, no store, no word lives here.

mod phone;

use scanner_app::Start;
use tauri::{AppHandle, Manager as _, RunEvent, Url};

/// Starts the app; the platforms call it.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    let start = Start {
        phone: cfg!(mobile).then_some(phone::PHONE),
        ..Start::default()
    };
    match scanner_app::build(tauri::generate_context!(), start) {
        Ok(app) => {
            if cfg!(mobile) {
                phone::add(&app);
            }
            app.run(heard);
        }
        Err(error) => tracing::error!(%error, "the app did not start"),
    }
}

/// Goes on with what the system says.
fn heard(app: &AppHandle, event: RunEvent) {
    for link in links(event) {
        follow(app, &link);
    }
}

/// The links that the app was opened with; the systems of desktops start a program instead.
fn links(event: RunEvent) -> Vec<Url> {
    match event {
        #[cfg(any(target_os = "macos", target_os = "ios", target_os = "android"))]
        RunEvent::Opened { urls } => urls,
        _ => Vec::new(),
    }
}

/// Shows a link that was opened, in the page that is there.
fn follow(app: &AppHandle, link: &Url) {
    let Some(window) = app.get_webview_window("main") else {
        return;
    };
    let went = window
        .url()
        .and_then(|page| window.navigate(page_of(page, link)));
    if let Err(error) = went {
        tracing::warn!(%error, "a link that was opened could not be shown");
    }
}

/// The address of the page with the link in it, which is where its screens look for one.
fn page_of(mut page: Url, link: &Url) -> Url {
    page.set_path("/");
    page.set_fragment(None);
    page.query_pairs_mut()
        .clear()
        .append_pair("link", link.as_str());
    page
}

#[cfg(test)]
mod tests {
    use tauri::Url;

    use super::page_of;

    #[test]
    fn a_link_takes_the_place_of_the_one_before_and_stays_whole() {
        let link = Url::parse("bilten:enrol/7K3M+07/https://t.example:8443/?a=b&c#d").unwrap();
        let page = Url::parse("http://tauri.localhost/?link=bilten%3Aold#/settings").unwrap();
        let shown = page_of(page, &link);
        assert_eq!(shown.path(), "/");
        assert_eq!(shown.fragment(), None);
        let asked: Vec<(String, String)> = shown.query_pairs().into_owned().collect();
        assert_eq!(asked, [("link".to_owned(), link.to_string())]);
    }
}
