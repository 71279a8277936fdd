"""What an action answers when it cannot do what it was asked: a sentence for the person.

A refusal is no bug: the web shows its sentence with its status, the command
line prints it on stderr. Anything else that is raised is a bug and is not caught.
"""


class Refusal(Exception):
    """Something asked for that is not done; `sentence` says why and, where possible, what to do."""

    status = 422

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Missing(Refusal):
    """There is no such thing, or none that this seat may know of."""

    status = 404


class Forbidden(Refusal):
    """The seat may not do this; used only where the thing's existence is known to it anyway."""

    status = 403


class SignInNeeded(Refusal):
    """Nobody is signed in."""

    status = 401


class Invalid(Refusal):
    """What was asked for makes no sense as it stands."""

    status = 422


class TooMany(Refusal):
    """Asked too often; `wait` is how many seconds to let pass (0: unknown)."""

    status = 429

    def __init__(self, sentence: str, wait: int = 0) -> None:
        super().__init__(sentence)
        self.wait = wait


class Moved(Refusal):
    """Somebody else changed the same words meanwhile; all three texts are here, so nothing is lost.

    `base` is what the author was looking at, `mine` what they wanted, `theirs` how
    the text stands now, and `version` the version of that text: whoever settles
    the difference sends their words again as seen at `version`.
    """

    status = 409

    def __init__(
        self, sentence: str, *, base: str = "", mine: str = "", theirs: str = "", version: int = 0
    ) -> None:
        super().__init__(sentence)
        self.base = base
        self.mine = mine
        self.theirs = theirs
        self.version = version
