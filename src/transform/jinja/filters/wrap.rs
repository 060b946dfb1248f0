//! Filters on lines: indent, truncate, wrap.

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::operators::integer_index;
use crate::transform::jinja::{Args, Interpreter, Value, limits, methods, operators, unicode};

pub(super) fn indent(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [width, first, blank]) = args.bind("indent", [], ["width", "first", "blank"])?;
    let indentation = match width {
        None => "    ".to_owned(),
        Some(Value::Str(text)) => text.to_string(),
        Some(width) => {
            let width = usize::try_from(integer_index(&width)?).unwrap_or(0);
            limits::text(width)?;
            " ".repeat(width)
        }
    };
    let first = first.is_some_and(|first| first.truth());
    let blank = blank.is_some_and(|blank| blank.truth());
    let text = methods::expect_text(&value)?.to_owned() + "\n";
    let lines = methods::lines(&text, false)?;
    limits::text(text.len().saturating_add(lines.len().saturating_mul(indentation.len())))?;
    let mut out = String::with_capacity(text.len() + lines.len() * indentation.len());
    for (index, line) in lines.into_iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if if index == 0 { first } else { blank || !line.is_empty() } {
            out.push_str(&indentation);
        }
        out.push_str(line);
    }
    Ok(Value::from(out))
}

pub(super) fn truncate(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [length, killwords, end, leeway]) = args.bind("truncate", [], ["length", "killwords", "end", "leeway"])?;
    let length = length.as_ref().map_or(Ok(255), integer_index)?;
    let end = end.map_or(Ok("...".into()), |end| end.text())?;
    let leeway = match leeway {
        None | Some(Value::None) => 5,
        Some(leeway) => integer_index(&leeway)?,
    };
    let end_length = end.chars().count() as i64;
    if length < end_length {
        let message = format!("`truncate` needs a length of at least {end_length}, that of its end, not {length}");
        return Err(Error::new(Kind::Compilation, message));
    }
    if leeway < 0 {
        return Err(Error::new(Kind::Compilation, "the leeway of `truncate` must not be negative"));
    }
    if value.is_undefined() {
        return Ok(value);
    }
    // A list that is short enough stays as it is, as in Jinja2.
    if value.length().is_some_and(|count| count as i64 <= length.saturating_add(leeway)) {
        return Ok(value);
    }
    let text = methods::expect_text(&value)?;
    let kept: String = text.chars().take((length - end_length) as usize).collect();
    let kept = if killwords.is_some_and(|killwords| killwords.truth()) {
        &kept
    } else {
        kept.rsplit_once(' ').map_or(kept.as_str(), |(words, _)| words)
    };
    Ok(Value::from(format!("{kept}{end}")))
}

pub(super) fn wordwrap(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let names = ["width", "break_long_words", "wrapstring", "break_on_hyphens"];
    let ([], [width, break_long_words, wrapstring, break_on_hyphens]) = args.bind("wordwrap", [], names)?;
    let width = width.as_ref().map_or(Ok(79), integer_index)?;
    let wrapper = Wrapper {
        width: usize::try_from(width).ok().filter(|width| *width > 0),
        break_long_words: break_long_words.is_none_or(|given| given.truth()),
        break_on_hyphens: break_on_hyphens.is_none_or(|given| given.truth()),
    };
    let wrapstring = match wrapstring {
        None | Some(Value::None) => "\n".into(),
        Some(wrapstring) => wrapstring.text()?,
    };
    operators::undefined(&value)?;
    let text = methods::expect_text(&value)?;
    limits::items(text.chars().count())?;
    limits::text(text.len().saturating_mul(wrapstring.len().max(1)))?;
    let mut paragraphs = Vec::new();
    for line in methods::lines(text, false)? {
        paragraphs.push(wrapper.wrap(line)?.join(&wrapstring));
    }
    Ok(Value::from(paragraphs.join(&wrapstring)))
}

struct Wrapper {
    width: Option<usize>,
    break_long_words: bool,
    break_on_hyphens: bool,
}

