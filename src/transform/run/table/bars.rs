//! `table.print_bars()`: a bar of signs for each row.

use std::cmp::Ordering;

use super::Table;
use super::arguments::{given, is_true, wrong};
use super::bins::{decimal, extremes, round_limits};
use super::column_type::ColumnType;
use super::drawn::{places_of, whole};
use super::outlet::Outlet;
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Value, limits, operators};

/// The widest chart.
const WIDTH_MAX: i64 = 10_000;

/// `table.print_bars(label_column_name='group', value_column_name='Count', domain=None, width=120, output=..., printable=False)`
pub(super) fn print_bars(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let options = ["label_column_name", "value_column_name", "domain", "width", "output", "printable"];
    let ([], [label, value, domain, width, output, printable]) = args.bind("print_bars", [], options)?;
    let (label, value) = (label.unwrap_or_else(|| Value::str("group")), value.unwrap_or_else(|| Value::str("Count")));
    let width = width.map_or(Ok(120), |width| whole(&width))?;
    if width > WIDTH_MAX {
        return Err(wrong(format!("a chart is at most {WIDTH_MAX} signs wide")));
    }
    let (label_place, value_place) = (table.0.place(&label)?, table.0.place(&value)?);
    let (least, most) = extremes(table, value_place)?;
    let (from, to) = match given(domain).filter(Value::truth) {
        None => round_limits(&least, &most)?,
        Some(domain) => {
            let bound = |place| ColumnType::NUMBER.cast(&operators::item(&domain, &Value::Int(place)));
            let (from, to) = (bound(0)?, bound(1)?);
            if is_below(&least, &from)? || is_below(&to, &most)? {
                return Err(wrong("the column has values beyond `domain`"));
            }
            (from, to)
        }
    };
    let places = u32::try_from(places_of(table.0.column(value_place))).unwrap_or(0);
    let mut bytes = 0;
    let mut label_of = |label: &Value| {
        bytes += label.as_str().map_or(0, str::len);
        limits::text(bytes).map(|()| label.to_string())
    };
    let labels = table.0.column(label_place).map(&mut label_of).collect::<Result<Vec<_>>>()?;
    let values = table.0.column(value_place).map(|value| match value {
        Value::None => Ok("-".to_owned()),
        number => decimal(number)?.grouped(places),
    });
    let values = values.collect::<Result<Vec<_>>>()?;
    let (label, value) = (label.text()?, value.text()?);
    let longest = |texts: &[String], head: &str| {
        texts.iter().map(|text| text.chars().count()).chain([head.chars().count()]).max().unwrap_or(0)
    };
    let (label_width, value_width) = (longest(&labels, &label), longest(&values, &value));
    let wide = label_width + value_width + usize::try_from(width).unwrap_or(0);
    limits::text(wide.saturating_mul(table.0.rows.len()))?;
    let plot = Plot::new(width - (label_width + value_width + 2) as i64, from, to)?;
    let marks = if is_true(printable.as_ref()) { [":", "|"] } else { ["░", "▓"] };
    let mut lines = vec![format!("{label:<label_width$} {value:>value_width$}")];
    for ((label, shown), value) in labels.iter().zip(&values).zip(table.0.column(value_place)) {
        limits::work(usize::try_from(width).unwrap_or(0) / 8 + 1)?;
        lines.push(format!("{label:<label_width$} {shown:>value_width$} {}", plot.bar(value, marks)?));
    }
    lines.extend(plot.axis(usize::try_from(width).unwrap_or(0))?);
    Outlet::of(output)?.lines(interpreter, lines)
}

fn is_below(one: &Value, other: &Value) -> Result<bool> {
    Ok(operators::compare(one, other)? == Ordering::Less)
}

fn zero() -> Value {
    Value::object(crate::transform::jinja::Decimal::scaled(0, 0))
}

/// Where numbers stand between two ends.
struct Plot {
    width: i64,
    from: Value,
    to: Value,
    /// The signs to the left of zero, and to the right of it.
    below: i64,
    above: i64,
}

impl Plot {
    fn new(width: i64, from: Value, to: Value) -> Result<Self> {
        if !is_below(&from, &Value::Int(0))? {
            return Ok(Self { width, from: zero(), to, below: 0, above: width - 1 });
        }
        if !is_below(&Value::Int(0), &to)? {
            return Ok(Self { width, from, to: zero(), below: width - 1, above: 0 });
        }
        let part = operators::divide(&operators::negate(&from)?, &operators::subtract(&to, &from)?)?;
        let below = nearest(&operators::multiply(&Value::Int(width - 1), &part)?)?;
        Ok(Self { width, from, to, below, above: width - (below + 1) })
    }

