//! Amounts: bytes and processors.

use super::parsed_value;

/// A number of bytes, written with a binary unit (`512M` = 512 * 2^20 bytes), as Docker and systemd read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u64);

const UNITS: [(char, u64); 4] = [('T', 1 << 40), ('G', 1 << 30), ('M', 1 << 20), ('K', 1 << 10)];

impl Size {
    /// The amount in bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// An amount given in bytes.
    pub const fn from_bytes(bytes: u64) -> Self {
        Self(bytes)
    }
}

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unit = UNITS.iter().find(|(letter, _)| text.ends_with(*letter));
        let amount = unit.and_then(|(_, factor)| {
            let digits = &text[..text.len() - 1];
            let number = digits.parse::<u64>().ok().filter(|n| *n > 0 && n.to_string() == digits)?;
            number.checked_mul(*factor).filter(|bytes| *bytes < 1 << 60)
        });
        amount.map(Self).ok_or_else(|| "a size is a whole number with K, M, G or T, such as 512M".into())
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match UNITS.iter().find(|(_, factor)| self.0.is_multiple_of(*factor)) {
            Some((letter, factor)) => write!(formatter, "{}{letter}", self.0 / factor),
            None => write!(formatter, "{}", self.0),
        }
    }
}

parsed_value!(Size, pattern r"^[1-9][0-9]*[KMGT]$");

/// A share of processors in thousandths, written as a decimal number (`0.5` is half a processor).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CpuCount(u32);

impl CpuCount {
    /// The share in thousandths of a processor.
    pub const fn thousandths(self) -> u32 {
        self.0
    }

    /// A share given in thousandths of a processor.
    pub const fn from_thousandths(thousandths: u32) -> Self {
        Self(thousandths)
    }
}

impl std::fmt::Display for CpuCount {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let decimals = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        formatter.write_str(decimals.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl serde::Serialize for CpuCount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 1000.0)
    }
}

impl<'de> serde::Deserialize<'de> for CpuCount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        let thousandths = (number * 1000.0).round();
        if !(1.0..=1_000_000.0).contains(&thousandths) || (thousandths - number * 1000.0).abs() > 1e-6 {
            let reason = "a number of processors is from 0.001 to 1000, with at most three decimals";
            return Err(serde::de::Error::custom(reason));
        }
        Ok(Self(thousandths as u32))
    }
}

impl schemars::JsonSchema for CpuCount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CpuCount".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "minimum": 0.001, "maximum": 1000 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_and_write() {
        for text in ["1K", "512M", "24G", "3T"] {
            assert_eq!(text.parse::<Size>().map(|size| size.to_string()), Ok(text.to_string()));
        }
        for text in ["", "G", "0G", "1", "1.5G", "-1G", "01G", "1GB", "99999999999T", "1 G"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
    }

    #[test]
    fn processors_print_without_trailing_zeros() {
        assert_eq!(CpuCount(500).to_string(), "0.5");
        assert_eq!(CpuCount(2000).to_string(), "2");
    }
}
