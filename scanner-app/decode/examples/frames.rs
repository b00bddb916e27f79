//! Writes the synthetic pictures to a folder, for comparison with other readers.
//!
//! `cargo run --release -p scanner-decode --example frames -- <folder> [pictures a kind] [first]`
//! writes `<kind>-<index>.png` and beside it `<kind>-<index>.txt`, one text a line.

#[path = "../tests/frames/mod.rs"]
mod frames;

use std::error::Error;
use std::path::PathBuf;

use frames::{KINDS, empty_scene, sample};
use scanner_decode::LumaImage;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("name a folder")?);
    let count: u64 = args.next().map_or(Ok(40), |n| n.parse())?;
    let first: u64 = args.next().map_or(Ok(0), |n| n.parse())?;
    std::fs::create_dir_all(&folder)?;
    for index in first..first + count {
        for kind in KINDS {
            let sample = sample(kind, index);
            let name = folder.join(format!("{kind:?}-{index}"));
            write(&name.with_extension("png"), &sample.image)?;
            std::fs::write(name.with_extension("txt"), sample.texts.join("\n"))?;
        }
        let name = folder.join(format!("Empty-{index}"));
        write(&name.with_extension("png"), &empty_scene(index))?;
        std::fs::write(name.with_extension("txt"), "")?;
    }
    Ok(())
}

fn write(path: &PathBuf, image: &LumaImage) -> Result<(), Box<dyn Error>> {
    image::save_buffer(
        path,
        image.bytes(),
        image.width() as u32,
        image.height() as u32,
        image::ExtendedColorType::L8,
    )?;
    Ok(())
}
