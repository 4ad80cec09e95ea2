//! The state machine that cuts bytes into records and fields. It goes on where it stopped when more bytes come, so that
//! the size of the chunks changes nothing.

use super::characters::{Characters, Token};
use super::found::{Current, Form, Found, Span};
use super::{Defect, Position};

/// How much is kept of a record that is too large, to show it.
const KEPT_BYTES: usize = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The next byte is a record's first.
    RecordStart,
    FieldStart,
    Unquoted,
    Quoted,
    /// After an escape inside quotes.
    Escaped,
    /// After a quote inside quotes: the next character says whether it closes.
    QuoteInQuoted,
    /// Text after a closing quote.
    AfterQuoted,
    /// To the end of the line of a record that is too large.
    Skipping,
}

/// An opening quote.
#[derive(Clone, Copy, Debug, Default)]
struct Opened {
    at: usize,
    line: u64,
    shift: u8,
    /// The end of its line, once that is passed: its first byte and the one after it.
    line_end: Option<(usize, usize)>,
}

#[derive(Debug)]
pub(super) struct Scanner {
    pub(super) buffer: Vec<u8>,
    /// The file's offset of the buffer's first byte.
    base: u64,
    /// In the buffer: the record's first byte, and the byte to look at next.
    start: usize,
    at: usize,
    /// The line of `at`.
    line: u64,
    state: State,
    /// In the buffer: where the field's text starts, and where a quoted one ends.
    field_start: usize,
    field_end: usize,
    field_shift: u8,
    field_form: Form,
    opened: Opened,
    limit: usize,
    limit_bytes: u32,
    doubled: bool,
    complete: bool,
    pub(super) spans: Vec<Span>,
    /// One of the spans has to be unquoted.
    pub(super) has_quoted_form: bool,
    pub(super) current: Current,
    /// The first bytes of a record that is too large.
    pub(super) kept: Vec<u8>,
}

impl Scanner {
    /// `doubled`: a quote inside quotes is written twice.
    pub(super) fn new(limit_bytes: u32, doubled: bool) -> Self {
        Self {
            buffer: Vec::new(),
            base: 0,
            start: 0,
            at: 0,
            line: 1,
            state: State::RecordStart,
            field_start: 0,
            field_end: 0,
            field_shift: 0,
            field_form: Form::Plain,
            opened: Opened::default(),
            // A character may begin before the limit and end after it.
            limit: limit_bytes.min(u32::MAX - 64) as usize,
            limit_bytes,
            doubled,
            complete: false,
            spans: Vec::new(),
            has_quoted_form: false,
            current: Current::default(),
            kept: Vec::new(),
        }
    }

    pub(super) fn feed(&mut self, chunk: &[u8]) {
        let passed = self.start;
        if passed > 0 {
            self.buffer.drain(..passed);
            self.base += passed as u64;
            self.start = 0;
            self.at -= passed;
            // Positions in a record that is not kept any more are not read again.
            self.field_start = self.field_start.saturating_sub(passed);
            self.field_end = self.field_end.saturating_sub(passed);
            self.opened.at = self.opened.at.saturating_sub(passed);
            if let Some((first, after)) = &mut self.opened.line_end {
                *first = first.saturating_sub(passed);
                *after = after.saturating_sub(passed);
            }
        }
        self.buffer.extend_from_slice(chunk);
    }

    pub(super) fn finish(&mut self) {
        self.complete = true;
    }