impl Wrapper {
    // Fills lines greedily; white space is dropped where a line breaks.
    fn wrap(&self, text: &str) -> Result<Vec<String>> {
        let characters: Vec<char> = text.chars().collect();
        let mut chunks = if self.break_on_hyphens { words(&characters) } else { plain_words(&characters) };
        if chunks.is_empty() {
            return Ok(Vec::new());
        }
        let width = self.width.ok_or_else(|| type_error("the width to wrap at must be greater than zero"))?;
        chunks.reverse();
        let mut lines: Vec<String> = Vec::new();
        while !chunks.is_empty() {
            if !lines.is_empty() {
                chunks.pop_if(|chunk| is_blank(chunk));
            }
            let mut line: Vec<&[char]> = Vec::new();
            let mut length = 0;
            while let Some(chunk) = chunks.pop_if(|chunk| length + chunk.len() <= width) {
                length += chunk.len();
                line.push(chunk);
            }
            if chunks.last().is_some_and(|chunk| chunk.len() > width) {
                self.break_word(&mut chunks, &mut line, width - length);
            }
            line.pop_if(|chunk| is_blank(chunk));
            if !line.is_empty() {
                lines.push(line.concat().into_iter().collect());
            }
        }
        Ok(lines)
    }

    fn break_word<'c>(&self, chunks: &mut Vec<&'c [char]>, line: &mut Vec<&'c [char]>, space: usize) {
        if !self.break_long_words {
            if line.is_empty() {
                line.extend(chunks.pop());
            }
            return;
        }
        let Some(chunk) = chunks.pop() else { return };
        let mut end = space;
        if self.break_on_hyphens && chunk.len() > space {
            let hyphen = chunk[..space].iter().rposition(|character| *character == '-');
            if let Some(hyphen) = hyphen
                && chunk[..hyphen].iter().any(|character| *character != '-')
            {
                end = hyphen + 1;
            }
        }
        line.push(&chunk[..end]);
        chunks.push(&chunk[end..]);
    }
}

fn is_blank(chunk: &[char]) -> bool {
    chunk.iter().all(|character| unicode::is_space(*character))
}

fn is_separator(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\x0b' | '\x0c' | '\r' | ' ')
}

// Words and the white space between them.
fn plain_words(text: &[char]) -> Vec<&[char]> {
    text.chunk_by(|a, b| is_separator(*a) == is_separator(*b)).collect()
}

// Words that may break after a hyphen between letters, and dashes of their own between words.
fn words(text: &[char]) -> Vec<&[char]> {
    let mut chunks = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = chunk_end(text, start);
        chunks.push(&text[start..end]);
        start = end;
    }
    chunks
}

fn chunk_end(text: &[char], start: usize) -> usize {
    let run = |from: usize, is: &dyn Fn(char) -> bool| {
        from + text[from..].iter().take_while(|character| is(**character)).count()
    };
    if is_separator(text[start]) {
        return run(start, &is_separator);
    }
    if dash_between_words(text, start) {
        return run(start, &|character| character == '-');
    }
    let mut end = start + 1;
    while end < text.len() && !unicode::is_space(text[end]) && !dash_between_words(text, end) {
        if text[end] == '-' && breaks_after_hyphen(text, end) {
            return end + 1;
        }
        end += 1;
    }
    end
}

// Two dashes or more, after a word or its punctuation and before a word.
fn dash_between_words(text: &[char], place: usize) -> bool {
    let dashes = text[place..].iter().take_while(|character| **character == '-').count();
    let after_word = place > 0 && {
        let before = text[place - 1];
        unicode::is_word(before) || matches!(before, '!' | '"' | '\'' | '&' | '.' | ',' | '?')
    };
    dashes >= 2 && after_word && text.get(place + dashes).is_some_and(|after| unicode::is_word(*after))
}

fn breaks_after_hyphen(text: &[char], hyphen: usize) -> bool {
    let letter = |place: Option<usize>| {
        place
            .and_then(|place| text.get(place))
            .is_some_and(|character| unicode::is_word(*character) && !unicode::is_decimal(*character))
    };
    let is_hyphen = |place: Option<usize>| place.and_then(|place| text.get(place)) == Some(&'-');
    let back = |count: usize| hyphen.checked_sub(count);
    let before = letter(back(1)) && (letter(back(2)) || (is_hyphen(back(2)) && letter(back(3))));
    let (one, two) = (Some(hyphen + 1), Some(hyphen + 2));
    let after = letter(one) && (letter(two) || (is_hyphen(two) && letter(Some(hyphen + 3))));
    before && after
}
