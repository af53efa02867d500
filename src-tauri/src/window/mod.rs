//! The window: Tauri, and commands that each call one use-case.

mod app;
mod commands;
mod gate;
mod painter;
mod revive;
mod text_size;

use std::path::PathBuf;
use std::process::ExitCode;

use tauri::window::Color;
use tauri::{WebviewUrl, WebviewWindowBuilder};

use crate::folders::Folders;
use app::App;

#[cfg(test)]
include!("names.rs");

/// The light palette's surface (`ui/src/design/tokens.css`), so that nothing flashes before the page's first paint.
const SURFACE: Color = Color(0xf3, 0xef, 0xe8, 0xff);

/// Opens the window and runs until it is closed. A station whose file cannot be opened is shown with what to do.
pub(crate) fn run(folders: Folders, replay: Option<PathBuf>) -> ExitCode {
    painter::choose();
    #[cfg(target_os = "linux")]
    if gtk::init().is_err() {
        eprintln!(
            "There is no screen to open the window on. Start Wicket on a desktop; `wicket help` lists what works without."
        );
        return ExitCode::from(2);
    }
    let storage = folders.window();
    let app = App::new(folders, replay);
    app.open_ahead();
    let outcome = tauri::Builder::default()
        .manage(app)
        .invoke_handler(commands::handler())
        .setup(move |tauri| {
            let window = WebviewWindowBuilder::new(tauri, "main", WebviewUrl::default())
                .title("Wicket")
                .inner_size(1280.0, 800.0)
                .min_inner_size(960.0, 560.0)
                .prevent_overflow()
                .background_color(SURFACE)
                .data_directory(storage)
                .initialization_script(text_size::script(text_size::take()))
                .build()?;
            text_size::follow(&window);
            revive::when_its_process_dies(&window)?;
            Ok(())
        })
        .run(tauri::generate_context!());
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The window could not be opened: {error}.");
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::COMMANDS;

    #[test]
    fn the_window_is_granted_each_command_and_nothing_else() {
        let file = include_str!("../../capabilities/main.json");
        let capability: serde_json::Value = serde_json::from_str(file).unwrap();
        let granted: Vec<String> = serde_json::from_value(capability["permissions"].clone()).unwrap();
        let declared: Vec<String> =
            COMMANDS.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
        assert_eq!(granted, declared, "capabilities/main.json grants what names.rs declares, in its order");
    }

    #[test]
    fn the_interface_calls_only_declared_commands() {
        let commands = include_str!("../../../ui/src/backend/commands.ts");
        let called = commands.match_indices("invoke").filter_map(|(at, _)| {
            let after = commands.get(at..)?.split_once("(\"")?.1;
            after.split_once('"').map(|(name, _)| name)
        });
        let called: Vec<_> = called.collect();
        assert!(called.len() > 20, "the calls were found");
        for name in called {
            assert!(COMMANDS.contains(&name), "commands.ts calls {name}, which names.rs does not declare");
        }
    }
}
