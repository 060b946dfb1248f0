//! What went wrong, said to the person whose file it is.
//!
//! One type for the whole crate. An error says what happened, where, and what to do; its text form
//! is the screen a user reads, and the same fields travel to Python as attributes of an exception.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of thing went wrong: few, stable names that scripts may match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The command line or a call's arguments are not of the form they take.
    Usage,
    /// A configuration value is missing or of the wrong type.
    Config,
    /// `profiles.yml` is missing, or its target is not usable.
    Profile,
    /// A project file (YAML) does not parse or holds what it may not hold.
    Project,
    /// A file or folder that was named is not there.
    FileNotFound,
    /// A template does not parse.
    JinjaSyntax,
    /// A template failed while it was rendered.
    Compilation,
    /// A `ref()` names no model.
    RefNotFound,
    /// A `source()` names no source.
    SourceNotFound,
    /// Models refer to each other in a circle.
    Cycle,
    /// A selector does not parse or names what is not there.
    Selection,
    /// The database refused a statement.
    Database,
    /// Another process holds the database.
    DatabaseLocked,
    /// A record of the input does not parse, or holds a value that nothing can hold.
    Data,
    /// A schema contract refused a table, a column or a value.
    Contract,
    /// A file could not be read or written.
    Io,
    /// The user asked to stop.
    Interrupted,
    /// A budget of steps, bytes or depth is used up.
    Budget,
    /// An exception that the user's own Python code raised.
    UserCode,
    /// A defect of gristmill itself.
    Internal,
}

impl Kind {
    /// The slug shown in `error[slug]` and carried by the Python exception.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Config => "config",
            Self::Profile => "profile",
            Self::Project => "project",
            Self::FileNotFound => "file-not-found",
            Self::JinjaSyntax => "jinja-syntax",
            Self::Compilation => "compilation",
            Self::RefNotFound => "ref-not-found",
            Self::SourceNotFound => "source-not-found",
            Self::Cycle => "cycle",
            Self::Selection => "selection",
            Self::Database => "database",
            Self::DatabaseLocked => "database-locked",
            Self::Data => "data",
            Self::Contract => "contract",
            Self::Io => "io",
            Self::Interrupted => "interrupted",
            Self::Budget => "budget",
            Self::UserCode => "user-code",
            Self::Internal => "internal",
        }
    }
}

/// Where something stands in a file. Lines and columns count from 1; 0 means unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub file: PathBuf,
    pub line: u32,
    /// In characters, not bytes.
    pub column: u32,
    /// How many characters the caret underlines; at least 1.
    pub length: u32,
    /// The text of the line, when it is at hand, for the code frame.
    pub line_text: Option<Arc<str>>,
}

impl Place {
    /// A place that knows its file only.
    pub fn file(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), line: 0, column: 0, length: 1, line_text: None }
    }

    pub fn at(file: impl Into<PathBuf>, line: u32, column: u32) -> Self {
        Self { file: file.into(), line, column, length: 1, line_text: None }
    }

    /// The place of a byte range in a text, with the line's text for the frame.
    ///
    /// ```
    /// # use gristmill::Place;
    /// let place = Place::of_span("a.sql", "select 1\nfrom x", 14..15);
    /// assert_eq!((place.line, place.column, place.length), (2, 6, 1));
    /// ```
    pub fn of_span(file: impl Into<PathBuf>, text: &str, span: std::ops::Range<usize>) -> Self {
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        Self {
            file: file.into(),
            line: 1 + text[..start].matches('\n').count() as u32,
            column: 1 + text[line_start..start].chars().count() as u32,
            length: (text[start..end.min(line_end).max(start)].chars().count() as u32).max(1),
            line_text: Some(Arc::from(text[line_start..line_end].trim_end_matches('\r'))),
        }
    }
}

/// The byte at which a line of a text begins; lines count from 1, and one beyond the last begins where the text ends.
///
/// ```
/// assert_eq!(gristmill::error::line_start("select 1\nfrom x", 2), 9);
/// ```
pub fn line_start(text: &str, line: u32) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum()
}

