"""Taking a seat, signing in and out, inviting and removing people.

Tokens (sessions, set-up, invitations, resets) are 256 random bits; only their
SHA-256 is kept. Looking at a link never uses it up: only the form behind it does.

The functions that work on a password take `stores` rather than a unit of work:
argon2 is slow on purpose, and must not hold the database while it runs; and an
attempt to sign in stays counted although the call ends in a refusal.
"""

import hashlib
import re
import secrets
import threading
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import argon2

from app.actions.policy import OPERATOR, Act, State, require
from app.actions.refusals import Invalid, Missing, TooMany
from app.store.seats import LinkRecord, Purpose, Role, SeatRecord, SessionRecord
from app.store.unit import Store, Stores

IDLE = timedelta(minutes=30)
"""A session ends after this long without a request (reference: NIST SP 800-63B, AAL2)."""
ABSOLUTE = timedelta(hours=12)
"""A session ends this long after it began, whatever happens in it (the same)."""
RENEWED = timedelta(minutes=1)
"""How often, at most, a request writes down that a session is in use."""
INVITED = timedelta(days=14)
RESETTABLE = timedelta(hours=24)
SET_UP = timedelta(days=14)

SHORTEST = 12
LONGEST = 256

MINUTE = timedelta(minutes=1)
WINDOW = timedelta(minutes=5)
ATTEMPTS_A_MINUTE = 5
ATTEMPTS_A_WINDOW = 10
ATTEMPTS_FROM_STRANGERS = 50
ATTEMPTS_FROM_ADDRESS = 100
ATTEMPTS_EVERYWHERE = 1000

_AT_ONCE = 2
_QUEUE_SECONDS = 20
_WRONG = "The e-mail address or the password is not right."
_SPENT = "This link is not valid any more. Ask whoever gave it to you for a new one."
_TOO_MANY = "That was tried too often. Wait five minutes, then try again."


@dataclass(frozen=True, slots=True)
class Cost:
    """What one argon2id hash costs: passes, memory in KiB, and lanes."""

    time: int
    memory: int
    lanes: int


STRONG = Cost(time=3, memory=64 * 1024, lanes=4)
"""The second recommendation of RFC 9106, 4: about 0.15 s here."""
CHEAP = Cost(time=1, memory=8, lanes=1)
"""For tests only: the same code path in well under a millisecond."""


class Passwords:
    """Hashes and verifies passwords, two at a time, so that a storm of sign-ins leaves room.

    `cost` may be set by whoever puts the application together; hashes made at
    another cost stay verifiable, because each hash says how it was made.
    """

    def __init__(self, cost: Cost = STRONG) -> None:
        self.cost = cost
        self._turns = threading.BoundedSemaphore(_AT_ONCE)

    def hash(self, password: str) -> str:
        """The argon2id hash to store. Raises TooMany when the queue is too long."""
        with self._turn():
            return _hasher(self.cost).hash(_bytes(password))

    def verify(self, hashed: str, password: str) -> bool:
        """Whether `password` is the one that was hashed.

        With "" for `hashed` (nobody by that name) the answer is no, and takes
        just as long, so that the time does not tell who has a seat.
        """
        with self._turn():
            try:
                _hasher(self.cost).verify(hashed or _nobodys(self.cost), _bytes(password))
            except argon2.exceptions.VerificationError:
                return False
            except argon2.exceptions.InvalidHashError:
                return False
        return bool(hashed)

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made at another cost than today's."""
        return _hasher(self.cost).check_needs_rehash(hashed)

    def _turn(self) -> "_Turn":
        return _Turn(self._turns)


class _Turn:
    """One of the few places at the hasher; TooMany when none comes free in time."""

    def __init__(self, turns: threading.BoundedSemaphore) -> None:
        self._turns = turns

    def __enter__(self) -> None:
        if not self._turns.acquire(timeout=_QUEUE_SECONDS):
            raise TooMany("Many people are signing in just now. Please try again in a minute.")

    def __exit__(self, *_: object) -> None:
        self._turns.release()


