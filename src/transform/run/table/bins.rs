//! `table.bins(column)`: how many rows have a number within each of some ranges of equal size.

use std::cmp::Ordering;

use super::arguments::{given, wrong};
use super::drawn::places_of;
use super::{Table, shape};
use crate::error::Result;
use crate::transform::jinja::{Args, Decimal, Interpreter, Value, limits, methods, operators};

/// `table.bins(column_name, count=10, start=None, end=None)`
pub(super) fn bins(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let ([column], [count, start, end]) = args.bind("bins", ["column_name"], ["count", "start", "end"])?;
    let count = count.unwrap_or(Value::Int(10));
    let many = count.as_int().ok_or_else(|| wrong("`count` takes a number"))?;
    limits::items(usize::try_from(many).unwrap_or(0))?;
    let place = table.0.place(&column)?;
    let (least, most) = extremes(table, place)?;
    let (least, most) = round_limits(&least, &most)?;
    let bound = |asked: Option<Value>, usual: &Value| match given(asked).filter(Value::truth) {
        None => Ok(usual.clone()),
        Some(Value::Float(number)) => Ok(Value::object(Decimal::worth(number))),
        Some(asked) => super::column_type::ColumnType::NUMBER.cast(&asked),
    };
    let (start, end) = (bound(start, &least)?, bound(end, &most)?);
    let mut spread = operators::subtract(&end, &start)?;
    if operators::compare(&spread, &Value::Int(0))? == Ordering::Less {
        spread = operators::negate(&spread)?;
    }
    let size = operators::divide(&spread, &count)?;
    let mut breaks = vec![start.clone()];
    for number in 1..=many {
        limits::work(1)?;
        breaks.push(operators::add(&start, &operators::multiply(&size, &Value::Int(number))?)?);
    }
    let names = names(&breaks, [&least, &start], [&most, &end])?;
    let numbers = breaks.clone();
    let of_bins = names.clone();
    let key = column.clone();
    let binner = Value::function("binner", move |_, args| {
        let value = args.positional.first().map_or(Value::None, |row| operators::item(row, &key));
        if value.is_none() {
            return Ok(Value::None);
        }
        let mut place = 1;
        while place < numbers.len() && operators::compare(&value, &numbers[place])? != Ordering::Less {
            limits::work(1)?;
            place += 1;
        }
        let last = numbers.len().saturating_sub(1);
        let place = if place > last { last } else { place };
        Ok(of_bins.get(place.wrapping_sub(1)).cloned().unwrap_or(Value::None))
    });
    let whole = Value::object(table.clone());
    let found =
        methods::call(interpreter, &whole, "pivot", Args::positional([binner]).with("key_name", column.clone()))?;
    let order = Value::function("order", move |_, args| {
        let name = args.positional.first().map_or(Value::None, |row| operators::item(row, &column));
        let place = names.iter().position(|known| operators::equal(known, &name)).unwrap_or(names.len());
        Ok(Value::Int(place as i64))
    });
    shape::ordered(interpreter, super::arguments::table_of(&found)?, &order, false).map(Value::object)
}

fn names(breaks: &[Value], least: [&Value; 2], most: [&Value; 2]) -> Result<Vec<Value>> {
    let places = u32::try_from(places_of(breaks.iter())).unwrap_or(0);
    let text = |number: &Value| decimal(number)?.grouped(places);
    let below = operators::compare(least[0], least[1])? == Ordering::Less;
    let above = operators::compare(most[0], most[1])? == Ordering::Greater;
    let last = breaks.len() - 1;
    let mut names = Vec::new();
    for place in 1..breaks.len() {
        let (mut from, mut to) = (&breaks[place - 1], &breaks[place]);
        if place == 1 && below {
            from = least[0];
        } else if place == last && above {
            to = most[0];
        }
        let end = if place == last { ']' } else { ')' };
        names.push(Value::str(format!("[{} - {}{end}", text(from)?, text(to)?)));
    }
    Ok(names)
}

/// The least and the greatest number of a column.
pub(super) fn extremes(table: &Table, place: usize) -> Result<(Value, Value)> {
    if !table.0.types()[place].is_number() {
        return Err(wrong(format!("column `{}` has no decimal numbers", table.0.names[place]))
            .hint("cast it in the query: `::decimal(18, 2)`"));
    }
    let mut found: Option<(Value, Value)> = None;
    for cell in table.0.column(place).filter(|cell| !cell.is_none()) {
        limits::work(1)?;
        found = Some(match found {
            None => (cell.clone(), cell.clone()),
            Some((least, most)) => (
                if operators::compare(cell, &least)? == Ordering::Less { cell.clone() } else { least },
                if operators::compare(cell, &most)? == Ordering::Greater { cell.clone() } else { most },
            ),
        });
    }
    found.ok_or_else(|| wrong(format!("column `{}` has no values", table.0.names[place])))
}

/// The decimal number that a value is.
pub(super) fn decimal(number: &Value) -> Result<&Decimal> {
    number.downcast::<Decimal>().ok_or_else(|| wrong(format!("this takes a decimal number, not {}", number.repr())))
}

/// Round numbers around two: of as many digits as the first of the greater one, or of the places that both have.
pub(super) fn round_limits(least: &Value, most: &Value) -> Result<(Value, Value)> {
    let (least, most) = (decimal(least)?, decimal(most)?);
    let (Some(low), Some(high)) = (least.extent(), most.extent()) else {
        return Err(wrong("infinite numbers have no round ones around them"));
    };
    let digits = low.0.max(high.0);
    let power = if digits > 0 { digits - 1 } else { (-low.1).max(-high.1) + 1 };
    let plain = |number: Decimal| number.rounded_to(0.max(-power)).map(Value::object);
    Ok((plain(least.outward(power, false)?)?, plain(most.outward(power, true)?)?))
}