    /// The file's offset of the first byte that is not passed yet.
    pub(super) fn passed(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Passes a byte order mark at the start of the file; `false` while more bytes are needed to tell.
    pub(super) fn skip_mark(&mut self, mark: &[u8]) -> bool {
        if self.buffer.starts_with(mark) {
            self.start = mark.len();
            self.at = mark.len();
            return true;
        }
        self.complete || !mark.starts_with(&self.buffer)
    }

    /// Goes on to the end of the next record, which is then in `current`, `spans` and, if too large, in `kept`.
    pub(super) fn scan<C: Characters>(&mut self, characters: &mut C) -> Found {
        if self.state == State::RecordStart {
            if self.at == self.buffer.len() {
                return if self.complete {
                    Found::End
                } else {
                    Found::Nothing
                };
            }
            self.begin_record();
        }
        loop {
            self.skip_text(characters);
            let Some((token, length)) = characters.token(&self.buffer, self.at, self.complete)
            else {
                if self.state == State::Skipping {
                    self.start = self.at;
                }
                if self.complete {
                    return self.end_of_input(characters);
                }
                return Found::Nothing;
            };
            if self.at - self.start >= self.limit && self.is_over_limit(token) {
                if self.state == State::Quoted && self.opened.line_end.is_some() {
                    return self.cut_at_opening_line(characters);
                }
                self.begin_skipping();
            }
            let next = self.at + length;
            let ended = match (self.state, token) {
                (State::FieldStart, Token::Quote) => {
                    self.open_quote(next, characters.shift());
                    false
                }
                (
                    State::FieldStart | State::Unquoted | State::AfterQuoted | State::QuoteInQuoted,
                    Token::Delimiter,
                ) => {
                    self.end_field(self.at);
                    self.begin_field(next, characters.shift());
                    false
                }
                (
                    State::FieldStart | State::Unquoted | State::AfterQuoted | State::QuoteInQuoted,
                    Token::LineEnd,
                ) => {
                    self.end_field(self.at);
                    true
                }
                (State::FieldStart, Token::Text | Token::Escape) => {
                    self.state = State::Unquoted;
                    false
                }
                (
                    State::Unquoted | State::AfterQuoted,
                    Token::Text | Token::Quote | Token::Escape,
                )
                | (State::Quoted, Token::Text | Token::Delimiter)
                | (
                    State::Skipping,
                    Token::Text | Token::Delimiter | Token::Quote | Token::Escape,
                )
                // A record has begun, so its first field has.
                | (State::RecordStart, _) => false,
                (State::Quoted, Token::Quote) => {
                    self.field_end = self.at;
                    self.state = State::QuoteInQuoted;
                    false
                }
                (State::Quoted, Token::Escape) => {
                    self.field_form = Form::Quoted;
                    self.state = State::Escaped;
                    false
                }
                (State::Quoted | State::Escaped, Token::LineEnd) => {
                    self.opened.line_end.get_or_insert((self.at, next));
                    self.line += 1;
                    self.state = State::Quoted;
                    false
                }
                (State::Escaped, _) => {
                    self.state = State::Quoted;
                    false
                }
                (State::QuoteInQuoted, Token::Quote) if self.doubled => {
                    self.field_form = Form::Quoted;
                    self.state = State::Quoted;
                    false
                }
                (State::QuoteInQuoted, Token::Text | Token::Quote | Token::Escape) => {
                    if self.opened.line_end.is_some() {
                        return self.cut_at_opening_line(characters);
                    }
                    self.field_form = Form::Quoted;
                    self.state = State::AfterQuoted;
                    false
                }
                (State::Skipping, Token::LineEnd) => true,
            };
            self.at = next;
            if ended {
                self.line += 1;
                self.end_record(0);
                return Found::Record;
            }
        }
    }

    fn skip_text<C: Characters>(&mut self, characters: &C) {
        let filled = self.buffer.len();
        let window = filled.min(self.start.saturating_add(self.limit));
        if self.state == State::FieldStart {
            let (field_start, at) = characters.take_fields(
                &self.buffer[..window],
                self.at,
                self.start,
                &mut self.spans,
            );
            self.field_start = field_start;
            self.at = at;
            if at > field_start {
                self.state = State::Unquoted;
            }
            return;
        }
        self.at = match self.state {
            State::Unquoted | State::AfterQuoted => {
                characters.skip_plain(&self.buffer, self.at, window)
            }
            State::Quoted => characters.skip_quoted(&self.buffer, self.at, window),
            State::Skipping => characters.skip_plain(&self.buffer, self.at, filled),
            State::RecordStart | State::FieldStart | State::Escaped | State::QuoteInQuoted => {
                self.at
            }
        };
    }

    /// Whether the token makes a record that has reached its limit longer. While a quote or an escape waits for the
    /// character after it, the decision waits too.
    fn is_over_limit(&self, token: Token) -> bool {
        match self.state {
            State::Quoted => true,
            State::FieldStart | State::Unquoted | State::AfterQuoted => token != Token::LineEnd,
            State::RecordStart | State::Escaped | State::QuoteInQuoted | State::Skipping => false,
        }
    }

    fn begin_record(&mut self) {
        self.spans.clear();
        self.has_quoted_form = false;
        self.current.offset = self.base + self.start as u64;
        self.current.line = self.line;
        self.begin_field(self.at, 0);
    }

    fn begin_field(&mut self, at: usize, shift: u8) {
        self.state = State::FieldStart;
        self.field_start = at;
        self.field_shift = shift;
        self.field_form = Form::Plain;
    }

    fn open_quote(&mut self, text_start: usize, shift: u8) {
        self.opened = Opened {
            at: self.at,
            line: self.line,
            shift: self.field_shift,
            line_end: None,
        };
        self.field_start = text_start;
        self.field_shift = shift;
        self.state = State::Quoted;
    }

    fn end_field(&mut self, at: usize) {
        let (start, end, shift) = match (self.field_form, self.state) {
            (Form::Quoted, _) => (self.opened.at, at, self.opened.shift),
            (Form::Plain, State::QuoteInQuoted) => {
                (self.field_start, self.field_end, self.field_shift)
            }
            (Form::Plain, _) => (self.field_start, at, self.field_shift),
        };
        self.has_quoted_form |= self.field_form == Form::Quoted;
        self.spans.push(Span::new(
            start - self.start,
            end - self.start,
            self.field_form,
            shift,
        ));
    }

    fn begin_skipping(&mut self) {
        // A record that is kept in part has no fields: half a field would be a wrong value.
        self.spans.clear();
        self.kept.clear();
        let kept = self.limit.min(KEPT_BYTES);
        self.kept
            .extend_from_slice(&self.buffer[self.start..self.start + kept]);
        self.current.defect = Some(Defect::TooLarge {
            limit_bytes: self.limit_bytes,
        });
        self.state = State::Skipping;
    }

    /// The record up to `at` is found; `open_lines` is 1 where its last line has no end.
    fn end_record(&mut self, open_lines: u64) {
        let skipped = self.state == State::Skipping;
        if !skipped {
            self.current.defect = None;
        }
        self.current.blank = !skipped && self.spans.len() == 1 && {
            let only = self.spans[0];
            only.start == 0 && only.end == 0
        };
        self.current.start = if skipped { self.at } else { self.start };
        self.current.end = self.at;
        self.current.byte_length = self.base + self.at as u64 - self.current.offset;
        self.current.line_count = self.line - self.current.line + open_lines;
        self.start = self.at;
        self.state = State::RecordStart;
    }

    fn end_of_input<C: Characters>(&mut self, characters: &mut C) -> Found {
        match self.state {
            State::FieldStart | State::Unquoted | State::AfterQuoted | State::QuoteInQuoted => {
                self.end_field(self.at);
            }
            State::Quoted | State::Escaped => return self.cut_at_opening_line(characters),
            State::RecordStart | State::Skipping => {}
        }
        self.end_record(1);
        Found::Record
    }

    /// The quote is not closed: the record ends with the line of its opening quote, and the lines after it are read anew.
    fn cut_at_opening_line<C: Characters>(&mut self, characters: &mut C) -> Found {
        let (text_end, after, open_lines) = match self.opened.line_end {
            Some((first, after)) => (first, after, 0),
            None => (self.at, self.at, 1),
        };
        self.spans.push(Span::new(
            self.opened.at - self.start,
            text_end - self.start,
            Form::Plain,
            self.opened.shift,
        ));
        let opened_at = Position {
            offset: self.base + self.opened.at as u64,
            line: self.opened.line,
        };
        self.at = after;
        self.line = self.opened.line + 1 - open_lines;
        characters.restore(0);
        self.end_record(open_lines);
        self.current.defect = Some(Defect::UnclosedQuote { opened_at });
        Found::Record
    }
}