PASSWORDS = Passwords()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has just signed in: their seat, and the session's token for the cookie."""

    seat: SeatRecord
    token: str


# --- the first seat


def setup_token(store: Store) -> str | None:
    """A fresh token for the set-up link, in place of earlier ones; None once there is a seat."""
    if store.seats.all():
        return None
    store.seats.withdraw_links(Purpose.SET_UP)
    token = _token()
    store.seats.add_link(
        Purpose.SET_UP, _digest(token), made_by=OPERATOR, role=Role.CHAIR, lasts=SET_UP
    )
    return token


def setup_valid(store: Store, token: str) -> bool:
    """Whether the set-up link still works; asking does not use it up."""
    return not store.seats.all() and _open_link(store, token, Purpose.SET_UP) is not None


def take_chair(
    stores: Stores, token: str, name: str, email: str, password: str, *, agent: str = ""
) -> SignedIn:
    """Make the first seat, as chair, and sign it in.

    Raises Missing when the link is spent or a seat exists, Invalid when a field will not do.
    """
    with stores.read() as store:
        if not setup_valid(store, token):
            raise Missing(_SPENT)
    name, email = _name(name), _email(email)
    hashed = PASSWORDS.hash(_fit_password(password, email))
    with stores.begin() as store:
        store.seats.lock("seats")
        link = _open_link(store, token, Purpose.SET_UP)
        if link is None or store.seats.all() or not store.seats.use_link(link.id):
            raise Missing(_SPENT)
        seat = store.seats.add(name=name, email=email, role=Role.CHAIR, password=hashed)
        store.journal_events.record("seat.taken", seat=seat, thing=f"seat:{seat.id}")
        return SignedIn(seat, _open_session(store, seat, agent=agent))


# --- signing in and out


def sign_in(
    stores: Stores, email: str, password: str, *, address: str = "", agent: str = ""
) -> SignedIn:
    """Open a session for the seat with this e-mail address and password.

    Raises Invalid, with one and the same sentence, for an unknown address and a
    wrong password; TooMany after five attempts in a minute or ten in five minutes
    on one account from one address, or very many on it, from that address or altogether.

    Whoever guesses somebody's password uses up their own attempts and not that person's:
    an address from which the account was signed in before is never shut out by others.
    Every attempt is forgotten after five minutes, and a refused one is not counted.
    """
    email = "".join(sign for sign in email.strip().casefold() if sign.isprintable())
    with stores.begin() as store:
        account = _take_attempt(store, email, address)
        seat = store.seats.by_email(email)
        hashed = store.seats.password_of(seat.id) if seat is not None else ""
    fits = len(password) <= LONGEST and PASSWORDS.verify(hashed, password)
    if not fits or seat is None:
        raise Invalid(_WRONG)
    renewed = PASSWORDS.hash(password) if PASSWORDS.outdated(hashed) else hashed
    with stores.begin() as store:
        if store.seats.password_of(seat.id) != hashed:
            raise Invalid(_WRONG)
        if renewed != hashed:
            store.seats.set_password(seat.id, renewed)
        store.seats.forget_attempts(account, address)
        place = _place(account, address)
        store.journal_events.record(
            "seat.signed-in",
            seat=seat,
            thing=f"seat:{seat.id}",
            detail={"place": place} if place else {},
        )
        return SignedIn(seat, _open_session(store, seat, address=address, agent=agent))


def seat_of_session(store: Store, token: str) -> SeatRecord | None:
    """The seat signed in with this session token; None when the session has ended or never was."""
    found = _session(store, token)
    return found[1] if found else None


def seats_of_sessions(store: Store, tokens: Collection[str]) -> dict[str, SeatRecord]:
    """The seat signed in with each of these session tokens; one that has ended is left out.

    One query however many they are: everybody at a table is looked up together.
    """
    hashed = {_digest(token): token for token in tokens if token}
    found = store.seats.signed_in(hashed, seen=store.now - IDLE, started=store.now - ABSOLUTE)
    return {hashed[digest]: seat for digest, seat in found.items()}


