//! Enums: a word, or a mapping with one key that names the variant.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor};

use super::cursor::Cursor;
use super::error::{Error, Problem};
use crate::blueprint::node::{Kind, Mapping, Node};

/// One variant that was chosen, and its content if it was written as a mapping.
pub struct Choice<'a> {
    holder: Cursor<'a>,
    name: &'a str,
    content: Option<&'a Node>,
}

impl<'a> Choice<'a> {
    /// The choice that a value expresses.
    pub fn new(holder: Cursor<'a>, variants: &'static [&'static str]) -> Result<Self, Error> {
        match &holder.node.kind {
            Kind::String(name) => Ok(Self { holder, name, content: None }),
            Kind::Mapping(mapping) => Self::of_mapping(holder, mapping, variants),
            _ => Err(expected_one_of(variants)),
        }
    }

    fn of_mapping(
        holder: Cursor<'a>,
        mapping: &'a Mapping,
        variants: &'static [&'static str],
    ) -> Result<Self, Error> {
        match mapping.first() {
            Some((_, entry)) if entry.value.is_dropped() => Err(Error::new(Problem::Dropped)),
            Some((name, entry)) if mapping.len() == 1 => {
                Ok(Self { holder, name, content: Some(&entry.value) })
            }
            _ => {
                let expected = format!("exactly one of {}", variants.join(", "));
                Err(Error::new(Problem::Type { expected }))
            }
        }
    }
}

fn expected_one_of(variants: &'static [&'static str]) -> Error {
    Error::new(Problem::Type { expected: format!("one of {}", variants.join(", ")) })
}

impl<'de, 'a> EnumAccess<'de> for Choice<'a> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name: StrDeserializer<'_, Error> = self.name.into_deserializer();
        let variant = seed.deserialize(name).map_err(|error| match self.content {
            Some(_) => error.at_key(&self.holder.trail.key(self.name)),
            None => error.at(&self.holder.trail),
        })?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        let trail = self.holder.trail.key(self.name);
        match self.content {
            Some(node) if !node.is_null() => {
                let expected = format!("only the word `{}`", self.name);
                Err(Error::new(Problem::Type { expected }).at(&trail))
            }
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        let trail = self.holder.trail.key(self.name);
        let cursor = Cursor { node: self.needed_content()?, trail, pass: self.holder.pass };
        seed.deserialize(cursor).map_err(|error| error.at(&trail))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        let trail = self.holder.trail.key(self.name);
        let cursor = Cursor { node: self.needed_content()?, trail, pass: self.holder.pass };
        cursor.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let trail = self.holder.trail.key(self.name);
        let cursor = Cursor { node: self.needed_content()?, trail, pass: self.holder.pass };
        cursor.deserialize_struct("", fields, visitor)
    }
}

impl<'a> Choice<'a> {
    fn needed_content(&self) -> Result<&'a Node, Error> {
        let expected = || format!("a mapping with the key `{}`", self.name);
        self.content.ok_or_else(|| Error::new(Problem::Type { expected: expected() }))
    }
}
