"""How strictly to follow the reference: where it is clearly wrong, and in its historic vocabulary."""

from __future__ import annotations

from oam import records

__all__ = ["PROFILES", "SEED", "STANDARD", "UPSTREAM", "Profile"]


@records.frozen
class Profile:
    """A set of choices.

    Attributes:
        name: how the command line calls it.
        slot_safe_merge: lists merged by key keep the place of every base element.
        historic: accept the vocabulary of old releases also where the present one rejects it.
        exact_names: override policies match component names exactly or as globs, not as regular expressions.
    """

    name: str
    slot_safe_merge: bool = True
    historic: bool = False
    exact_names: bool = True


STANDARD = Profile("standard")
UPSTREAM = Profile("upstream", slot_safe_merge=False, exact_names=False)
SEED = Profile("seed", historic=True)

PROFILES = {profile.name: profile for profile in (STANDARD, UPSTREAM, SEED)}
