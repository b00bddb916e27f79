//! What reading one frame costs, with and without a symbol in it.

#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

#[path = "../tests/frames/mod.rs"]
mod frames;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use frames::{Kind, scene};
use scanner_decode::{Budget, Passes, decode_frame, decode_still};

const SIZES: [(&str, usize, usize); 3] = [
    ("480p", 640, 480),
    ("720p", 1280, 720),
    ("1080p", 1920, 1080),
];

fn frame(c: &mut Criterion) {
    let mut group = c.benchmark_group("frame");
    for (name, width, height) in SIZES {
        for (content, count) in [("ticket", 1), ("nothing", 0)] {
            let sample = scene(Kind::Clean, 3, width, height, count);
            let mut passes = Passes::new();
            group.bench_function(BenchmarkId::new(content, name), |b| {
                b.iter(|| {
                    decode_frame(
                        &sample.image.frame(),
                        &mut passes,
                        "TK",
                        &mut Budget::video(),
                    )
                });
            });
        }
    }
    group.finish();
}

fn still(c: &mut Criterion) {
    let mut group = c.benchmark_group("still");
    group.sample_size(10);
    for (name, width, height) in SIZES {
        for (content, count) in [("ticket", 1), ("nothing", 0)] {
            let sample = scene(Kind::Clean, 3, width, height, count);
            group.bench_function(BenchmarkId::new(content, name), |b| {
                b.iter(|| decode_still(&sample.image.frame(), &mut Budget::still()));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, frame, still);
criterion_main!(benches);
