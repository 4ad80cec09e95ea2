//! What a person fills in to say when a job runs. Browser and server read it by the same rules.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::{CronExpression, Day, MonthDay, Recurrence, Recurring, Schedule};
use crate::code::coded_enum;

coded_enum! {
    pub enum When as "kind of schedule" {
        Now = "now", "Once, as soon as it is activated";
        At = "at", "Once, at a time that you choose";
        Recurring = "recurring", "Again and again";
    }
}

coded_enum! {
    pub enum Pattern as "kind of recurrence" {
        Hourly = "hourly", "Every hour";
        Daily = "daily", "Every day";
        Weekly = "weekly", "On days of the week";
        Monthly = "monthly", "On a day of the month";
        Cron = "cron", "By a cron expression";
    }
}

/// 1 to 31 as text, or `last`.
pub type MonthDayChoice = String;

/// Everything that the form holds, of the parts that are not shown too, so that trying one loses nothing of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScheduleForm {
    pub when: When,
    /// IANA name.
    pub time_zone: String,
    /// Of a schedule that runs once: `2026-12-01` and `06:00`.
    pub date: String,
    pub time: String,
    pub pattern: Pattern,
    /// Of an hour.
    pub minute: String,
    /// Of a recurrence that has one time of the day: `06:00`.
    pub at: String,
    pub days: Vec<Day>,
    pub month_day: MonthDayChoice,
    pub cron: String,
    /// Empty: without one.
    pub start: String,
    pub end: String,
    pub jitter_minutes: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormField {
    Date,
    Time,
    Minute,
    At,
    Days,
    MonthDay,
    Cron,
    TimeZone,
    Start,
    End,
    Jitter,
}

/// What does not hold, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct FormProblem {
    pub field: FormField,
    pub sentence: String,
    pub hint: &'static str,
}

impl FormField {
    /// Stable, as in an error's field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Time => "time",
            Self::Minute => "minute",
            Self::At => "at",
            Self::Days => "days",
            Self::MonthDay => "month_day",
            Self::Cron => "cron",
            Self::TimeZone => "time_zone",
            Self::Start => "start",
            Self::End => "end",
            Self::Jitter => "jitter_minutes",
        }
    }
}

impl Default for ScheduleForm {
    fn default() -> Self {
        Self::new("UTC")
    }
}

impl ScheduleForm {
    pub const LONGEST_JITTER_MINUTES: u32 = 60;

    /// What is chosen before anything is, in the zone of the namespace.
    pub fn new(time_zone: &str) -> Self {
        Self {
            when: When::Now,
            time_zone: time_zone.to_owned(),
            date: String::new(),
            time: "06:00".to_owned(),
            pattern: Pattern::Daily,
            minute: "0".to_owned(),
            at: "06:00".to_owned(),
            days: vec![Day::Monday],
            month_day: "1".to_owned(),
            cron: "0 6 * * *".to_owned(),
            start: String::new(),
            end: String::new(),
            jitter_minutes: "0".to_owned(),
        }
    }

    /// The form that says this schedule; `time_zone` where it has none.
    pub fn of(schedule: &Schedule, time_zone: &str) -> Self {
        let mut form = Self::new(schedule.time_zone().unwrap_or(time_zone));
        match schedule {
            Schedule::Now => {}
            Schedule::At { local, .. } => {
                form.when = When::At;
                form.date = local.date().to_string();
                form.time = time_text(local.time());
            }
            Schedule::Recurring(recurring) => form.show(recurring),
        }
        form
    }

    pub fn parse(&self) -> Result<Schedule, FormProblem> {
        Ok(match self.when {
            When::Now => Schedule::Now,
            When::At => Schedule::At {
                local: date(FormField::Date, &self.date)?
                    .to_datetime(time(FormField::Time, &self.time)?),
                time_zone: self.zone()?,
            },
            When::Recurring => Schedule::Recurring(self.recurring()?),
        })
    }