def renew_session(stores: Stores, token: str) -> None:
    """Write down that the session is in use, at most once a minute; nothing for a dead one."""
    with stores.read() as store:
        found = _session(store, token)
        if found is None or store.now - found[0].seen_at < RENEWED:
            return
    with stores.begin() as store:
        if _session(store, token) is not None:
            store.seats.touch_session(_digest(token))


def sign_out(store: Store, token: str) -> None:
    """End this session; nothing happens when it has ended already."""
    store.seats.end_session(_digest(token))


def sign_out_everywhere(store: Store, seat: SeatRecord | None, *, keep: str = "") -> int:
    """End all sessions of the seat but the one whose token is `keep`; how many ended."""
    seat = require(seat, Act.END_OWN_SESSIONS)
    store.journal_events.record("seat.signed-out-everywhere", seat=seat, thing=f"seat:{seat.id}")
    return store.seats.end_sessions(seat.id, but=_digest(keep) if keep else "")


def sessions(store: Store, seat: SeatRecord | None) -> tuple[SessionRecord, ...]:
    """The seat's own sessions that are still good, the one used last first."""
    seat = require(seat, Act.END_OWN_SESSIONS)
    return tuple(found for found in store.seats.sessions(seat.id) if _fresh(store, found))


# --- links handed out


def invite(
    store: Store,
    seat: SeatRecord | None,
    *,
    email: str,
    name: str = "",
    role: Role | str,
    delegation: str = "",
) -> str:
    """The token of an invitation that stays open for 14 days; an earlier one to the address ends.

    Raises Invalid when the address has a seat already, or a delegate no delegation.
    """
    seat = require(seat, Act.INVITE)
    role = _role(role)
    if role is Role.CHAIR:
        require(seat, Act.APPOINT_CHAIR)
    email, delegation = _email(email), _delegation(delegation, role)
    if store.seats.by_email(email) is not None:
        raise Invalid(f"{email} has a seat already.")
    store.seats.withdraw_links(Purpose.INVITATION, email=email)
    token = _token()
    store.seats.add_link(
        Purpose.INVITATION,
        _digest(token),
        made_by=seat,
        email=email,
        name=_line(name, "name"),
        role=role,
        delegation=delegation,
        lasts=INVITED,
    )
    store.journal_events.record(
        "seat.invited", seat=seat, thing=f"invitation:{email}", detail={"role": role.value}
    )
    return token


def invitation(store: Store, token: str) -> LinkRecord | None:
    """The invitation that this token opens; None when it is spent. Asking does not use it up."""
    return _open_link(store, token, Purpose.INVITATION)


def invitations(store: Store, seat: SeatRecord | None) -> tuple[LinkRecord, ...]:
    """The invitations that can still be accepted, oldest first."""
    require(seat, Act.READ_SEATS)
    return store.seats.open_links(Purpose.INVITATION)


def withdraw_invitation(store: Store, seat: SeatRecord | None, link_id: int) -> None:
    """Close an invitation that was not accepted yet. Raises Missing when there is none."""
    seat = require(seat, Act.WITHDRAW_INVITATION)
    for link in store.seats.open_links(Purpose.INVITATION):
        if link.id == link_id:
            store.seats.withdraw_links(Purpose.INVITATION, email=link.email)
            store.journal_events.record(
                "seat.invitation-withdrawn", seat=seat, thing=f"invitation:{link.email}"
            )
            return
    raise Missing("There is no such open invitation.")


def accept_invitation(
    stores: Stores, token: str, password: str, name: str = "", *, agent: str = ""
) -> SignedIn:
    """Take the seat that the invitation holds, under `name` or the name it was made for.

    Raises Missing when the link is spent, Invalid when a field will not do.
    """
    with stores.read() as store:
        offered = _open_link(store, token, Purpose.INVITATION)
    if offered is None:
        raise Missing(_SPENT)
    name = _name(name or offered.name)
    hashed = PASSWORDS.hash(_fit_password(password, offered.email))
    with stores.begin() as store:
        store.seats.lock("seats")
        link = _open_link(store, token, Purpose.INVITATION)
        if link is None or not store.seats.use_link(link.id):
            raise Missing(_SPENT)
        if store.seats.by_email(link.email) is not None:
            raise Missing(_SPENT)
        seat = store.seats.add(
            name=name,
            email=link.email,
            role=link.role,
            delegation=link.delegation,
            password=hashed,
        )
        store.journal_events.record("seat.taken", seat=seat, thing=f"seat:{seat.id}")
        return SignedIn(seat, _open_session(store, seat, agent=agent))


