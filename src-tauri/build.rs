//! Declares the window's commands, so that each has a permission of its own and an undeclared one cannot be called.

include!("src/window/names.rs");

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    // tauri-build does not watch it, and without this a change of the window alone would not be embedded.
    println!("cargo::rerun-if-changed=../ui/dist");
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
