//! A schedule in words, for people.

use jiff::civil::{Date, Time};

use super::{Day, MonthDay, Recurrence, Recurring, Schedule};

impl Schedule {
    /// "Every day at 06:00, Europe/Berlin".
    pub fn words(&self) -> String {
        match self {
            Self::Now => "Once, as soon as it is activated".to_owned(),
            Self::At { local, time_zone } => format!(
                "Once, on {} at {}, {time_zone}",
                date_words(local.date()),
                time_words(local.time())
            ),
            Self::Recurring(recurring) => recurring.words(),
        }
    }
}

impl Recurring {
    fn words(&self) -> String {
        let bound = |word: &str, date: Option<Date>| {
            date.map_or_else(String::new, |date| format!(", {word} {}", date_words(date)))
        };
        format!(
            "{}{}{}, {}",
            self.recurrence.words(),
            bound("from", self.start),
            bound("until", self.end),
            self.time_zone
        )
    }
}

impl Recurrence {
    fn words(&self) -> String {
        match self {
            Self::Hourly { minute: 0 } => "Every hour".to_owned(),
            Self::Hourly { minute } => {
                format!("Every hour, {minute} min past")
            }
            Self::Daily { at } => format!("Every day at {}", time_words(*at)),
            Self::Weekly { days, at } => {
                format!("Every {} at {}", days_words(days), time_words(*at))
            }
            Self::Monthly { day, at } => {
                let day = match day {
                    MonthDay::Day(day) => format!("day {day}"),
                    MonthDay::Last => "the last day".to_owned(),
                };
                format!("On {day} of every month at {}", time_words(*at))
            }
            Self::Cron(expression) => format!("Cron {expression}"),
        }
    }
}

/// "Monday, Tuesday and Friday".
fn days_words(days: &[Day]) -> String {
    let labels: Vec<&str> = days.iter().map(|day| day.label()).collect();
    match (days, labels.split_last()) {
        (
            [
                Day::Monday,
                Day::Tuesday,
                Day::Wednesday,
                Day::Thursday,
                Day::Friday,
            ],
            _,
        ) => "working day (Monday to Friday)".to_owned(),
        (_, Some((last, others))) if !others.is_empty() => {
            format!("{} and {last}", others.join(", "))
        }
        _ => labels.join(""),
    }
}

fn time_words(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn date_words(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(date.month() - 1)
        .ok()
        .and_then(|month| MONTHS.get(month))
        .copied()
        .unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}
