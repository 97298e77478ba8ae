//! Everybody's agents as an administrator sees them in a browser, while they live and die.

use fantoccini::Locator;

use super::looks::{NETWORK, look};
use super::{Setting, only_refusals};
use crate::support::{Chromium, axe, chat, chat_whole, docker, eventually};

/// So many agents that no page draws them all.
const MANY: i32 = 10_000;
/// The most rows that are drawn of them.
const DRAWN_MAX: u64 = 120;

/// Waits until the row of somebody's agent says where it is.
async fn stands(browser: &Chromium, email: &str, word: &str) {
    let script = format!(
        "const row = [...document.querySelectorAll('.windowed [role=row]')]\
         .find(row => row.querySelector('.owner')?.innerText.includes('{email}'));\
         return row?.querySelector('.standing')?.innerText.trim() ?? ''"
    );
    eventually(&format!("the agent of {email} is shown as {word}"), async || {
        (browser.script(&script).await == word).then_some(())
    })
    .await;
}

/// Waits until the page counts so many agents that stand so.
async fn counts(browser: &Chromium, name: &str, number: &str) {
    let script = format!(
        "const tile = [...document.querySelectorAll('.count')].find(it => it.innerText.includes('{name}'));\
         return tile?.querySelector('.number').innerText ?? ''"
    );
    eventually(&format!("{name} is counted as {number}"), async || {
        (browser.script(&script).await == number).then_some(())
    })
    .await;
}

/// Answers the dialog's question with its own word.
async fn confirm(browser: &Chromium) {
    let button = browser.css("dialog[open] button[type=submit]").await;
    button.click().await.expect("a button");
    let gone = async || browser.client.find(Locator::Css("dialog[open]")).await.is_err().then_some(());
    eventually("the question is answered", gone).await;
}

/// Waits until the panel of the agent that is looked at says where it is.
async fn is_shown_as(browser: &Chromium, word: &str) {
    let script = "return document.querySelector('.agent-panel .standing')?.innerText ?? ''";
    eventually(&format!("the panel says {word}"), async || {
        let shown = browser.script(script).await;
        shown.as_str().is_some_and(|shown| shown.starts_with(word)).then_some(())
    })
    .await;
}