fn floor_boundary(text: &str, mut index: usize) -> usize {
    index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        Ok(())
    }
}

/// The one error of the crate. Boxed inside so that `Result` stays small.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    message: String,
    place: Option<Place>,
    // Where the failing code was called from, innermost first: a macro's callers.
    called_from: Vec<(String, Place)>,
    hint: Option<String>,
    cause: Option<Error>,
    // What the message names, for programs: `table`, `column`, ...
    about: Vec<(&'static str, String)>,
    // What else went wrong, each as bad as this: the errors of other files.
    others: Vec<Error>,
}

impl Error {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            place: None,
            called_from: Vec::new(),
            hint: None,
            cause: None,
            about: Vec::new(),
            others: Vec::new(),
        }))
    }

    /// Says where, unless a more precise place is known already.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        if self.0.place.is_none() {
            self.0.place = Some(place);
        }
        self
    }

    /// The same kind, message and hint at another place: for what was said of a text that its reader never sees.
    ///
    /// ```
    /// # use gristmill::{Error, Kind, Place};
    /// let said = Error::new(Kind::Database, "no such table").at(Place::at("<sql>", 1, 15)).hint("did you mean `note`?");
    /// let told = said.elsewhere(Place::at("profiles.yml", 7, 3));
    /// assert_eq!(told.place().map(ToString::to_string).as_deref(), Some("profiles.yml:7:3"));
    /// assert_eq!(told.hint_text(), Some("did you mean `note`?"));
    /// ```
    #[must_use]
    pub fn elsewhere(&self, place: Place) -> Self {
        let mut moved = Self::new(self.kind(), self.message()).at(place);
        moved.0.hint = self.hint_text().map(str::to_owned);
        moved
    }

    /// Shows the text of the line that the place names, unless it is shown already.
    #[must_use]
    pub fn showing(mut self, line_text: &str) -> Self {
        if let Some(place) = self.0.place.as_mut().filter(|place| place.line_text.is_none()) {
            place.line_text = Some(Arc::from(line_text));
        }
        self
    }

    /// Says what to do, unless that is said already.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if self.0.hint.is_none() {
            self.0.hint = Some(hint.into());
        }
        self
    }

    /// Says one thing more to do, or to look at, below what is said already.
    ///
    /// ```
    /// # use gristmill::{Error, Kind};
    /// let told = Error::new(Kind::Database, "no such table").hint("did you mean `note`?").hint_also("it ran in a.sql");
    /// assert_eq!(told.hint_text(), Some("did you mean `note`?\nit ran in a.sql"));
    /// ```
    #[must_use]
    pub fn hint_also(mut self, hint: &str) -> Self {
        self.0.hint = Some(self.0.hint.map_or_else(|| hint.to_owned(), |said| format!("{said}\n{hint}")));
        self
    }

    /// Adds a caller, outermost last: `in macro cents_to_dollars, called from models/a.sql:3:5`.
    #[must_use]
    pub fn called_from(mut self, what: impl Into<String>, place: Place) -> Self {
        self.0.called_from.push((what.into(), place));
        self
    }

    #[must_use]
    pub fn caused_by(mut self, cause: Self) -> Self {
        self.0.cause = Some(cause);
        self
    }

    /// Names a part of what the message speaks of, so that programs need not read the message.
    #[must_use]
    pub fn about(mut self, what: &'static str, name: impl Into<String>) -> Self {
        self.0.about.push((what, name.into()));
        self
    }

    /// One error for several that stand beside each other; `None` for none.
    pub fn several(errors: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut errors = errors.into_iter().flat_map(|error| error.all());
        let mut first = errors.next()?;
        first.0.others = errors.collect();
        Some(first)
    }

    /// This error and those that stand beside it, each by itself.
    pub fn all(&self) -> Vec<Self> {
        let mut alone = self.clone();
        let others = std::mem::take(&mut alone.0.others);
        std::iter::once(alone).chain(others).collect()
    }

    pub fn parts(&self) -> &[(&'static str, String)] {
        &self.0.about
    }

    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The one sentence, without place and hint.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    pub fn callers(&self) -> &[(String, Place)] {
        &self.0.called_from
    }

    pub fn cause(&self) -> Option<&Self> {
        self.0.cause.as_ref()
    }

    /// An I/O error with the path that it happened at.
    pub fn io(path: impl Into<PathBuf>, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.into();
        let kind = if error.kind() == ErrorKind::NotFound { Kind::FileNotFound } else { Kind::Io };
        let told = Self::new(kind, format!("cannot use `{}`: {error}", path.display())).at(Place::file(path));
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                told.hint("free some space there, then run again: nothing that was committed is lost")
            }
            ErrorKind::PermissionDenied => told.hint("give this user the right to use it, or choose another path"),
            _ => told,
        }
    }

    /// A state that the code holds to be impossible.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Kind::Internal, message)
            .hint("this is a defect of gristmill: please report it with the project that shows it")
    }
}

