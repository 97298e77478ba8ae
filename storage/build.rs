//! Rebuilds the crate when a migration is added: the compiler does not see that directory by itself.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
