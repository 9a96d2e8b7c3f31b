"""The made-up people and places of the demo; any likeness is chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from clientcomm_contracts.values import Role


@dataclass(frozen=True, slots=True)
class Office:
    """A department: `area` is the area code of its number."""

    name: str
    time_zone: str
    area: int
    places: Sequence[str]
    rooms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff; `office` None: the role is held in the whole organisation."""

    first_name: str
    last_name: str
    role: Role
    office: str | None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@juniper-county.example".lower()


ORGANISATION = "Juniper County Community Supervision"

PRETRIAL = Office(
    name="Pretrial Services",
    time_zone="America/Chicago",
    area=312,
    places=("200 Mill Street", "45 Canal Road"),
    rooms=("2B", "301", "4A", "117", "210"),
)
PROBATION = Office(
    name="Adult Probation",
    time_zone="America/Denver",
    area=303,
    places=("9 Aspen Square", "1210 Fir Avenue"),
    rooms=("12", "206", "C3", "118"),
)
OFFICES = (PRETRIAL, PROBATION)

STAFF = (
    Person("Dana", "Whitfield", Role.CASE_MANAGER, PRETRIAL.name),
    Person("Marcus", "Oyelaran", Role.CASE_MANAGER, PRETRIAL.name),
    Person("Elena", "Brandt", Role.CASE_MANAGER, PRETRIAL.name),
    Person("Priya", "Castellan", Role.FRONT_DESK, PRETRIAL.name),
    Person("Joan", "Lindqvist", Role.SUPERVISOR, PRETRIAL.name),
    Person("Theo", "Abernathy", Role.ADMINISTRATOR, None),
    Person("Ruth", "Kessler", Role.AUDITOR, PRETRIAL.name),
    Person("Owen", "Tsosie", Role.CASE_MANAGER, PROBATION.name),
    Person("Camila", "Sorensen", Role.CASE_MANAGER, PROBATION.name),
    Person("Grace", "Holloway", Role.SUPERVISOR, PROBATION.name),
)

FIRST_NAMES = (
    *("Aaron", "Alicia", "Andre", "Anita", "Ben", "Bianca", "Brandon", "Brenda", "Caleb"),
    *("Carla", "Chris", "Crystal", "Curtis", "Danielle", "Darius", "Deb", "Derek", "Destiny"),
    *("Devon", "Dominic", "Ebony", "Eddie", "Erica", "Ethan", "Faith", "Felix", "Gabe"),
    *("Gina", "Hector", "Holly", "Isaiah", "Ivy", "Jamal", "Janelle", "Jared", "Jasmine"),
    *("Jerome", "Jess", "Jordan", "Kayla", "Keith", "Kendra", "Kyle", "Lamar", "Latoya"),
    *("Leah", "Logan", "Lori", "Malik", "Mandy", "Marcy", "Mason", "Megan", "Miles", "Nadia"),
    *("Nate", "Nicole", "Omar", "Paige", "Quentin", "Rashad", "Renee", "Rob", "Sasha"),
    *("Shane", "Sierra", "Tasha", "Terrence", "Tiffany", "Trey", "Tyler", "Vanessa", "Wes"),
)
SPANISH_FIRST_NAMES = (
    *("Adriana", "Alejandro", "Beatriz", "Carlos", "Diego", "Esteban", "Gabriela", "Hugo"),
    *("Inés", "Javier", "José", "Lucía", "Luis", "Mariana", "Mateo", "Raúl", "Rosa", "Sofía"),
)
LAST_NAMES = (
    *("Abbott", "Alston", "Barker", "Bellamy", "Boyd", "Braxton", "Briggs", "Calloway"),
    *("Carver", "Chen", "Cobb", "Crane", "Dalton", "Dempsey", "Dixon", "Dunn", "Eaton"),
    *("Ellison", "Farrow", "Finch", "Fontaine", "Frye", "Garner", "Goss", "Granger", "Hale"),
    *("Hardin", "Hobbs", "Hooper", "Ingram", "Jarvis", "Keller", "Kemp", "Knox", "Lang"),
    *("Larkin", "Lowe", "Madden", "Mays", "McCall", "Merritt", "Moss", "Nash", "Nguyen"),
    *("Norwood", "Oakley", "Osborn", "Patel", "Payne", "Pruitt", "Quinn", "Rankin", "Reeves"),
    *("Rhodes", "Rollins", "Rowe", "Sandoval", "Sharpe", "Sloan", "Stokes", "Tate", "Thorne"),
    *("Tillman", "Vance", "Vaughn", "Wade", "Walsh", "Webb", "Whitley", "Wilder", "Yates"),
)
SPANISH_LAST_NAMES = (
    *("Acosta", "Barrera", "Cordero", "Delgado", "Escobar", "Fuentes", "Galván", "Herrera"),
    *("Ibarra", "Lozano", "Montoya", "Núñez", "Ortega", "Peña", "Quintero", "Salazar", "Vega"),
)

# Only line numbers 555-0100 to 555-0199 are set aside for made-up use, a hundred per area code.
AREA_CODES = (
    *(217, 224, 309, 331, 618, 630, 708, 773, 779, 815, 847, 872),
    *(720, 719, 970, 801, 385, 435, 505, 575, 307, 308, 402, 531),
)
"""Area codes of the clients' phones."""
