//! Has the screens embedded in the window of a desktop.

mod embed;

fn main() {
    embed::build("../ui/build");
}
