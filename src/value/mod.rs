//! The scalars of the language: text that parsed once and is right from then on.
//! Every alphabet here excludes what would need quoting in a file that the value goes into, so that only free
//! text (environment, commands, comments) has to be quoted. No references between values, no defaults.

mod address;
mod name;
mod path;
mod quantity;
mod time;

pub use address::{ExternalPort, FlowTarget, Peer, Protocol, PublishedPort};
pub use name::{
    DnsName, EmailAddress, HttpsUrl, ImageReference, MailUser, Name, NetworkName, PackageName, SecretName,
    VariableName,
};
pub use path::{AbsolutePath, FileMode, UserId};
pub use quantity::{CpuCount, Size};
pub use time::{CalendarEvent, ClockTime, RestorePoint, Timespan, Timezone};

/// Makes a scalar that is stored as the text it was written as, checked by a function when it is read.
macro_rules! text_value {
    ($(#[$doc:meta])* $type:ident, pattern $pattern:literal, check $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(try_from = "String")]
        pub struct $type(#[schemars(regex(pattern = $pattern))] String);

        impl $type {
            /// The text, as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $type {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                match $check(&text) {
                    Ok(()) => Ok(Self(text)),
                    Err(reason) => Err(reason),
                }
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::try_from(text.to_string())
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

/// Makes a scalar that is read from text by `FromStr` and written back by `Display`.
macro_rules! parsed_value {
    ($type:ident, pattern $pattern:literal) => {
        impl TryFrom<String> for $type {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

pub(crate) use {parsed_value, text_value};