    fn place(&self, value: &Value) -> Result<i64> {
        let scaled = |signs: i64, end: &Value| {
            nearest(&operators::multiply(&Value::Int(signs), &operators::divide(value, end)?)?)
        };
        if is_below(value, &Value::Int(0))? {
            return Ok(self.below - scaled(self.below, &self.from)?);
        }
        Ok(self.below + scaled(self.above, &self.to)?)
    }

    fn bar(&self, value: &Value, [mark, zero_mark]: [&str; 2]) -> Result<String> {
        let width = match value {
            Value::None => 0,
            value if !value.truth() => 0,
            value => (self.place(value)? - self.below).abs(),
        };
        let bar = mark.repeat(usize::try_from(width).unwrap_or(0));
        let blanks = |count: i64| " ".repeat(usize::try_from(count).unwrap_or(0));
        let bar = if !value.is_none() && !is_below(value, &Value::Int(0))? {
            if is_below(&Value::Int(0), &self.from)? {
                bar + &blanks(self.below) + zero_mark
            } else {
                blanks(self.below) + zero_mark + &bar
            }
        } else {
            let is_open = value.is_none() || is_below(value, &self.to)?;
            blanks(self.below - width) + &bar + if is_open { zero_mark } else { "" }
        };
        let plot = usize::try_from(self.width).unwrap_or(0);
        Ok(format!("{bar:<plot$}"))
    }

    // Where there is a number below the axis, in the order in which they take their places.
    fn ticks(&self) -> Result<Vec<(i64, Value)>> {
        let mut ticks: indexmap::IndexMap<i64, Value> = indexmap::IndexMap::new();
        ticks.insert(0, self.from.clone());
        ticks.insert(self.width - 1, self.to.clone());
        let part = |end: &Value, hundredths: i128| {
            operators::multiply(end, &Value::object(crate::transform::jinja::Decimal::scaled(hundredths, 2)))
        };
        let is_positive = !is_below(&self.from, &Value::Int(0))?;
        let is_negative = !is_below(&Value::Int(0), &self.to)?;
        let values = if is_positive || is_negative {
            let end = if is_positive { &self.to } else { &self.from };
            [part(end, 25)?, part(end, 50)?, part(end, 75)?]
        } else {
            ticks.insert(self.below, zero());
            let half = crate::transform::jinja::Decimal::scaled(5, 1);
            let half = |end: &Value| operators::multiply(end, &Value::object(half.clone()));
            let ends = [half(&self.from)?, half(&self.to)?];
            for value in ends {
                ticks.insert(self.place(&value)?, value);
            }
            return Ok(ticks.into_iter().collect());
        };
        for value in values {
            ticks.insert(self.place(&value)?, value);
        }
        Ok(ticks.into_iter().collect())
    }

    fn axis(&self, width: usize) -> Result<[String; 2]> {
        let ticks = self.ticks()?;
        let places = u32::try_from(places_of(ticks.iter().map(|(_, value)| value))).unwrap_or(0);
        let mut axis = vec!['-'; usize::try_from(self.width).unwrap_or(0)];
        let mut text = vec![' '; width];
        for (tick, value) in ticks {
            let label: Vec<char> = decimal(&value)?.grouped(places)?.chars().collect();
            let count = label.len() as i64;
            let is_end = tick == 0 || tick == self.width - 1;
            let offset = if tick == 0 {
                0
            } else if is_end {
                -(count - 1)
            } else {
                -(count / 2)
            };
            let place = (width as i64 - self.width + tick + offset).max(0);
            let place = usize::try_from(place).unwrap_or(0);
            // One that would overlap is left out.
            let around = place.saturating_sub(1)..place + label.len() + 1;
            if !is_end && text.get(around).is_none_or(|signs| signs.iter().any(|sign| *sign != ' ')) {
                continue;
            }
            for (at, sign) in label.into_iter().enumerate() {
                match text.get_mut(place + at) {
                    Some(blank) => *blank = sign,
                    None => text.push(sign),
                }
            }
            if let Some(mark) = usize::try_from(tick).ok().and_then(|tick| axis.get_mut(tick)) {
                *mark = '+';
            }
        }
        let axis: String = axis.into_iter().collect();
        Ok([format!("{axis:>width$}"), text.into_iter().collect()])
    }
}

// Half to even.
fn nearest(number: &Value) -> Result<i64> {
    let number = decimal(number)?.rounded_to(0)?.whole()?;
    i64::try_from(number).map_err(|_| wrong("a number is too large to be drawn"))
}