/// Orders something of the agent that is looked at.
async fn order(browser: &Chromium, word: &str) {
    let script = format!(
        "const button = [...document.querySelectorAll('.agent-panel .orders button')]\
         .find(button => button.innerText === '{word}'); button?.click(); return !!button"
    );
    eventually(&format!("{word} can be ordered"), async || {
        (browser.script(&script).await == true).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_administrator_sees_agents_live_and_die_and_orders_what_is_to_be_done() {
    let setting = Setting::signed_in().await;
    let (browser, mosaic, axe) = (&setting.browser, &setting.mosaic, axe());
    let ann = mosaic.person("ann", "http://standin.invalid/v1");
    let dora = mosaic.person("dora", "http://standin.invalid/die-at-start/code=3");
    setting.open("/fleet").await;
    counts(browser, "All", "3").await;
    stands(browser, &ann.email, "Asleep").await;

    // What happens is shown as it happens.
    assert_eq!(chat_whole(mosaic, &dora, "c", "hello").await.code(), "agent_quarantined");
    stands(browser, &dora.email, "Given up").await;
    counts(browser, "Given up", "1").await;
    assert!(chat(mosaic, &ann, "c", "hello").await.done);
    stands(browser, &ann.email, "Running").await;
    // Whoever is new is there without a reload.
    mosaic.newcomer("zoe");
    counts(browser, "All", "4").await;
    look(browser, &axe, "fleet").await;

    // Several at once, after a question that names them.
    browser.css(&format!("[aria-label='Choose {}']", ann.email)).await.click().await.expect("a box");
    browser.css(&format!("[aria-label='Choose {}']", dora.email)).await.click().await.expect("a box");
    browser.says("2 agents chosen").await;
    browser.press("Stop").await;
    browser.says("Stop 2 agents?").await;
    look(browser, &axe, "fleet-stop").await;
    confirm(browser).await;
    browser.says("Stop: under way for 2 agents.").await;
    stands(browser, &ann.email, "Asleep").await;
    browser.says("None chosen").await;

    // One of them, and its story, which goes on while it is looked at.
    browser.press(&ann.email).await;
    browser.is_at(&format!("/fleet/user-{}", mosaic.id_of(&ann).await)).await;
    browser.says("Somebody asked to stop it").await;
    browser.css(".agent-panel .orders button").await.click().await.expect("a button");
    browser.says(&format!("Start the agent of {}?", ann.email)).await;
    confirm(browser).await;
    is_shown_as(browser, "Running").await;
    browser.says(" of 2.0 GiB").await;
    browser.css(".in-use path[d^=M]").await;
    let before = mosaic.containers();
    docker(&["kill", &before[0]]);
    browser.says("It died").await;
    browser.says("Signal 9 ended it (exit code 137).").await;
    look(browser, &axe, "fleet-agent").await;
    is_shown_as(browser, "Running").await;
    order(browser, "Freeze").await;
    browser.says(&format!("Freeze the agent of {}?", ann.email)).await;
    confirm(browser).await;
    is_shown_as(browser, "Resting").await;
    stands(browser, &ann.email, "Resting").await;
    order(browser, "Thaw").await;
    confirm(browser).await;
    is_shown_as(browser, "Running").await;

    // The address bar brings back what was looked at.
    browser.press("Close").await;
    browser.is_at("/fleet").await;
    browser.fill(".toolbar input", "DORA").await;
    browser.is_at("/fleet?text=DORA").await;
    counts(browser, "All", "4").await;
    browser.client.refresh().await.expect("a page to load again");
    stands(browser, &dora.email, "Given up").await;
    assert_eq!(browser.client.find_all(Locator::Css(".windowed [role=row]")).await.expect("rows").len(), 1);
    browser.fill(".toolbar input", "nobody").await;
    browser.says("No agent is like this.").await;
    look(browser, &axe, "fleet-nothing").await;
    only_refusals(browser, NETWORK).await;
}

#[tokio::test]
async fn wakes_deaths_and_memory_are_drawn_told_in_words_and_as_a_table() {
    let setting = Setting::signed_in().await;
    let (browser, mosaic) = (&setting.browser, &setting.mosaic);
    mosaic.set("memory_limit_mib", "1024");
    mosaic.set("host_memory_mib", "4096");
    setting.open("/fleet").await;
    browser.says("No agent woke.").await;
    browser.says("0 MiB of 4 GiB given out").await;
    for name in ["ann", "bob"] {
        let person = mosaic.person(name, "http://standin.invalid/v1");
        // Whoever is new is there without a reload.
        stands(browser, &person.email, "Asleep").await;
        assert!(chat(mosaic, &person, "c", "hello").await.done);
        stands(browser, &person.email, "Running").await;
    }
    let dora = mosaic.person("dora", "http://standin.invalid/die-at-start/code=3");
    assert_eq!(chat_whole(mosaic, &dora, "c", "hello").await.code(), "agent_quarantined");
    stands(browser, &dora.email, "Given up").await;
    // Its first choice is an hour.
    browser.script("document.querySelector('input[name=figures-span]').click()").await;
    browser.says("Of 2 wakes half took up to").await;
    browser.says("containers died: process ended").await;
    browser.says("2 GiB of 4 GiB given out: 2 awake, 0 frozen").await;
    let drawn = "return [...document.querySelectorAll('.chart')].map(it => it.querySelectorAll('rect.value, rect.awake').length)";
    let bars = browser.script(drawn).await;
    assert!(bars.as_array().is_some_and(|all| all.len() == 3 && all.iter().all(|it| *it != 0)), "{bars}");
    look(browser, &axe(), "fleet-figures").await;
    browser.css(".chart.wakes summary").await.click().await.expect("a summary");
    browser.css(".chart.wakes tbody tr").await;
    look(browser, &axe(), "fleet-figures-table").await;
    only_refusals(browser, NETWORK).await;
}

#[tokio::test]
async fn of_ten_thousand_agents_only_those_are_drawn_that_are_seen_and_each_is_found() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    sqlx::query(
        "INSERT INTO users (id, email, role, created_at)
         SELECT gen_random_uuid(), 'user-' || lpad(number::text, 5, '0') || '@example.com', 'user', now()
         FROM generate_series(1, $1) AS number",
    )
    .bind(MANY)
    .execute(&mut setting.mosaic.database().await)
    .await
    .expect("sound rows");
    setting.open("/fleet").await;
    counts(browser, "All", "10,001").await;
    let rows = "return document.querySelectorAll('.windowed [role=row]').length";
    for part in ["0", "0.5", "1"] {
        let scroll = format!(
            "const list = document.querySelector('.windowed'); list.scrollTop = list.scrollHeight * {part}; \
             return list.scrollTop"
        );
        browser.script(&scroll).await;
        let is_filled = "const list = document.querySelector('.windowed').getBoundingClientRect();\
             const rows = [...document.querySelectorAll('.windowed [role=row]')].map(row => row.getBoundingClientRect());\
             return rows.length > 0 && rows[0].top <= list.top + 1 && rows[rows.length - 1].bottom >= list.bottom - 1";
        eventually(&format!("the list is filled at {part}"), async || {
            (browser.script(is_filled).await == true).then_some(())
        })
        .await;
        let drawn = browser.script(rows).await.as_u64().expect("a number");
        assert!(drawn <= DRAWN_MAX, "{drawn} rows are drawn");
    }
    browser.says("user-10000@example.com").await;
    browser.fill(".toolbar input", "user-04711").await;
    browser.says("user-04711@example.com").await;
    assert_eq!(browser.script(rows).await, 1);
    only_refusals(browser, NETWORK).await;
}
