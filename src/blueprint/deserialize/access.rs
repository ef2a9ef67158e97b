//! The elements of a list and the entries of a mapping, without those that were dropped.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::cursor::Cursor;
use super::error::Error;
use super::pass::UnknownKey;
use crate::blueprint::node::{Entry, Mapping, Node, State};

/// The elements of a list that can be used.
pub struct Elements<'a> {
    list: &'a Cursor<'a>,
    nodes: &'a [Node],
    next: usize,
}

impl<'a> Elements<'a> {
    /// All elements.
    pub fn new(list: &'a Cursor<'a>, nodes: &'a [Node]) -> Self {
        Self { list, nodes, next: 0 }
    }

    /// The elements from an index on.
    pub fn starting_at(self, next: usize) -> Self {
        Self { next, ..self }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        while let Some(node) = self.nodes.get(self.next) {
            let trail = self.list.trail.index(self.next);
            self.next += 1;
            if !node.is_dropped() {
                let cursor = Cursor { node, trail, pass: self.list.pass };
                return seed.deserialize(cursor).map(Some).map_err(|error| error.at(&trail));
            }
        }
        Ok(None)
    }
}

/// A key for a map without a single good one. Nearly every kind of key takes it, and where one does not
/// the value is not looked into.
const ANY_NAME: &str = "name";

/// The entries of a mapping that can be used.
pub struct Entries<'a> {
    mapping: &'a Cursor<'a>,
    rest: Option<indexmap::map::Iter<'a, String, Entry>>,
    value: Option<(&'a str, &'a Node)>,
    start: Option<&'a str>,
    fields: Option<&'static [&'static str]>,
    /// A key that stands in for those that are no names, so that their values are read all the same.
    stand_in: Option<&'a str>,
}

impl<'a> Entries<'a> {
    /// All entries.
    pub fn new(mapping: &'a Cursor<'a>, entries: &'a Mapping) -> Self {
        Self { rest: Some(entries.iter()), ..Self::none(mapping) }
    }

    /// No entries: what an empty value has.
    pub fn none(mapping: &'a Cursor<'a>) -> Self {
        Self { mapping, rest: None, value: None, start: None, fields: None, stand_in: None }
    }

    /// The entries from a key on.
    pub fn starting_at(self, key: &'a str) -> Self {
        Self { start: Some(key), ..self }
    }

    /// The entries that are fields of a struct; the others are remembered as unknown.
    pub fn of_struct(self, fields: &'static [&'static str]) -> Self {
        Self { fields: Some(fields), ..self }
    }

    /// The entries of a map, whose keys may be values that can be wrong.
    pub fn of_map(self) -> Self {
        let good = |(_, entry): &(&String, &Entry)| entry.value.state == State::Whole;
        let neighbour = self.rest.clone().and_then(|mut entries| entries.find(good));
        let stand_in = neighbour.map_or(ANY_NAME, |(key, _)| key.as_str());
        Self { stand_in: Some(stand_in), ..self }
    }

    fn next(&mut self) -> Option<(&'a str, &'a Node)> {
        loop {
            let (key, entry) = self.rest.as_mut()?.next()?;
            if self.start.is_some_and(|start| start != key) {
                continue;
            }
            self.start = None;
            if entry.value.is_dropped() || (entry.value.state == State::Misnamed && self.stand_in.is_none()) {
                continue;
            }
            match self.fields {
                Some(known) if !known.contains(&key.as_str()) => self.remember_unknown(key, known),
                _ => return Some((key, &entry.value)),
            }
        }
    }

    fn remember_unknown(&self, key: &str, known: &'static [&'static str]) {
        let path = self.mapping.trail.path().join(key);
        self.mapping.pass.unknown.borrow_mut().push(UnknownKey { path, known });
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, node)) = self.next() else { return Ok(None) };
        self.value = Some((key, node));
        let trail = self.mapping.trail.key(key);
        let shown = match self.stand_in {
            Some(stand_in) if node.state == State::Misnamed => {
                self.mapping.pass.stood_in.set(true);
                stand_in
            }
            _ => key,
        };
        seed.deserialize(Key(shown)).map(Some).map_err(|error| error.at_key(&trail))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (key, node) = self.value.take().ok_or_else(Error::out_of_order)?;
        let trail = self.mapping.trail.key(key);
        let cursor = Cursor { node, trail, pass: self.mapping.pass };
        seed.deserialize(cursor).map_err(|error| error.at(&trail))
    }
}

/// A key, which is text and may be a newtype of text or a word of an enum.
struct Key<'a>(&'a str);

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    fn deserialize_newtype_struct<V>(self, _: &'static str, visitor: V) -> Result<V::Value, Error>
    where
        V: Visitor<'de>,
    {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let word: StrDeserializer<'_, Error> = self.0.into_deserializer();
        word.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
