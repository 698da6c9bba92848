"""Names that nobody takes for real ones, of every length and script that a label must bear."""

from random import Random

from actors.framework import Sector
from ecosystem.synthesis.draw import weighted

LONGEST = 300  # characters: as long as the column

WORDS = (
    "Harbor", "Maple", "Riverside", "Civic", "Open", "Neighborhood", "Data", "Northside", "Union",
    "Prairie", "Lantern", "Bridge", "Commons", "Public", "Housing", "Transit", "Justice", "Summit",
)  # fmt: skip

KINDS = {
    Sector.GOVERNMENT: ("Office", "Department", "Agency"),
    Sector.DATA_INTERMEDIARY: ("Data Partnership", "Indicators Project", "Data Center"),
    Sector.CIVIC_TECHNOLOGIST: ("Brigade", "Code Collective", "Digital Services"),
    Sector.PHILANTHROPY: ("Foundation", "Fund", "Trust"),
    Sector.RESIDENTS_COMMUNITY: ("Neighbors", "Residents Council", "Block Association"),
    Sector.ACADEMIA: ("University Lab", "College", "Institute"),
    Sector.PRIVATE: ("Company", "Studio", "Works"),
    Sector.MEDIA: ("Gazette", "Radio", "News"),
    Sector.NONPROFIT_SERVICE: ("Services", "Shelter", "Alliance"),
    Sector.NATIONAL_NETWORK: ("Network Chapter", "Coalition", "Fellowship"),
}

ACCENTED = (
    "Organización de Muestra para la Vivienda Pública",
    "Señal de Muestra",
    "Réseau d’Échantillons Événementiels",
    "Przykładowa Żółta Łódź",
    "Örnek Şehir Gönüllüleri",
    "Dữ liệu Mẫu Khu phố",
)
RIGHT_TO_LEFT = ("منظمة نموذجية", "ארגון לדוגמה", "مؤسسة عينة للبيانات المفتوحة")
OTHER_SCRIPTS = ("样本组织", "サンプル団体", "Пример организации")
AWKWARD = (
    "Sample <b>Bold</b> & “Quoted” Org",
    "Sample 🌱 Garden 👩🏽‍💻 Coders",
    "Sample_Unbreakable_" + "Neighborhood" * 4,
)

STYLES = {
    "short": 0.22,
    "usual": 0.5,
    "wordy": 0.14,
    "long": 0.03,
    "accented": 0.05,
    "right_to_left": 0.02,
    "other_script": 0.02,
    "awkward": 0.02,
}


def city_name(seed: int, number: int) -> str:
    return f"Synthetic City {number} (seed {seed})"


def national_name(number: int) -> str:
    return f"Sample National Network {number:02d}"


def actor_name(random: Random, number: int, sector: Sector) -> str:
    """A name that says it is a sample and ends with the actor's number in its city.

    The longest has 300 characters. Names in other scripts say "sample" in their language.
    """
    mark = f"{number:04d}"
    kind = random.choice(KINDS[sector])
    words = random.sample(WORDS, 6)
    match weighted(random, STYLES):
        case "short":
            return f"Sample {mark}"
        case "usual":
            return f"Sample {words[0]} {kind} {mark}"
        case "wordy":
            return f"Sample {words[0]} and {words[1]} {kind} for {words[2]} {words[3]} {mark}"
        case "long":
            return _long(random, words, kind, mark)
        case "accented":
            return f"{random.choice(ACCENTED)} {mark}"
        case "right_to_left":
            return f"{random.choice(RIGHT_TO_LEFT)} {mark}"
        case "other_script":
            return f"{random.choice(OTHER_SCRIPTS)} {mark}"
        case _:
            return f"{random.choice(AWKWARD)} {mark}"


def _long(random: Random, words: list[str], kind: str, mark: str) -> str:
    """Between 100 and 300 characters."""
    wanted = random.randint(100, LONGEST) - len(mark) - 1
    text = f"Sample {kind} of " + " and ".join(words * 10)
    return f"{text[:wanted].rstrip()} {mark}"
