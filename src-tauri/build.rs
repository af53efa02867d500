//! Declares the window's commands, so that each has a permission of its own and an undeclared one cannot be called.

include!("src/window/names.rs");

/// When this program was made, in seconds since 1970: a clock that says less is wrong. A build that has to come out the
/// same twice says it in the environment.
fn built_at() -> String {
    std::env::var("SOURCE_DATE_EPOCH").unwrap_or_else(|_| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |now| now.as_secs()).to_string()
    })
}

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    println!("cargo::rustc-env=WICKET_BUILT_AT={}", built_at());
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    // tauri-build does not watch it, and without this a change of the window alone would not be embedded.
    println!("cargo::rerun-if-changed=../ui/dist");
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
