//! A serde `Deserializer` over nodes. It is strict: no scalar turns into another kind, and only an
//! empty value may stand for an empty list or mapping.

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::access::{Elements, Entries};
use super::error::Error;
use super::pass::{Pass, Trail};
use super::variant::Choice;
use crate::blueprint::node::{Kind, Mapping, Node};
use crate::blueprint::path::Step;
use crate::blueprint::scalar;

/// A value that is being read.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    pub node: &'a Node,
    pub trail: Trail<'a>,
    pub pass: &'a Pass,
}

impl<'a> Cursor<'a> {
    /// The root of a tree.
    pub fn root(node: &'a Node, pass: &'a Pass) -> Self {
        Self { node, trail: Trail::ROOT, pass }
    }

    fn visit<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Error> {
        self.visit_kind(&self.node.kind, visitor)
    }

    fn visit_kind<'de, V: Visitor<'de>>(&self, kind: &Kind, visitor: V) -> Result<V::Value, Error> {
        match kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Integer(value, _) => visit_integer(*value, visitor),
            Kind::Float(value, _) => visitor.visit_f64(*value),
            Kind::String(text) => visitor.visit_str(text),
            Kind::Sequence(nodes) => visitor.visit_seq(Elements::new(self, nodes)),
            Kind::Mapping(mapping) => visitor.visit_map(Entries::new(self, mapping)),
        }
    }

    /// Text that a reference brought, where a number or truth value is needed: `${with.port}` has no kind
    /// of its own.
    fn visit_as_plain<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Error> {
        let plain = match &self.node.kind {
            Kind::String(text) if !self.node.referenced().is_empty() => scalar::resolve(text),
            _ => Kind::Null,
        };
        match plain {
            Kind::Bool(_) | Kind::Integer(..) | Kind::Float(..) => self.visit_kind(&plain, visitor),
            _ => self.visit(visitor),
        }
        .map_err(|error| error.at(&self.trail))
    }

    /// A number or truth value that a reference brought, where text is needed.
    fn visit_as_text<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            kind @ (Kind::Bool(_) | Kind::Integer(..) | Kind::Float(..))
                if !self.node.referenced().is_empty() =>
            {
                visitor.visit_str(kind.spelling())
            }
            kind => self.visit_kind(kind, visitor),
        }
        .map_err(|error| error.at(&self.trail))
    }

    /// A list whose elements do not depend on each other.
    fn visit_list<'de, V: Visitor<'de>>(&self, nodes: &[Node], visitor: V) -> Result<V::Value, Error> {
        let elements = Elements::new(self, nodes);
        match self.pass.skip_before(&self.trail) {
            Some(Step::Index(index)) => visitor.visit_seq(elements.starting_at(*index)),
            _ => visitor.visit_seq(elements),
        }
    }

    /// A map whose entries do not depend on each other.
    fn visit_map<'de, V: Visitor<'de>>(&self, mapping: &Mapping, visitor: V) -> Result<V::Value, Error> {
        let entries = Entries::new(self, mapping);
        match self.pass.skip_before(&self.trail) {
            Some(Step::Key(key)) => visitor.visit_map(entries.of_map().starting_at(key)),
            _ => visitor.visit_map(entries.of_map()),
        }
    }
}

fn visit_integer<'de, V: Visitor<'de>>(value: i128, visitor: V) -> Result<V::Value, Error> {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => visitor.visit_i64(value),
        (_, Ok(value)) => visitor.visit_u64(value),
        _ => visitor.visit_i128(value),
    }
}

macro_rules! forward_to {
    ($visit:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$visit(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Cursor<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor).map_err(|error| error.at(&self.trail))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V>(self, _: &'static str, visitor: V) -> Result<V::Value, Error>
    where
        V: Visitor<'de>,
    {
        let trail = self.trail;
        visitor.visit_newtype_struct(self).map_err(|error| error.at(&trail))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = match &self.node.kind {
            Kind::Null => self.visit_list(&[], visitor),
            Kind::Sequence(nodes) => self.visit_list(nodes, visitor),
            _ => self.visit(visitor),
        };
        result.map_err(|error| error.at(&self.trail))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = match &self.node.kind {
            Kind::Null => visitor.visit_map(Entries::none(&self)),
            Kind::Mapping(mapping) => self.visit_map(mapping, visitor),
            _ => self.visit(visitor),
        };
        result.map_err(|error| error.at(&self.trail))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = match &self.node.kind {
            Kind::Null => visitor.visit_map(Entries::none(&self)),
            Kind::Mapping(mapping) => visitor.visit_map(Entries::new(&self, mapping).of_struct(fields)),
            _ => self.visit(visitor),
        };
        result.map_err(|error| error.at_struct(&self.trail, name))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let trail = self.trail;
        let choice = Choice::new(self, variants).and_then(|choice| visitor.visit_enum(choice));
        choice.map_err(|error| error.at(&trail))
    }

    forward_to! { visit_as_plain:
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    forward_to! { visit_as_text: deserialize_char deserialize_str deserialize_string }

    forward_to_deserialize_any! {
        bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}
