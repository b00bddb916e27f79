//! Between the thread that gets pictures and the one that reads them: the newest
//! picture only, and news of the source in their order.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use decode::LumaImage;

use super::State;

/// What waits to be read.
#[derive(Debug)]
pub(super) enum Item {
    Picture(LumaImage),
    News(State),
}

/// At most one picture, and news.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    items: VecDeque<Item>,
    closed: bool,
}

/// What came out of an inbox.
pub(super) enum Taken {
    Item(Item),
    Nothing,
    Closed,
}

impl Inbox {
    /// Puts a picture in; says whether it replaced one that nobody had read.
    pub(super) fn put(&self, picture: LumaImage) -> bool {
        let mut waiting = self.hold();
        let before = waiting.items.len();
        waiting
            .items
            .retain(|item| !matches!(item, Item::Picture(_)));
        let replaced = waiting.items.len() < before;
        waiting.items.push_back(Item::Picture(picture));
        self.changed.notify_all();
        replaced
    }

    pub(super) fn tell(&self, news: State) {
        self.hold().items.push_back(Item::News(news));
        self.changed.notify_all();
    }

    pub(super) fn close(&self) {
        self.hold().closed = true;
        self.changed.notify_all();
    }

    /// Waits at most so long.
    pub(super) fn take(&self, at_most: Duration) -> Taken {
        let empty = |waiting: &mut Waiting| waiting.items.is_empty() && !waiting.closed;
        let (mut waiting, _) = self
            .changed
            .wait_timeout_while(self.hold(), at_most, empty)
            .unwrap_or_else(PoisonError::into_inner);
        if waiting.closed {
            return Taken::Closed;
        }
        waiting
            .items
            .pop_front()
            .map_or(Taken::Nothing, Taken::Item)
    }

    fn hold(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(shade: u8) -> LumaImage {
        LumaImage::new(2, 2, vec![shade; 4]).unwrap()
    }

    #[test]
    fn only_the_newest_picture_waits_and_news_keep_their_place() {
        let inbox = Inbox::default();
        assert!(!inbox.put(picture(1)));
        inbox.tell(State::Asleep);
        assert!(inbox.put(picture(2)));
        assert!(inbox.put(picture(3)));
        let take = || inbox.take(Duration::ZERO);
        assert!(matches!(take(), Taken::Item(Item::News(State::Asleep))));
        assert!(matches!(take(), Taken::Item(Item::Picture(found)) if found == picture(3)));
        assert!(matches!(take(), Taken::Nothing));
        inbox.close();
        assert!(matches!(inbox.take(Duration::from_secs(60)), Taken::Closed));
    }
}