def reset_link(store: Store, seat: SeatRecord | None, seat_id: int) -> str:
    """The token of a link, good for 24 hours, with which that seat sets a new password."""
    target = _target(store, seat, Act.MAKE_RESET_LINK, seat_id)
    seat = require(seat, Act.MAKE_RESET_LINK, _state(target))
    store.seats.withdraw_links(Purpose.RESET, seat_id=target.id)
    token = _token()
    store.seats.add_link(
        Purpose.RESET,
        _digest(token),
        made_by=seat,
        email=target.email,
        name=target.name,
        role=target.role,
        delegation=target.delegation,
        seat_id=target.id,
        lasts=RESETTABLE,
    )
    store.journal_events.record("seat.reset-link-made", seat=seat, thing=f"seat:{target.id}")
    return token


def reset_valid(store: Store, token: str) -> bool:
    """Whether the reset link still works; asking does not use it up."""
    return _open_link(store, token, Purpose.RESET) is not None


def use_reset(stores: Stores, token: str, password: str, *, agent: str = "") -> SignedIn:
    """Set a new password by a reset link, end the seat's other sessions, and sign in.

    Raises Missing when the link is spent, Invalid when the password will not do.
    """
    with stores.read() as store:
        offered = _open_link(store, token, Purpose.RESET)
    if offered is None:
        raise Missing(_SPENT)
    hashed = PASSWORDS.hash(_fit_password(password, offered.email))
    with stores.begin() as store:
        link = _open_link(store, token, Purpose.RESET)
        seat = store.seats.get(link.seat_id) if link and link.seat_id is not None else None
        if link is None or seat is None or not seat.active or not store.seats.use_link(link.id):
            raise Missing(_SPENT)
        _replace_password(store, seat, hashed)
        store.journal_events.record("seat.password-reset", seat=seat, thing=f"seat:{seat.id}")
        return SignedIn(seat, _open_session(store, seat, agent=agent))


# --- one's own seat


def change_password(
    stores: Stores, seat: SeatRecord | None, old: str, new: str, *, keep: str = ""
) -> None:
    """Give one's own seat a new password; every session but the one with token `keep` ends.

    Raises Invalid when `old` is not the present password or `new` will not do, and TooMany
    when `old` was guessed too often.
    """
    seat = require(seat, Act.CHANGE_OWN_SEAT)
    _fit_password(new, seat.email)
    with stores.begin() as store:
        account = _take_attempt(store, seat.email, "")
        hashed = store.seats.password_of(seat.id)
    if not PASSWORDS.verify(hashed, old[: LONGEST + 1]):
        raise Invalid("The present password is not right.")
    renewed = PASSWORDS.hash(new)
    with stores.begin() as store:
        if store.seats.password_of(seat.id) != hashed:
            raise Invalid("The password has just been changed elsewhere.")
        _replace_password(store, seat, renewed, keep=keep)
        store.seats.forget_attempts(account, "")
        store.journal_events.record("seat.password-changed", seat=seat, thing=f"seat:{seat.id}")


def rename(store: Store, seat: SeatRecord | None, name: str) -> SeatRecord:
    """The seat under its new name. What it wrote before keeps the name it was written under."""
    seat = require(seat, Act.CHANGE_OWN_SEAT)
    return store.seats.change(
        seat.id, name=_name(name), role=seat.role, delegation=seat.delegation, focal=seat.focal
    )


# --- other people's seats


def seats(store: Store, seat: SeatRecord | None) -> tuple[SeatRecord, ...]:
    """Everybody who has, or had, a seat: those who have one first, then by name."""
    require(seat, Act.READ_SEATS)
    return tuple(sorted(store.seats.all(), key=lambda s: (not s.active, s.name.casefold(), s.id)))


