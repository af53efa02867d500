//! Why nothing came out, in the words a seller reads.

/// A ticket that could not be made or handed to a printer. Each variant's text is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrintError {
    /// An empty list of tickets.
    #[error("There is no ticket to print.")]
    NothingToPrint,
    /// A ticket without a token; the gate would turn its holder away.
    #[error("This ticket has no code, so the gate could not read it. Issue it again.")]
    TokenMissing,
    /// A token longer than a code with readable modules can carry.
    #[error("This ticket's code is too long to print readably ({length} characters).")]
    TokenTooLong {
        /// Characters in the token.
        length: usize,
    },
    /// A paper format other than those of [`crate::Format`].
    #[error("\"{0}\" is not a paper format. Use a4, letter or 80mm.")]
    UnknownFormat(String),
    /// The bundled typeface cannot be read or cut down; a broken build.
    #[error("The typeface inside Wicket is damaged. Install Wicket again. ({0})")]
    Typeface(String),
    /// The PDF could not be written.
    #[error("The PDF could not be written. ({0})")]
    Document(String),
    /// Printing is not built for this system.
    #[error("Printing straight from Wicket is not available here yet; the PDF was saved.")]
    NotAvailableHere,
    /// The system's print command is not installed.
    #[error("This computer has no print command (\"{0}\"). Install CUPS, or print the saved PDF elsewhere.")]
    CommandMissing(String),
    /// The system's print command could not be run.
    #[error("The print command \"{command}\" could not be run. ({reason})")]
    Command {
        /// The command.
        command: String,
        /// The system's words.
        reason: String,
    },
    /// The print system gave no answer in time; it may still print.
    #[error(
        "The printer did not answer within {seconds} seconds. Look at the printer before printing again."
    )]
    NoAnswer {
        /// The time allowed.
        seconds: u64,
    },
    /// A name no printer can have.
    #[error("\"{0}\" is not a printer's name.")]
    PrinterName(String),
}
