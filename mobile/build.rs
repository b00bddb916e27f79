//! Has the screens embedded in the app of a phone, as a desktop's window has them.

#[path = "../scanner-app/src-tauri/embed.rs"]
mod embed;

fn main() {
    embed::build("../scanner-app/ui/build");
}
