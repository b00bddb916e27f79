//! One writer, two kinds of callers: the door goes before everything else.
//!
//! A caller at the door waits for at most the one turn that is running, however
//! many others queue: they line up in front of the door's line, not in it.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A value that one caller at a time may use.
pub(super) struct Turns<T> {
    background: Mutex<()>,
    next: Mutex<()>,
    value: Mutex<T>,
}

impl<T> Turns<T> {
    pub(super) fn new(value: T) -> Self {
        Self {
            background: Mutex::new(()),
            next: Mutex::new(()),
            value: Mutex::new(value),
        }
    }

    /// Waits for the running turn only.
    pub(super) fn at_the_door<R>(&self, turn: impl FnOnce(&mut T) -> R) -> R {
        let next = hold(&self.next);
        let mut value = hold(&self.value);
        drop(next);
        turn(&mut value)
    }

    /// Waits for the door and for those who came before.
    pub(super) fn in_background<R>(&self, turn: impl FnOnce(&mut T) -> R) -> R {
        let _background = hold(&self.background);
        self.at_the_door(turn)
    }
}

/// A turn that panicked left the value usable: its transaction was rolled back.
fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_door_waits_for_one_turn_of_many() {
        let turns = Turns::new(());
        let begun = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        turns.in_background(|()| {
                            begun.fetch_add(1, Ordering::SeqCst);
                            std::thread::sleep(Duration::from_millis(2));
                        });
                    }
                });
            }
            for _ in 0..10 {
                std::thread::sleep(Duration::from_millis(5));
                let before = begun.load(Ordering::SeqCst);
                let after = turns.at_the_door(|()| begun.load(Ordering::SeqCst));
                assert!(after - before <= 2, "waited for {} turns", after - before);
            }
        });
    }
}
