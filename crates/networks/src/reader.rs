//! Walks the TOML tree: knows where every value stands, and collects problems instead of stopping.

use crate::problem::{Position, Problem};
use crate::schema::{self, Key, SECTIONS};
use crate::source::Source;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use workmint_core::Address;
use workmint_core::modules::parameters::Name;

/// One section of the document.
#[derive(Clone)]
pub(crate) struct Section<'a> {
    /// With list numbers: `streams[1]`.
    pub(crate) path: String,
    schema: &'static schema::Section,
    table: &'a DeTable<'a>,
    span: Range<usize>,
}

/// A value that is there, with its place.
#[derive(Clone)]
pub(crate) struct Field<'a> {
    pub(crate) path: String,
    pub(crate) value: &'a DeValue<'a>,
    span: Range<usize>,
}

/// The document under reading.
pub(crate) struct Reader<'a> {
    source: &'a Source<'a>,
    root: &'a DeTable<'a>,
    /// Everything wrong so far.
    pub(crate) problems: Vec<Problem>,
    /// Where every section and value stands, by path.
    pub(crate) positions: BTreeMap<String, Position>,
    /// Accounts of the parameters that are names, by what stands in for them.
    pub(crate) accounts: BTreeMap<Address, Name>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a Source<'a>, root: &'a DeTable<'a>) -> Self {
        let (problems, positions, accounts) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let mut reader = Self { source, root, problems, positions, accounts };
        reader.check_names(root, "", SECTIONS.iter().map(|section| section.name));
        reader
    }

    /// Notes a problem at a byte of the text.
    pub(crate) fn problem(
        &mut self,
        byte: usize,
        path: &str,
        message: impl Into<String>,
        allowed: impl Into<String>,
    ) {
        let Position { line, column } = self.source.position(byte);
        self.problems.push(Problem {
            file: self.source.file.to_owned(),
            line,
            column,
            path: path.to_owned(),
            message: message.into(),
            allowed: allowed.into(),
        });
    }

    /// Notes a problem with a value.
    pub(crate) fn wrong(
        &mut self,
        field: &Field<'_>,
        message: impl Into<String>,
        allowed: impl Into<String>,
    ) {
        self.problem(field.span.start, &field.path, message, allowed);
    }

    /// Every key of a table is one of `known`.
    fn check_names(
        &mut self,
        table: &DeTable<'_>,
        path: &str,
        known: impl Iterator<Item = &'static str>,
    ) {
        let known: Vec<&str> = known.filter(|name| !name.contains('.')).collect();
        for key in table.keys() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let kind = if path.is_empty() { "section" } else { "key" };
            let message = match crate::names::nearest(name, known.iter().copied()) {
                Some(near) => format!("unknown {kind}; the nearest known {kind} is \"{near}\""),
                None => format!("unknown {kind}"),
            };
            let path = join(path, name);
            self.problem(key.span().start, &path, message, known.join(", "));
        }
    }

    /// A section of the document, or one nested in `parent`. Missing is a problem.
    pub(crate) fn section(
        &mut self,
        parent: Option<&Section<'a>>,
        name: &'static str,
    ) -> Option<Section<'a>> {
        let (path, schema, found) = self.find(parent, name)?;
        let Some(value) = found else {
            let byte = parent.map_or(0, |parent| parent.span.start);
            let header = schema.header();
            self.problem(byte, &path, format!("the section {header} is missing"), header);
            return None;
        };
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("this is one section, not {}", kind(value.get_ref()));
            self.problem(value.span().start, &path, message, schema.header());
            return None;
        };
        Some(self.open(path, schema, table, value.span()))
    }

    /// A section that may be absent.
    pub(crate) fn optional_section(
        &mut self,
        parent: Option<&Section<'a>>,
        name: &'static str,
    ) -> Option<Option<Section<'a>>> {
        let table = parent.map_or(self.root, |parent| parent.table);
        if table.contains_key(name) { self.section(parent, name).map(Some) } else { Some(None) }
    }

    /// A list of sections; an absent list is empty.
    pub(crate) fn list(
        &mut self,
        parent: Option<&Section<'a>>,
        name: &'static str,
    ) -> Option<Vec<Section<'a>>> {
        let (path, schema, found) = self.find(parent, name)?;
        let Some(value) = found else {
            return Some(Vec::new());
        };
        let mut sections = Vec::new();
        let DeValue::Array(array) = value.get_ref() else {
            let message = format!("this is a list of sections, not {}", kind(value.get_ref()));
            self.problem(value.span().start, &path, message, schema.header());
            return None;
        };
        for (at, element) in array.iter().enumerate() {
            let path = format!("{path}[{at}]");
            if let DeValue::Table(table) = element.get_ref() {
                sections.push(self.open(path, schema, table, element.span()));
            } else {
                let message = format!("a section is needed, not {}", kind(element.get_ref()));
                self.problem(element.span().start, &path, message, schema.header());
                return None;
            }
        }
        Some(sections)
    }

    /// Path, schema and value of a section; `None` only for a name that the schema lacks.
    #[allow(clippy::type_complexity)]
    fn find(
        &mut self,
        parent: Option<&Section<'a>>,
        name: &'static str,
    ) -> Option<(String, &'static schema::Section, Option<&'a Spanned<DeValue<'a>>>)> {
        let path = join(parent.map_or("", |parent| &parent.path), name);
        let table = parent.map_or(self.root, |parent| parent.table);
        let schema = schema::section(&schema::without_numbers(&path))?;
        let found = table.get_key_value(name);
        if let Some((key, _)) = found {
            let position = self.source.position(key.span().start);
            self.positions.insert(path.clone(), position);
        }
        Some((path, schema, found.map(|(_, value)| value)))
    }

    /// Notes where the section and its keys stand and that it has no unknown keys.
    fn open(
        &mut self,
        path: String,
        schema: &'static schema::Section,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Section<'a> {
        self.positions.entry(path.clone()).or_insert(self.source.position(span.start));
        for (key, value) in table {
            let position = self.source.position(value.span().start);
            self.positions.insert(join(&path, key.get_ref()), position);
        }
        self.check_names(table, &path, schema.keys.iter().map(|key| key.name));
        Section { path, schema, table, span }
    }

    /// A value that must be there.
    pub(crate) fn field(&mut self, section: &Section<'a>, name: &'static str) -> Option<Field<'a>> {
        let found = section.optional(name);
        if found.is_none() {
            let meaning = section.schema.key(name).map_or("", |key: &Key| key.meaning);
            let path = join(&section.path, name);
            let message = format!("missing in {}: {meaning}", section.schema.header());
            self.problem(section.span.start, &path, message, "");
        }
        found
    }

    /// Of the keys `all`, those that are not in `used` have no meaning beside `beside`
    /// (`schedule "exponential"`).
    pub(crate) fn only(
        &mut self,
        section: &Section<'a>,
        used: &[&str],
        all: &[&str],
        beside: &str,
    ) {
        let unused = all.iter().copied().filter(|key| !used.contains(key));
        self.unused(section, &unused.collect::<Vec<&str>>(), beside);
    }

    /// Keys that have no meaning beside `beside` (`schedule "exponential"`).
    pub(crate) fn unused(&mut self, section: &Section<'a>, names: &[&str], beside: &str) {
        for name in names {
            if let Some((key, _)) = section.table.get_key_value(*name) {
                let path = join(&section.path, name);
                let message = format!("has no meaning beside {beside}: remove it");
                self.problem(key.span().start, &path, message, "");
            }
        }
    }

    /// The elements of a list of values.
    pub(crate) fn elements(&mut self, field: &Field<'a>, what: &str) -> Option<Vec<Field<'a>>> {
        let DeValue::Array(array) = field.value else {
            let message = format!("a list is needed, not {}", kind(field.value));
            self.wrong(field, message, what);
            return None;
        };
        let mut fields = Vec::new();
        for (at, element) in array.iter().enumerate() {
            let path = format!("{}[{at}]", field.path);
            self.positions.insert(path.clone(), self.source.position(element.span().start));
            fields.push(Field { path, value: element.get_ref(), span: element.span() });
        }
        Some(fields)
    }
}

impl<'a> Section<'a> {
    /// A value that may be absent.
    pub(crate) fn optional(&self, name: &str) -> Option<Field<'a>> {
        let value = self.table.get(name)?;
        let path = join(&self.path, name);
        Some(Field { path, value: value.get_ref(), span: value.span() })
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// What a value is, for people.
pub(crate) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a bare number",
        DeValue::Float(_) => "a bare number with a dot",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}
