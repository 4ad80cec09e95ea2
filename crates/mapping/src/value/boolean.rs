//! Yes and no.

/// Every accepted text in lower case, besides `true` and `false`: English, German, French, Spanish, Italian,
/// Portuguese and Polish words, and the letters that spreadsheets and databases export. `o` is left out, because it is
/// "oui" to one and zero to another.
const TRUE: &[&str] = &[
    "true",
    "1",
    "yes",
    "y",
    "t",
    "on",
    "ja",
    "j",
    "wahr",
    "oui",
    "vrai",
    "si",
    "sí",
    "sì",
    "verdadero",
    "vero",
    "sim",
    "verdadeiro",
    "tak",
];
const FALSE: &[&str] = &[
    "false", "0", "no", "n", "f", "off", "nein", "falsch", "non", "faux", "falso", "não", "nao",
    "nie",
];

/// The longest accepted text in bytes, so that long texts are refused without being lowered.
const LONGEST: usize = 16;

/// Reads a boolean without blanks around it, in any case.
pub(crate) fn parse(text: &str) -> Option<bool> {
    match text {
        // What nearly every file has is answered without going through the words.
        "true" | "1" => return Some(true),
        "false" | "0" => return Some(false),
        _ if text.len() > LONGEST => return None,
        _ => {}
    }
    let is = |word: &&str| {
        text.eq_ignore_ascii_case(word)
            || (!text.is_ascii() && text.to_lowercase().as_str() == *word)
    };
    if TRUE.iter().any(&is) {
        Some(true)
    } else if FALSE.iter().any(is) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_yes_and_no_in_several_languages() {
        let cases: &[(&str, Option<bool>)] = &[
            ("true", Some(true)),
            ("TRUE", Some(true)),
            ("Ja", Some(true)),
            ("1", Some(true)),
            ("y", Some(true)),
            ("SÍ", Some(true)),
            ("oui", Some(true)),
            ("Sim", Some(true)),
            ("False", Some(false)),
            ("0", Some(false)),
            ("nein", Some(false)),
            ("N", Some(false)),
            ("NÃO", Some(false)),
            ("non", Some(false)),
            ("vielleicht", None),
            ("2", None),
            ("01", None),
            ("o", None),
            ("x", None),
            ("", None),
            ("yes!", None),
            ("a very long text that is no answer at all", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), *expected, "{text:?}");
        }
    }
}
