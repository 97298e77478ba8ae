//! The store on a real Postgres: a database per test.

mod users;
