//! A box office that is cut off, on both databases.

use journeys::{box_office, databases};

#[tokio::test]
async fn tickets_sold_with_no_network_are_good_and_become_orders_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    box_office::play(folder.path(), None).await.unwrap();
}

#[tokio::test]
async fn tickets_sold_with_no_network_are_good_and_become_orders_on_postgresql() {
    let Some(database) = databases::postgres("box_office").unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    box_office::play(folder.path(), Some(database))
        .await
        .unwrap();
}
