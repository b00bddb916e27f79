//! What a door that is cut off knows and may do, on both databases.

use journeys::{alone, databases};

#[tokio::test]
async fn where_names_are_off_only_the_ticket_shows_its_guest_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    alone::names(folder.path(), None).await.unwrap();
}

#[tokio::test]
async fn where_names_are_off_only_the_ticket_shows_its_guest_on_postgresql() {
    let Some(database) = databases::postgres("names").unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    alone::names(folder.path(), Some(database)).await.unwrap();
}

#[tokio::test]
async fn doors_that_are_cut_off_spend_their_shares_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    alone::shares(folder.path(), None).await.unwrap();
}

#[tokio::test]
async fn doors_that_are_cut_off_spend_their_shares_on_postgresql() {
    let Some(database) = databases::postgres("shares").unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    alone::shares(folder.path(), Some(database)).await.unwrap();
}
