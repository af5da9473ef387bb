//! Makes a new or changed migration a reason to compile again: `sqlx::migrate!` reads a folder of which Cargo
//! knows nothing.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