    fn recurring(&self) -> Result<Recurring, FormProblem> {
        let recurrence = match self.pattern {
            Pattern::Hourly => Recurrence::Hourly {
                minute: within(&self.minute, 0, 59).ok_or_else(|| {
                    problem(
                        FormField::Minute,
                        format!("`{}` is no minute of an hour.", self.minute.trim()),
                        "Give a number from 0 to 59.",
                    )
                })?,
            },
            Pattern::Daily => Recurrence::Daily { at: self.at()? },
            Pattern::Weekly => Recurrence::Weekly {
                days: self.chosen_days()?,
                at: self.at()?,
            },
            Pattern::Monthly => Recurrence::Monthly {
                day: self.month_day()?,
                at: self.at()?,
            },
            Pattern::Cron => Recurrence::Cron(self.cron()?),
        };
        let (start, end) = (
            optional_date(FormField::Start, &self.start)?,
            optional_date(FormField::End, &self.end)?,
        );
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            return Err(problem(
                FormField::End,
                "The last day is before the first one.".to_owned(),
                "Choose a later last day, or none.",
            ));
        }
        Ok(Recurring {
            recurrence,
            time_zone: self.zone()?,
            start,
            end,
            jitter_seconds: self.jitter_seconds()?,
        })
    }

    fn at(&self) -> Result<Time, FormProblem> {
        time(FormField::At, &self.at)
    }

    fn chosen_days(&self) -> Result<Vec<Day>, FormProblem> {
        let mut days = self.days.clone();
        days.sort_unstable();
        days.dedup();
        if days.is_empty() {
            return Err(problem(
                FormField::Days,
                "No day of the week is chosen.".to_owned(),
                "Choose at least one.",
            ));
        }
        Ok(days)
    }

    fn month_day(&self) -> Result<MonthDay, FormProblem> {
        if self.month_day == "last" {
            return Ok(MonthDay::Last);
        }
        within(&self.month_day, 1, 31)
            .map(MonthDay::Day)
            .ok_or_else(|| {
                problem(
                    FormField::MonthDay,
                    format!("`{}` is no day of a month.", self.month_day.trim()),
                    "Choose a day from 1 to 31, or the last one.",
                )
            })
    }

    fn cron(&self) -> Result<CronExpression, FormProblem> {
        self.cron.parse().map_err(|error: super::CronProblem| {
            problem(
                FormField::Cron,
                error.to_string(),
                "For example: `30 6 * * MON-FRI` is 06:30 from Monday to Friday.",
            )
        })
    }

    fn zone(&self) -> Result<String, FormProblem> {
        let zone = self.time_zone.trim();
        if zone.is_empty() {
            return Err(problem(
                FormField::TimeZone,
                "A time zone is needed.".to_owned(),
                "Choose one, such as Europe/Berlin.",
            ));
        }
        Ok(zone.to_owned())
    }

    fn jitter_seconds(&self) -> Result<u32, FormProblem> {
        self.jitter_minutes
            .trim()
            .parse()
            .ok()
            .filter(|minutes| *minutes <= Self::LONGEST_JITTER_MINUTES)
            .map(|minutes: u32| minutes * 60)
            .ok_or_else(|| {
                problem(
                    FormField::Jitter,
                    format!(
                        "Runs cannot be spread over `{}` minutes.",
                        self.jitter_minutes.trim()
                    ),
                    "Give a number from 0 to 60.",
                )
            })
    }

    fn show(&mut self, recurring: &Recurring) {
        self.when = When::Recurring;
        match &recurring.recurrence {
            Recurrence::Hourly { minute } => {
                self.pattern = Pattern::Hourly;
                self.minute = minute.to_string();
            }
            Recurrence::Daily { at } => {
                self.pattern = Pattern::Daily;
                self.at = time_text(*at);
            }
            Recurrence::Weekly { days, at } => {
                self.pattern = Pattern::Weekly;
                self.days.clone_from(days);
                self.at = time_text(*at);
            }
            Recurrence::Monthly { day, at } => {
                self.pattern = Pattern::Monthly;
                self.month_day = match day {
                    MonthDay::Day(day) => day.to_string(),
                    MonthDay::Last => "last".to_owned(),
                };
                self.at = time_text(*at);
            }
            Recurrence::Cron(expression) => {
                self.pattern = Pattern::Cron;
                self.cron = expression.to_string();
            }
        }
        let text = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        self.start = text(recurring.start);
        self.end = text(recurring.end);
        self.jitter_minutes = (recurring.jitter_seconds / 60).to_string();
    }
}

fn date(field: FormField, text: &str) -> Result<Date, FormProblem> {
    const EARLIEST: Date = Date::constant(1970, 1, 1);
    const LATEST: Date = Date::constant(9000, 1, 1);
    text.trim()
        .parse()
        .ok()
        .filter(|date| (EARLIEST..LATEST).contains(date))
        .ok_or_else(|| {
            problem(
                field,
                if text.trim().is_empty() {
                    "A day is needed.".to_owned()
                } else {
                    format!("`{}` is no day of the calendar.", text.trim())
                },
                "Choose one, such as 2026-12-01.",
            )
        })
}

fn optional_date(field: FormField, text: &str) -> Result<Option<Date>, FormProblem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    date(field, text).map(Some)
}

/// Hours and minutes; browsers may add `:00`.
fn time(field: FormField, text: &str) -> Result<Time, FormProblem> {
    let mut parts = text.trim().splitn(3, ':');
    let part = |part: Option<&str>, at_most| within(part?, 0, at_most);
    let parsed = part(parts.next(), 23)
        .zip(part(parts.next(), 59))
        .filter(|_| parts.next().is_none_or(|seconds| seconds.starts_with("00")))
        .and_then(|(hour, minute)| Time::new(hour.cast_signed(), minute.cast_signed(), 0, 0).ok());
    parsed.ok_or_else(|| {
        problem(
            field,
            if text.trim().is_empty() {
                "A time is needed.".to_owned()
            } else {
                format!("`{}` is no time of the day.", text.trim())
            },
            "Give hours and minutes, such as 06:00.",
        )
    })
}

fn within(text: &str, from: u8, to: u8) -> Option<u8> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|number| is_number && (from..=to).contains(number))
}

fn time_text(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

const fn problem(field: FormField, sentence: String, hint: &'static str) -> FormProblem {
    FormProblem {
        field,
        sentence,
        hint,
    }
}
