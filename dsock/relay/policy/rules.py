"""A policy: which calls may pass, and what of the answers is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dsock.relay.policy.bodies import Grant, Unlimited
from dsock.relay.policy.create import Create
from dsock.relay.policy.denied import Denied
from dsock.relay.policy.parameters import Values, of_route
from dsock.relay.policy.target import Target

OWNER_LABEL = "dsock.proxy.owner"
HIDEABLE = ("env", "mounts", "labels", "command", "networks")
# What makes somebody root of the host who may call it as he likes.
_ROOT = ("POST /containers/create", "POST /containers/{id}/exec", "PUT /containers/{id}/archive",
         "POST /plugins/", "POST /swarm/", "POST /services/", "POST /session",
         "POST /grpc", "PUT /volumes/")  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One call that may pass: "GET /containers/{id}/json"."""

    call: str
    query: Mapping[str, Values] | None = None  # parameters besides which none; None: the usual
    body: Grant | None = None  # None: the strictest


@dataclass(frozen=True)
class Policy:
    """What the clients of a socket may do. Whatever no rule names is refused."""

    name: str = "policy"
    rules: tuple[Rule, ...] = ()
    hide: frozenset[str] = frozenset()  # of HIDEABLE, in answers
    owner: str = ""  # clients see and touch only what this owner made here
    audit: bool = False  # log what would be refused, and let it pass
    uids: frozenset[int] | None = None  # of the processes that may connect; None: any
    gids: frozenset[int] | None = None
    limit: int = 1 << 20  # bytes of a body that is looked into
    risks: tuple[str, ...] = field(default=())  # in words, of the profiles

    def admits(self, uid: int, gid: int) -> bool:
        """Whether a process of that user and that (first) group may connect."""
        return (self.uids is None or uid in self.uids) and (self.gids is None or gid in self.gids)


def matching(policy: Policy, target: Target) -> list[Rule]:
    """The rules that let a call pass, its body aside. Raises Denied if there are none."""
    reason = f"no rule allows {target.route}"
    found = []
    for rule in policy.rules:
        if rule.call == str(target.route):
            bad = _bad_parameter(rule, target)
            if not bad:
                found.append(rule)
            else:
                reason = bad
    if not found:
        raise Denied(reason)
    return found


def dangers(policy: Policy) -> Iterator[str]:
    """What to tell whoever starts a proxy with this policy."""
    for rule in policy.rules:
        if not rule.call.startswith(_ROOT):
            continue
        loose = isinstance(rule.body, Unlimited) or (
            rule.call == "POST /containers/create"
            and isinstance(rule.body, Create)
            and rule.body.loose
        )
        here = "here it is not" if loose else "here it is, by the policy"
        if rule.call in ("PUT /containers/{id}/archive", "POST /session", "POST /grpc"):
            here = "and its content is not looked into"
        yield f"{rule.call} is equivalent to root unless constrained; {here}"


def _bad_parameter(rule: Rule, target: Target) -> str:
    """Why a call's parameters do not fit the rule, "" if they do."""
    known = of_route(rule.call) if rule.query is None else rule.query
    for key, value in target.query:
        if key not in known:
            return f"{rule.call} may not have the parameter {key!r}"
        values = known[key]
        if values is not None and value not in values:
            return f"{rule.call} may not have {key}={value[:60]!r}"
    return ""
