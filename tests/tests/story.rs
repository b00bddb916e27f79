//! The demo's story, on both databases.

use journeys::{databases, story};

#[tokio::test]
async fn the_story_holds_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    story::play(folder.path(), None, &mut |_| {}).await.unwrap();
}

#[tokio::test]
async fn the_story_holds_on_postgresql() {
    let Some(database) = databases::postgres("story").unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    story::play(folder.path(), Some(database), &mut |_| {})
        .await
        .unwrap();
}

#[tokio::test]
async fn a_door_that_opens_late_knows_what_happened_before_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    story::come_late(folder.path(), None).await.unwrap();
}

#[tokio::test]
async fn a_door_that_opens_late_knows_what_happened_before_on_postgresql() {
    let Some(database) = databases::postgres("late").unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    story::come_late(folder.path(), Some(database))
        .await
        .unwrap();
}