def change_seat(
    store: Store,
    seat: SeatRecord | None,
    seat_id: int,
    *,
    name: str,
    role: Role | str,
    delegation: str = "",
    focal: bool = False,
) -> SeatRecord:
    """The seat as changed; with another role or delegation its sessions end at once.

    A delegation has one focal point: naming one takes the mark from the other.
    Raises Invalid for the last chair's role, Missing when there is no such seat.
    """
    store.seats.lock("seats")
    target = _target(store, seat, Act.CHANGE_SEAT, seat_id)
    seat = require(seat, Act.CHANGE_SEAT, _state(target))
    role = _role(role)
    if role is Role.CHAIR and target.role is not Role.CHAIR:
        require(seat, Act.APPOINT_CHAIR)
    if role is not Role.CHAIR:
        _refuse_last_chair(store, target)
    name, delegation = _name(name), _delegation(delegation, role)
    if focal and (role is not Role.DELEGATE):
        raise Invalid("Only a delegate can be a delegation's focal point.")
    if focal:
        store.seats.clear_focal(delegation)
    changed = store.seats.change(
        target.id, name=name, role=role, delegation=delegation, focal=focal
    )
    if (changed.role, changed.delegation) != (target.role, target.delegation):
        _take_powers(store, target)
    store.journal_events.record(
        "seat.changed",
        seat=seat,
        thing=f"seat:{target.id}",
        detail={"role": [target.role.value, role.value], "delegation": delegation},
    )
    return changed


def remove_seat(store: Store, seat: SeatRecord | None, seat_id: int) -> None:
    """Take the seat away: its sessions and its open links end at once, what it wrote stays.

    Raises Invalid for the last chair, Missing when there is no such seat.
    """
    store.seats.lock("seats")
    target = _target(store, seat, Act.REMOVE_SEAT, seat_id)
    seat = require(seat, Act.REMOVE_SEAT, _state(target))
    _refuse_last_chair(store, target)
    store.seats.deactivate(target.id)
    _take_powers(store, target)
    store.journal_events.record("seat.removed", seat=seat, thing=f"seat:{target.id}")


# --- the parts of the above


def _target(store: Store, seat: SeatRecord | None, act: Act, seat_id: int) -> SeatRecord:
    require(seat, act)
    target = store.seats.get(seat_id)
    if target is None or not target.active:
        raise Missing("There is no such seat.")
    return target


def _state(target: SeatRecord) -> State:
    return State.CHAIRS if target.role is Role.CHAIR else State.OTHERS


def _refuse_last_chair(store: Store, target: SeatRecord) -> None:
    chairs = [s for s in store.seats.all() if s.active and s.role is Role.CHAIR]
    if target.role is Role.CHAIR and len(chairs) == 1:
        raise Invalid("This is the only chair. Make somebody else a chair first.")


def _take_powers(store: Store, target: SeatRecord) -> None:
    # Links that the person handed out would let them back in by another door.
    store.seats.end_sessions(target.id)
    store.seats.withdraw_links(Purpose.RESET, seat_id=target.id)
    store.seats.withdraw_links_made_by(target.id)


def _replace_password(store: Store, seat: SeatRecord, hashed: str, *, keep: str = "") -> None:
    store.seats.set_password(seat.id, hashed)
    store.seats.end_sessions(seat.id, but=_digest(keep) if keep else "")
    store.seats.withdraw_links(Purpose.RESET, seat_id=seat.id)
    store.seats.forget_attempts(_account(seat.email))


