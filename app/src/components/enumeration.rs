//! Several words in a sentence.

/// "Anna, Ben and Clara".
pub fn enumerated(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_follows_and() {
        for (words, text) in [
            (&[][..], ""),
            (&["Anna"], "Anna"),
            (&["Anna", "Ben"], "Anna and Ben"),
            (&["Anna", "Ben", "Clara"], "Anna, Ben and Clara"),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(enumerated(&words), text);
        }
    }
}
