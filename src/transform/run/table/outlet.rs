//! Where a table writes: to the screen, or to what has a method `write`, such as `namespace(write=lines.append)`.

use super::arguments::{ask, wrong};
use super::refused;
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Value, limits};

pub(super) enum Outlet {
    /// What is gathered for the screen.
    Screen(String),
    Function(Value),
}

impl Outlet {
    /// As `output=` asks for it: the screen, if it does not.
    pub(super) fn of(output: Option<Value>) -> Result<Self> {
        output.map_or_else(|| Ok(Self::Screen(String::new())), |output| Self::to(&output))
    }

    /// To what has a method `write`; files are out of reach.
    pub(super) fn to(output: &Value) -> Result<Self> {
        let write = match output {
            Value::Object(object) => object.attribute("write"),
            _ => None,
        };
        match (write, output) {
            (Some(write), _) => Ok(Self::Function(write)),
            (None, Value::Str(_)) => Err(refused::writes()),
            (None, other) => Err(wrong(format!("a `{}` has no method `write`", other.type_name()))),
        }
    }

    pub(super) fn write(&mut self, interpreter: &mut Interpreter<'_>, text: &str) -> Result<()> {
        match self {
            Self::Screen(gathered) => {
                limits::text(gathered.len() + text.len())?;
                gathered.push_str(text);
                Ok(())
            }
            Self::Function(function) => {
                interpreter.charge(text.len())?;
                ask(interpreter, function, Value::str(text)).map(|_| ())
            }
        }
    }

    /// Ends what was written: the screen gets it as one text, whose last line break is its own.
    pub(super) fn end(self, interpreter: &mut Interpreter<'_>) -> Result<Value> {
        if let Self::Screen(text) = self {
            let text = Value::str(text.strip_suffix('\n').unwrap_or(&text));
            interpreter.call_named("print", Args::positional([text]))?;
        }
        Ok(Value::None)
    }

    /// Writes lines.
    pub(super) fn lines(mut self, interpreter: &mut Interpreter<'_>, lines: Vec<String>) -> Result<Value> {
        for line in lines {
            self.write(interpreter, &(line + "\n"))?;
        }
        self.end(interpreter)
    }
}
