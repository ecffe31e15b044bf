"""The parameters that a call may have where a policy doesn't name them: those without which
clients cannot work and that give no more than the call itself.

"key=a|b" are the values that a parameter may have: where others would give more, yet clients send
the harmless ones always. Left out on purpose: ps_args of top (ps prints environments), remote and
network of build, sources of imports, checkpoints.
"""

from __future__ import annotations

from functools import cache

Values = frozenset[str] | None  # None: any

_TABLE = """
GET /containers/json             all limit size filters before since
GET /containers/{id}/json        size
GET /containers/{id}/logs        follow stdout stderr since until timestamps tail details
GET /containers/{id}/stats       stream one-shot
GET /containers/{id}/archive     path
HEAD /containers/{id}/archive    path
PUT /containers/{id}/archive     path noOverwriteDirNonDir copyUIDGID
POST /containers/create          name platform
POST /containers/prune           filters
POST /containers/{id}/resize     h w
POST /containers/{id}/start      detachKeys
POST /containers/{id}/stop       t signal
POST /containers/{id}/restart    t signal
POST /containers/{id}/kill       signal
POST /containers/{id}/rename     name
POST /containers/{id}/wait       condition
POST /containers/{id}/attach     detachKeys logs stream stdin stdout stderr
GET /containers/{id}/attach/ws   detachKeys logs stream stdin stdout stderr
DELETE /containers/{id}          v force link
POST /commit                     container repo tag comment author pause
POST /exec/{id}/resize           h w
GET /events                      since until filters
GET /system/df                   type verbose
GET /images/json                 all filters digests shared-size manifests
GET /images/search               term limit filters
GET /images/get                  names platform
POST /images/load                quiet platform
POST /images/create              fromImage tag platform fromSrc= repo= message=
POST /images/prune               filters
GET /images/{image}/json         manifests platform
GET /images/{image}/history      platform
GET /images/{image}/get          platform
POST /images/{image}/push        tag platform
POST /images/{image}/tag         repo tag
DELETE /images/{image}           force noprune platforms
POST /build                      t q nocache pull rm forcerm labels buildargs target cachefrom
POST /build                      shmsize memory memswap cpuperiod cpuquota cpushares cpusetcpus
POST /build                      cpusetmems platform dockerfile buildid version=1| squash=0|false|
POST /build                      networkmode=|default|none cgroupparent= ulimits=|[]|null
POST /build                      extrahosts= isolation=|default securityopt=|[]|null remote=
POST /build/prune                filters all keep-storage reserved-space max-used-space
GET /networks                    filters
GET /networks/{network}          verbose scope
POST /networks/prune             filters
GET /volumes                     filters
DELETE /volumes/{volume}         force
POST /volumes/prune              filters
GET /services                    filters status
GET /services/{service}          insertDefaults
GET /services/{service}/logs     follow stdout stderr since until timestamps tail details
GET /tasks/{task}/logs           follow stdout stderr since until timestamps tail details
GET /nodes                       filters
GET /tasks                       filters
GET /secrets                     filters
GET /configs                     filters
GET /plugins                     filters
GET /plugins/privileges          remote
"""


def of_route(route: str) -> dict[str, Values]:
    """{parameter: values} of "POST /containers/create"; None are any values."""
    return _all().get(route, {})


@cache
def _all() -> dict[str, dict[str, Values]]:
    found: dict[str, dict[str, Values]] = {}
    for line in _TABLE.strip().splitlines():
        method, path, *words = line.split()
        known = found.setdefault(f"{method} {path}", {})
        for word in words:
            key, limited, values = word.partition("=")
            known[key] = frozenset(values.split("|")) if limited else None
    return found