def _take_attempt(store: Store, email: str, address: str) -> str:
    """Count an attempt before it is made, so that many at once cannot slip through together."""
    account = _account(email)
    store.seats.lock(account)
    store.seats.forget_attempts_before(store.now - WINDOW)
    counted, minute, window = store.seats.attempts, store.now - MINUTE, store.now - WINDOW
    full = (
        counted(since=minute, account=account, address=address) >= ATTEMPTS_A_MINUTE
        or counted(since=window, account=account, address=address) >= ATTEMPTS_A_WINDOW
        or (address != "" and counted(since=window, address=address) >= ATTEMPTS_FROM_ADDRESS)
        or counted(since=window) >= ATTEMPTS_EVERYWHERE
        or (
            counted(since=window, account=account) >= ATTEMPTS_FROM_STRANGERS
            and not _has_signed_in_from(store, email, address)
        )
    )
    if full:
        raise TooMany(_TOO_MANY)
    store.seats.note_attempt(account, address)
    return account


def _has_signed_in_from(store: Store, email: str, address: str) -> bool:
    seat = store.seats.by_email(email)
    place = _place(_account(email), address)
    return bool(
        seat and place and store.journal_events.has(f"seat:{seat.id}", "seat.signed-in", place)
    )


def _place(account: str, address: str) -> str:
    """A mark of an address for one account, from which the address itself cannot be read off."""
    return _digest(f"{account} {address[:64]}")[:24] if address else ""


def _account(email: str) -> str:
    # Hashed, because people type passwords into the field for the address.
    return _digest(email.strip().casefold())


def _open_session(store: Store, seat: SeatRecord, *, address: str = "", agent: str = "") -> str:
    token = _token()
    store.seats.end_sessions_before(seen=store.now - IDLE, started=store.now - ABSOLUTE)
    store.seats.open_session(seat.id, _digest(token), address=address[:64], agent=agent[:200])
    return token


def _session(store: Store, token: str) -> tuple[SessionRecord, SeatRecord] | None:
    found = store.seats.session(_digest(token)) if token else None
    if found is None or not found[1].active or not _fresh(store, found[0]):
        return None
    return found


def _fresh(store: Store, session: SessionRecord) -> bool:
    return store.now - session.seen_at <= IDLE and store.now - session.started_at <= ABSOLUTE


def _open_link(store: Store, token: str, purpose: Purpose) -> LinkRecord | None:
    link = store.seats.link(_digest(token)) if token else None
    if link is None or link.purpose is not purpose or link.used_at is not None:
        return None
    return link if store.now <= link.expires_at else None


def _token() -> str:
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _bytes(password: str) -> bytes:
    # The same letters typed on two keyboards may be composed or decomposed.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=4)
def _hasher(cost: Cost) -> argon2.PasswordHasher:
    return argon2.PasswordHasher(
        time_cost=cost.time, memory_cost=cost.memory, parallelism=cost.lanes
    )


@lru_cache(maxsize=4)
def _nobodys(cost: Cost) -> str:
    return _hasher(cost).hash(secrets.token_bytes(32))


def _fit_password(password: str, email: str) -> str:
    if len(password) < SHORTEST:
        raise Invalid(f"Take a password of at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise Invalid(f"Take a password of at most {LONGEST} characters.")
    if password.strip().casefold() in {email.casefold(), email.split("@")[0].casefold()}:
        raise Invalid("Take a password that is not your e-mail address.")
    if len(set(password)) < 4:
        raise Invalid("Take a password with more different characters.")
    return password


def _email(email: str) -> str:
    email = email.strip().casefold()
    if len(email) > 254 or not re.fullmatch(
        r"[^@\s\x00-\x1f\ud800-\udfff]+@[^@\s\x00-\x1f\ud800-\udfff]+", email
    ):
        raise Invalid("That is not an e-mail address.")
    return email


def _name(name: str) -> str:
    name = _line(name, "name")
    if not name:
        raise Invalid("Please give a name.")
    return name


def _line(text: str, what: str) -> str:
    line = " ".join(text.split())
    if len(line) > 120:
        raise Invalid(f"The {what} is too long: at most 120 characters.")
    if not line.isprintable():
        raise Invalid(f"The {what} holds characters that cannot be shown.")
    return line


def _role(role: Role | str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise Invalid("There is no such role.") from None


def _delegation(delegation: str, role: Role) -> str:
    delegation = _line(delegation, "delegation")
    if role is Role.DELEGATE and not delegation:
        raise Invalid("Say which delegation the delegate belongs to.")
    return delegation
