//! Cells of the fleet's own: under the rules of everybody's, and awake without being asked where they are to be.

use std::time::Duration;

use mosaic_model::{CellId, RestWishes, Settings, SystemCellId};
use tokio::time;
use uuid::Uuid;

use super::house::House;

const LONG: Duration = Duration::from_hours(5);
const ALWAYS_ON: RestWishes = RestWishes { keep_awake: true, idle_timeout_secs: None };

fn system() -> CellId {
    CellId::System(SystemCellId::from_uuid(Uuid::from_u128(7)))
}

#[tokio::test(start_paused = true)]
async fn a_cell_of_the_fleets_own_lives_as_a_users_does() {
    let house = House::new().await;
    house.ask(system()).await.expect("an answer");
    house.until(system(), "frozen").await;
    house.ask(system()).await.expect("it thaws");
    house.until(system(), "absent").await;
    time::sleep(LONG).await;
    assert_eq!(house.host.engine.starts_of(system()), 1, "on demand: nothing wakes it by itself");
}

#[tokio::test(start_paused = true)]
async fn what_is_always_on_is_awake_unasked_whatever_users_may_wish() {
    let house = House::with(Settings { keep_awake_allowed: false, ..Settings::default() }).await;
    house.pages.wish(system(), ALWAYS_ON);
    house.until(system(), "running").await;
    time::sleep(LONG).await;
    assert_eq!(house.state(system()).await, "running");
    let house = house.restart().await;
    house.until(system(), "running").await;
    assert_eq!(house.host.engine.starts_of(system()), 1, "the next Mosaic adopts it");
}

#[tokio::test(start_paused = true)]
async fn what_is_always_on_is_back_after_its_death_and_not_after_it_was_held() {
    let house = House::new().await;
    house.pages.wish(system(), ALWAYS_ON);
    house.until(system(), "running").await;
    house.host.kill(system(), 137);
    super::house::until(|| house.host.engine.starts_of(system()) == 2).await;
    house.until(system(), "running").await;
    house.pages.wish(system(), RestWishes::default());
    house.fleet.stop(system()).await.expect("it stops");
    time::sleep(LONG).await;
    assert_eq!(house.state(system()).await, "absent");
    assert_eq!(house.host.engine.starts_of(system()), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_erased_leaves_nothing_and_is_not_woken_again() {
    let house = House::new().await;
    house.pages.wish(system(), ALWAYS_ON);
    house.until(system(), "running").await;
    house.fleet.erase(system()).await.expect("it is erased");
    time::sleep(LONG).await;
    assert!(!house.has_container(system()));
    assert_eq!(house.host.engine.starts_of(system()), 1);
}
