//! What the JSON Schema of the types knows and serde does not tell: every key that a struct needs (serde
//! stops at the first that is missing) and every section that a blueprint can have.

use std::cell::LazyCell;
use std::collections::HashMap;

use schemars::{JsonSchema, schema_for};
use serde_json::Value;

/// The shape of the typed blueprint; made only once a mistake asks for it.
pub type LazyShape = LazyCell<Shape>;

/// The shape of a type and of the structs inside it.
#[derive(Debug)]
pub struct Shape {
    sections: Vec<String>,
    required: HashMap<String, Vec<String>>,
}

impl Shape {
    /// The shape of a type, when it is asked for.
    pub fn lazy<T: JsonSchema>() -> LazyShape {
        LazyCell::new(Self::of::<T>)
    }

    fn of<T: JsonSchema>() -> Self {
        let schema = schema_for!(T);
        let root = (T::schema_name().into_owned(), schema.as_value());
        let definitions = schema.get("$defs").and_then(Value::as_object).into_iter().flatten();
        let all = definitions.map(|(name, schema)| (name.clone(), schema)).chain([root]);
        let required = all.map(|(name, schema)| (name, required(schema))).collect();
        let sections = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        Self { sections: sections.map(|(name, _)| name.clone()).collect(), required }
    }

    /// Whether a blueprint can have this section.
    pub fn has_section(&self, name: &str) -> bool {
        self.sections.iter().any(|section| section == name)
    }

    /// The keys that a struct needs; none are known of a struct that the schema does not name.
    pub fn required(&self, holder: &str) -> &[String] {
        self.required.get(holder).map_or(&[], Vec::as_slice)
    }
}

fn required(schema: &Value) -> Vec<String> {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    required.filter_map(|key| key.as_str().map(str::to_owned)).collect()
}
