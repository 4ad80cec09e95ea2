//! Words for the same thing in English, German, French and Spanish.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::names::fold;

/// Each line is one meaning, its words parted by `|`. The words are folded before they are compared, so case, accents and blanks do not matter.
const MEANINGS: &[&str] = &[
    "email | e-mail | mail | email address | mail address | e-mail-adresse | mailadresse | \
     courriel | adresse e-mail | adresse mail | correo | correo electrónico | dirección de \
     correo",
    "first name | given name | forename | vorname | prénom | nombre de pila | fname",
    "last name | family name | surname | nachname | familienname | zuname | nom de famille | \
     apellido | apellidos | lname",
    "name | full name | nom | nom complet | nombre | nombre completo | vollständiger name | \
     contact name",
    "customer no | customer number | customer id | customer | client id | client number | \
     client no | kundennr | kundennummer | kunden-id | kdnr | kd-nr | debitor | \
     debitorennummer | numéro client | n° client | no client | code client | número de \
     cliente | nº cliente | id cliente",
    "phone | phone number | telephone | telephone number | tel | telefon | telefonnummer | \
     rufnummer | téléphone | numéro de téléphone | teléfono | número de teléfono",
    "mobile | mobile phone | cell | cell phone | handy | mobil | mobiltelefon | portable | \
     móvil | celular",
    "fax | telefax | fax number | faxnummer | télécopie",
    "company | company name | organisation | organization | firma | firmenname | unternehmen \
     | société | entreprise | raison sociale | empresa | compañía",
    "street | street address | address | address line | straße | adresse | anschrift | rue | \
     calle | dirección | domicilio",
    "postal code | postcode | post code | zip | zip code | plz | postleitzahl | code postal | \
     cp | código postal",
    "city | town | ort | stadt | wohnort | ville | commune | ciudad | localidad | población",
    "region | state | province | county | bundesland | région | département | provincia | \
     región | estado",
    "country | country code | land | länderkürzel | pays | código de país | país",
    "revenue | turnover | sales | umsatz | erlös | jahresumsatz | chiffre d'affaires | ca | \
     ingresos | facturación | ventas",
    "birthdate | birth date | birthday | date of birth | dob | geburtsdatum | geburtstag | \
     geb.-datum | date de naissance | fecha de nacimiento",
    "newsletter | newsletter opt-in | newsletter subscribed | infolettre | boletín",
    "note | notes | comment | comments | remark | remarks | bemerkung | bemerkungen | \
     kommentar | anmerkung | notiz | commentaire | commentaires | remarque | nota | notas | \
     observaciones | comentario",
    "order id | order | order no | order number | bestellung | bestellnr | bestellnummer | \
     auftragsnummer | auftragsnr | auftrag | commande | numéro de commande | n° commande | \
     pedido | número de pedido",
    "ordered at | order date | ordered on | bestelldatum | bestellt am | auftragsdatum | date \
     de commande | fecha de pedido",
    "total | total amount | order total | grand total | summe | gesamt | gesamtbetrag | \
     gesamtsumme | montant total | importe total",
    "amount | betrag | montant | importe",
    "price | unit price | preis | einzelpreis | stückpreis | prix | prix unitaire | precio",
    "quantity | qty | items | item count | count | menge | anzahl | stück | quantité | qté | \
     cantidad",
    "product | product name | item | article | produkt | artikel | artikelname | produktname \
     | produit | producto | artículo",
    "sku | article number | item number | product id | product code | artikelnummer | \
     artikelnr | art.-nr. | référence | referencia",
    "description | beschreibung | descripción",
    "score | lead score | points | punkte | punktzahl | puntos",
    "status | zustand | statut",
    "created at | created | created on | creation date | angelegt am | erstellt am | \
     erstelldatum | date de création | fecha de creación",
    "updated at | updated | modified | modified at | last modified | geändert am | \
     änderungsdatum | date de modification | fecha de modificación",
    "date | datum | fecha",
    "gender | sex | geschlecht | sexe | sexo | género",
    "salutation | title | anrede | civilité | tratamiento",
    "language | lang | sprache | langue | idioma",
    "currency | währung | devise | monnaie | moneda | divisa",
    "vat id | vat number | tax id | ust-id | ustid | ust-idnr | umsatzsteuer-id | numéro de \
     tva | nif | cif",
    "website | url | homepage | web | webseite | site web | sitio web",
    "id | identifier | nr | number | nummer | identifiant | identificador",
];

/// The group that a folded name belongs to.
pub(super) fn meaning(folded: &str) -> Option<usize> {
    static BY_WORD: OnceLock<HashMap<String, usize>> = OnceLock::new();
    BY_WORD
        .get_or_init(|| {
            MEANINGS
                .iter()
                .enumerate()
                .flat_map(|(index, words)| words.split('|').map(move |word| (fold(word), index)))
                .collect()
        })
        .get(folded)
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_has_two_meanings() {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (index, words) in MEANINGS.iter().enumerate() {
            for word in words.split('|') {
                let before = *seen.entry(fold(word)).or_insert(index);
                assert_eq!(before, index, "`{word}` stands in two groups");
            }
        }
    }
}