// Of errors that stand beside each other, how many are shown after the first.
const OTHERS_SHOWN_MAX: usize = 19;

/// The whole screen: message, place, code frame, callers, cause, hint.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        write!(f, "error[{}]: {}", inner.kind.slug(), inner.message)?;
        if let Some(place) = &inner.place {
            write!(f, "\n  --> {place}")?;
            frame(f, place)?;
        }
        for (what, place) in &inner.called_from {
            write!(f, "\n  in {what}, called from {place}")?;
        }
        if let Some(cause) = &inner.cause {
            write!(f, "\ncaused by: {}", cause.message())?;
            if let Some(place) = cause.place() {
                write!(f, "\n  --> {place}")?;
                frame(f, place)?;
            }
        }
        if let Some(hint) = &inner.hint {
            write!(f, "\nhint: {hint}")?;
        }
        for other in inner.others.iter().take(OTHERS_SHOWN_MAX) {
            write!(f, "\n\n{other}")?;
        }
        if let Some(more) = inner.others.len().checked_sub(OTHERS_SHOWN_MAX).filter(|more| *more > 0) {
            write!(f, "\n\n... and {more} more")?;
        }
        Ok(())
    }
}

fn frame(f: &mut fmt::Formatter<'_>, place: &Place) -> fmt::Result {
    let Some(text) = &place.line_text else { return Ok(()) };
    if place.line == 0 {
        return Ok(());
    }
    let number = place.line.to_string();
    let gutter = " ".repeat(number.len());
    // A very long line is shown around its caret, so that the screen stays one screen.
    let characters: Vec<char> = text.chars().collect();
    let column = (place.column.max(1) - 1) as usize;
    let from = if characters.len() > 160 { column.saturating_sub(60).min(characters.len()) } else { 0 };
    let to = characters.len().min(from + 160);
    let shown: String = characters[from..to].iter().map(|c| if *c == '\t' { ' ' } else { *c }).collect();
    write!(f, "\n {gutter} |\n {number} | {shown}")?;
    if place.column > 0 {
        let width = (place.length.max(1) as usize).min((to.saturating_sub(column)).max(1));
        write!(f, "\n {gutter} | {}{}", " ".repeat(column - from.min(column)), "^".repeat(width))?;
    }
    Ok(())
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_screen() {
        let text = "-- daily\n\nselect * from {{ ref('order') }}\n";
        let error =
            Error::new(Kind::RefNotFound, "model `orders_daily` refers to `order`, which is not in this project")
                .at(Place::of_span("models/orders_daily.sql", text, 25..37))
                .hint("there is a model named `orders`");
        insta::assert_snapshot!(error, @r"
        error[ref-not-found]: model `orders_daily` refers to `order`, which is not in this project
          --> models/orders_daily.sql:3:16
           |
         3 | select * from {{ ref('order') }}
           |                ^^^^^^^^^^^^
        hint: there is a model named `orders`
        ");
    }
}
