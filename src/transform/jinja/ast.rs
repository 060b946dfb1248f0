//! The tree of a template.
//!
//! Every node knows its byte range in the file. Variables are numbered slots of the function that holds them (a
//! template's body, a macro, a call block), so that a render never hashes a name it knows; see `slots.rs`.

use std::ops::Range;
use std::sync::Arc;

use super::Value;

/// A byte range in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// From the start of this one to the end of the other.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end.max(self.end) }
    }

    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[derive(Debug)]
pub struct Statement {
    pub kind: StatementKind,
    pub span: Span,
}

#[derive(Debug)]
pub enum StatementKind {
    Text(Box<str>),
    /// `{{ expression }}`, and each part of `{% print a, b %}`.
    Output(Expression),
    /// `{% do expression %}`
    Do(Expression),
    /// `{% set target = value %}`
    Set(Target, Expression),
    /// `{% set target %}...{% endset %}`, perhaps `{% set target | filter %}`.
    SetBlock(Box<SetBlock>),
    If(Box<If>),
    For(Arc<For>),
    With(Box<With>),
    /// `{% filter upper %}...{% endfilter %}`
    FilterBlock(Box<FilterBlock>),
    /// A macro inside a template: its slot takes the callable.
    Macro(u32, Arc<Function>),
    CallBlock(Box<CallBlock>),
    /// `{% block name %}`: printed where it stands, and callable as `self.name()`.
    Block(Arc<NamedBlock>),
    /// `{% autoescape %}`: SQL is no HTML and nothing is escaped, so only its scope is left.
    Scope(Body),
    Break,
    Continue,
}

/// Statements with variables of their own.
#[derive(Debug, Default)]
pub struct Body {
    pub statements: Vec<Statement>,
    /// What the body's own variables hold whenever it is entered.
    pub loads: Vec<Load>,
    /// Those of its variables that functions inside read: outside of the body they hold nothing.
    pub leaves: Vec<u32>,
}

/// What a variable holds when its scope is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Nothing: reading it before it is set gives an undefined value.
    Missing(u32),
    /// Whatever the scope of the caller says, asked on first use.
    Global(u32),
    /// The same in a `{% block %}`, where what the template sets outside of all scopes comes first.
    Exported(u32),
    /// A copy of the variable of the same name outside, as a scope may not change what is outside of it.
    Copy { from: u32, to: u32 },
}

#[derive(Debug)]
pub struct If {
    /// `if` and each `elif`, in order.
    pub branches: Vec<(Expression, Vec<Statement>)>,
    pub otherwise: Vec<Statement>,
}

#[derive(Debug)]
pub struct For {
    pub target: Target,
    pub iterable: Expression,
    pub condition: Option<Expression>,
    pub recursive: bool,
    pub body: Body,
    pub otherwise: Body,
    /// Where `loop` lives, when the body names it.
    pub loop_slot: Option<u32>,
    /// `loop.length` and `loop.last` need to know the whole; without them a filter runs item by item.
    pub looks_ahead: bool,
    /// The slots of the body and of all scopes in it, saved while a recursive loop runs in them.
    pub slots: Range<u32>,
    /// Those of them that functions inside read.
    pub cells: Vec<u32>,
}

#[derive(Debug)]
pub struct With {
    pub bindings: Vec<(Target, Expression)>,
    pub body: Body,
}

#[derive(Debug)]
pub struct SetBlock {
    pub target: Target,
    pub filters: Vec<FilterCall>,
    pub body: Body,
}

#[derive(Debug)]
pub struct FilterBlock {
    pub filters: Vec<FilterCall>,
    pub body: Body,
}

#[derive(Debug)]
pub struct CallBlock {
    pub call: Call,
    pub call_span: Span,
    pub caller: Arc<Function>,
}

#[derive(Debug)]
pub struct NamedBlock {
    pub name: Arc<str>,
    pub function: Function,
    /// `{% block name scoped %}`: it knows the variables around it.
    pub is_scoped: bool,
    /// These variables, when it is.
    pub locals: Vec<(Arc<str>, u32)>,
}

/// What runs with slots of its own: a macro, the body of a call block, a named block, a whole template.
#[derive(Debug, Default)]
pub struct Function {
    pub name: Arc<str>,
    pub parameters: Vec<Parameter>,
    pub body: Body,
    pub slot_count: u32,
    /// Variables of the function around this one that it reads: (outer slot, own slot).
    pub captures: Vec<(u32, u32)>,
    /// Its own variables that functions inside of it read, as they are by then.
    pub cells: Vec<u32>,
    /// What a template sets outside of all scopes, when it has blocks that may read it.
    pub exports: Vec<(Arc<str>, u32)>,
    /// Where `caller`, `varargs` and `kwargs` live, when the body names them.
    pub caller: Option<u32>,
    pub varargs: Option<u32>,
    pub kwargs: Option<u32>,
    /// From the tag to its end tag.
    pub span: Span,
}

impl Function {
    /// Whether it is the body of a call block, which has no name of its own.
    pub fn is_caller(&self) -> bool {
        self.name.is_empty()
    }
}

#[derive(Debug)]
pub struct Parameter {
    pub name: Arc<str>,
    pub slot: u32,
    pub default: Option<Expression>,
    /// The type that a signature states, as text: `optional[list[str]]`. dbt reads it and does not enforce it.
    pub annotation: Option<Arc<str>>,
    pub span: Span,
}

#[derive(Debug)]
pub enum Target {
    Name {
        name: Arc<str>,
        slot: u32,
    },
    /// `namespace.attribute`
    Attribute {
        name: Arc<str>,
        slot: u32,
        attribute: Arc<str>,
        span: Span,
    },
    Tuple(Vec<Target>, Span),
}

#[derive(Debug)]
pub struct Expression {
    pub kind: ExpressionKind,
    pub span: Span,
}

#[derive(Debug)]
pub enum ExpressionKind {
    Constant(Value),
    Name {
        name: Arc<str>,
        slot: u32,
    },
    Tuple(Vec<Expression>),
    List(Vec<Expression>),
    Dict(Vec<(Expression, Expression)>),
    Attribute(Box<Expression>, Arc<str>),
    Item(Box<Expression>, Box<Expression>),
    Slice(Box<Slice>),
    Call(Box<Call>),
    Filter(Box<Expression>, Box<FilterCall>),
    Test(Box<Expression>, Box<FilterCall>),
    Not(Box<Expression>),
    Negate(Box<Expression>),
    Positive(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `a ~ b ~ c`
    Concat(Vec<Expression>),
    /// `a < b <= c`
    Compare(Box<Expression>, Vec<(Comparison, Expression)>),
    /// `value if test else otherwise`
    Conditional(Box<Conditional>),
}

#[derive(Debug)]
pub struct Slice {
    pub object: Expression,
    pub start: Option<Expression>,
    pub stop: Option<Expression>,
    pub step: Option<Expression>,
}

#[derive(Debug)]
pub struct Call {
    pub callee: Expression,
    pub arguments: Arguments,
}

/// `| name(arguments)` or `is name(arguments)`
#[derive(Debug)]
pub struct FilterCall {
    pub name: Arc<str>,
    pub arguments: Arguments,
    pub span: Span,
}

#[derive(Debug, Default)]
pub struct Arguments {
    pub positional: Vec<Expression>,
    pub named: Vec<(Arc<str>, Expression)>,
    /// `*sequence`
    pub sequence: Option<Expression>,
    /// `**mapping`
    pub mapping: Option<Expression>,
}

#[derive(Debug)]
pub struct Conditional {
    pub test: Expression,
    pub value: Expression,
    pub otherwise: Option<Expression>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
}
