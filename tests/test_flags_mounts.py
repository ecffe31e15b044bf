"""-v, --tmpfs and --mount."""

from __future__ import annotations

import pytest

from dsock.errors import BadFlag
from dsock.flags import mounts
from dsock.flags.mount import mount

VOLUMES = [
    ("/host:/path", (["/host:/path"], [])),
    ("/host:/path:ro,Z", (["/host:/path:ro,Z"], [])),
    ("name:/path:nocopy", (["name:/path:nocopy"], [])),
    ("/path", ([], ["/path"])),
    ("~/host:/path", (["~/host:/path"], [])),
    ("C:\\host:/path", (["C:\\host:/path"], [])),
    ("./host:/path:ro", (["/some/here/host:/path:ro"], [])),
    (".:/path", (["/some/here:/path"], [])),
    ("../host:/path", (["/some/host:/path"], [])),
]


@pytest.mark.parametrize(("spec", "expected"), VOLUMES)
def test_a_volume_with_a_source_is_a_bind(spec, expected, tmp_path, monkeypatch):
    here = tmp_path / "some" / "here"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    binds, anonymous = mounts.volumes([spec])
    assert ([bind.replace(str(tmp_path), "") for bind in binds], anonymous) == expected


def test_a_volume_given_twice_is_one():
    assert mounts.volumes(["/a:/b", "/c", "/a:/b", "/c"]) == (["/a:/b"], ["/c"])


@pytest.mark.parametrize("spec", ["", "/a:", ":/a", "/a:/b:", "/a:/b:ro:x", "/a::ro"])
def test_a_bad_volume_is_refused(spec):
    with pytest.raises(BadFlag, match=r"invalid (empty volume )?spec"):
        mounts.volumes([spec])


def test_a_tmpfs_has_options_after_its_path():
    assert mounts.tmpfs(["/run", "/tmp:size=64m,mode=1777"]) == {
        "/run": "",
        "/tmp": "size=64m,mode=1777",
    }


MOUNTS = [
    ("dst=/d", {"Type": "volume", "Target": "/d"}),
    (
        "type=bind,src=/s,destination=/d,readonly",
        {"Type": "bind", "Source": "/s", "Target": "/d", "ReadOnly": True},
    ),
    (
        "type=BIND,source=/s,target=/d,bind-propagation=rslave,bind-recursive=disabled",
        {
            "Type": "bind",
            "Source": "/s",
            "Target": "/d",
            "BindOptions": {"Propagation": "rslave", "NonRecursive": True},
        },
    ),
    (
        "type=bind,source=/s,target=/d,bind-recursive=enabled",
        {"Type": "bind", "Source": "/s", "Target": "/d"},
    ),
    (
        "type=tmpfs,dst=/d,tmpfs-size=64m,tmpfs-mode=1770",
        {
            "Type": "tmpfs",
            "Target": "/d",
            "TmpfsOptions": {"SizeBytes": 64 << 20, "Mode": 0o1770},
        },
    ),
    (
        'src=v,dst=/d,volume-nocopy,volume-label=a=b,volume-driver=local,"volume-opt=o=a,b"',
        {
            "Type": "volume",
            "Source": "v",
            "Target": "/d",
            "VolumeOptions": {
                "NoCopy": True,
                "Labels": {"a": "b"},
                "DriverConfig": {"Name": "local", "Options": {"o": "a,b"}},
            },
        },
    ),
    (
        "type=image,src=busybox,dst=/d,image-subpath=bin",
        {
            "Type": "image",
            "Source": "busybox",
            "Target": "/d",
            "ImageOptions": {"Subpath": "bin"},
        },
    ),
]


@pytest.mark.parametrize(("text", "expected"), MOUNTS)
def test_a_mount_is_made_of_its_fields(text, expected):
    assert mount(text) == expected


REFUSED = [
    ("", "it is no list of fields"),
    ("type=bind,src=/s", "target is required"),
    ("type=,dst=/d", "type is required"),
    ("dst=/d,foo=1", "unexpected key 'foo' in 'foo=1'"),
    ("dst=/d,foo", "invalid field 'foo' must be a key=value pair"),
    ("dst=/d,ro=maybe", "neither true nor false"),
    ("dst=/d,bind-propagation=shared", "cannot mix 'bind-*' options with mount type 'volume'"),
    ("type=bind,src=/s,dst=/d,tmpfs-size=1", "cannot mix 'tmpfs-*' options"),
    ("type=tmpfs,dst=/d,tmpfs-mode=8", "invalid value for tmpfs-mode: 8"),
    ("type=tmpfs,dst=/d,tmpfs-size=x", "invalid size: 'x'"),
    ("type=bind,src=/s,dst=/d,bind-recursive=x", "invalid value for bind-recursive: x"),
    ("type=bind,src=/s,dst=/d,bind-recursive=writable", "requires 'readonly'"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_bad_mount_is_refused(text, message):
    with pytest.raises(BadFlag) as caught:
        mount(text)
    assert message in caught.value.message
