//! Times: of the day, spans, calendar events, time zones.

use super::text_value;

text_value! {
    /// A time of day, `HH:MM`, in the host's time zone.
    ClockTime, pattern r"^([01][0-9]|2[0-3]):[0-5][0-9]$", check check_clock
}

text_value! {
    /// A span of time as Docker, systemd and Prometheus all read it: a whole number with `s`, `m`, `h` or `d`.
    Timespan, pattern r"^[1-9][0-9]{0,5}[smhd]$", check check_span
}

text_value! {
    /// When a timer runs: `hourly`, `daily`, `weekly`, `monthly`, or a calendar event of systemd.time(7) such as `*:0/5`.
    CalendarEvent, pattern r"^[A-Za-z0-9*:/., ~-]{1,64}$", check check_event
}

text_value! {
    /// Which backup set to restore: `latest`, or the newest that isn't younger than a day, `YYYY-MM-DD`.
    RestorePoint, pattern r"^(latest|[0-9]{4}-[0-9]{2}-[0-9]{2})$", check check_restore_point
}

text_value! {
    /// A name of the tz database, such as `Etc/UTC` or `Europe/Madrid`.
    Timezone, pattern r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$", check check_timezone
}

impl Timespan {
    /// The span in seconds.
    pub fn seconds(&self) -> u64 {
        let (digits, unit) = self.as_str().split_at(self.as_str().len() - 1);
        let factor = match unit {
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => 1,
        };
        digits.parse::<u64>().unwrap_or_default() * factor
    }
}

fn check_clock(text: &str) -> Result<(), String> {
    let number = |part: &str, limit: u8| part.len() == 2 && part.parse::<u8>().is_ok_and(|n| n < limit);
    match text.split_once(':') {
        Some((hours, minutes)) if number(hours, 24) && number(minutes, 60) && !text.contains('+') => Ok(()),
        _ => Err("a time of day is HH:MM, such as \"03:00\"".into()),
    }
}

fn check_span(text: &str) -> Result<(), String> {
    let digits = text.strip_suffix(['s', 'm', 'h', 'd']).unwrap_or_default();
    let good = (1..=6).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if good { Ok(()) } else { Err("a span is a whole number with s, m, h or d, such as 30s".into()) }
}

fn check_event(text: &str) -> Result<(), String> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"*:/.,-~ ".contains(&b);
    let plain = ["minutely", "hourly", "daily", "weekly", "monthly", "yearly"].contains(&text);
    let calendar = text.contains(':') && text.bytes().all(allowed) && text.trim() == text;
    if text.len() <= 64 && (plain || calendar) {
        return Ok(());
    }
    Err("a schedule is hourly, daily, weekly, monthly or a calendar event such as \"*:0/5\" or \"Sun 04:00\""
        .into())
}

fn check_restore_point(text: &str) -> Result<(), String> {
    let parts: Vec<&str> = text.split('-').collect();
    let is_day = parts.iter().map(|part| part.len()).eq([4, 2, 2])
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if text == "latest" || is_day {
        return Ok(());
    }
    Err("a set is `latest` or a day, such as 2026-03-01".into())
}

fn check_timezone(text: &str) -> Result<(), String> {
    let part = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+-".contains(&b));
    if text.split('/').count() <= 3 && text.split('/').all(part) && !text.starts_with('-') {
        return Ok(());
    }
    Err("a time zone is a name of the tz database, such as Europe/Madrid".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        assert!("03:00".parse::<ClockTime>().is_ok());
        for text in ["3:00", "24:00", "03:60", "03:0", "+3:00", "03:00:00"] {
            assert!(text.parse::<ClockTime>().is_err(), "{text}");
        }
    }

    #[test]
    fn sets_are_named_by_their_day() {
        for text in ["latest", "2026-03-01"] {
            assert!(text.parse::<RestorePoint>().is_ok(), "{text}");
        }
        for text in ["newest", "2026-3-1", "2026-03-01T00", "26-03-0001", ""] {
            assert!(text.parse::<RestorePoint>().is_err(), "{text}");
        }
    }

    #[test]
    fn spans_count_seconds() {
        assert_eq!("2m".parse::<Timespan>().map(|span| span.seconds()), Ok(120));
        for text in ["2", "0s", "1.5h", "2w", "s", "1s; rm"] {
            assert!(text.parse::<Timespan>().is_err(), "{text}");
        }
    }
}
