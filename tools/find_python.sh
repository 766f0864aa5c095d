#!/bin/sh
# Print the path of a Python that can run the project and make a virtual environment, or say in one line what to install.
#
# A candidate counts only if it runs: version managers leave commands on the PATH that fail when they are called.
# $PYTHON is the user's own choice, so it is taken or refused, never passed over.

needed="3.12 or newer"

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }
can_make_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }
version_of()    { "$1" -c 'import sys; print(sys.version.split()[0])' 2>/dev/null; }
path_of()       { "$1" -c 'import sys; print(sys.executable)'; }
refuse()        { echo "$1" >&2; exit 1; }
refuse_without_venv() {
    refuse "$1 cannot make a virtual environment (it has no ensurepip): install python3-venv (Debian, Ubuntu) or another Python $needed, then try again."
}

if [ -n "${PYTHON:-}" ]; then
    version=$(version_of "$PYTHON") || refuse "PYTHON=$PYTHON does not run: name a Python $needed, or leave PYTHON out and one is looked for."
    is_new_enough "$PYTHON" || refuse "PYTHON=$PYTHON is Python $version, too old: name a Python $needed, or leave PYTHON out and one is looked for."
    can_make_venv "$PYTHON" || refuse_without_venv "PYTHON=$PYTHON"
    path_of "$PYTHON"
    exit
fi

without_venv=
for candidate in python3 python3.14 python3.13 python3.12; do
    is_new_enough "$candidate" || continue
    if can_make_venv "$candidate"; then
        path_of "$candidate"
        exit
    fi
    without_venv=${without_venv:-$candidate}
done

# uv can fetch a Python and keep it beside the system's; its own are complete, so only those are asked for.
if command -v uv >/dev/null 2>&1; then
    uv python install 3.12 >&2 && UV_PYTHON_PREFERENCE=only-managed uv python find --system --no-project 3.12 && exit
    refuse "No Python $needed found, and uv could not fetch one: install one (see above why), or name one with PYTHON=…, then try again."
fi

[ -z "$without_venv" ] || refuse_without_venv "$without_venv"
refuse "No Python $needed found: install one (Debian 13, Ubuntu 24.04: apt install python3-venv; macOS: brew install python; or python.org), or uv, then try again."
