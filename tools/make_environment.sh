#!/bin/sh
# Makes a local environment or adds to it: make_environment.sh NAME run|test|bench|build|fuzz|browser
#
# "run" makes the folder NAME anew with what the program needs, "fuzz" with what fuzzing needs and
# nothing else; any other step adds its own packages. A step that succeeds leaves the stamp
# NAME/.STEP, one that fails leaves none (and the two that make the folder then leave no folder at
# all). The project is not built: a .pth file points at this checkout and NAME/bin/partitur starts
# it. All paths in them are relative, so the checkout may be moved.
set -eu
cd -- "$(dirname -- "$0")/.."

venv=$1
step=$2
python=${PYTHON:-python3}
requirements=requirements/$step.txt
case $step in run | fuzz) is_new=yes ;; *) is_new= ;; esac

stop() { # stop SWEDISH ENGLISH
    printf '\n%s\n%s\n' "$1" "$2" >&2
    exit 1
}

finished=
clean_up() {
    [ -n "$finished" ] && return
    rm -f "$venv/.$step"
    [ -z "$is_new" ] || rm -rf "$venv"
}

check_name() { # the folder is removed below, so it must be ours
    case $venv in
        '' | . | .. | */*)
            stop "VENV ska vara namnet på en mapp här, inte \"$venv\"." \
                "VENV must be the name of a folder here, not \"$venv\"." ;;
    esac
    if [ -e "$venv" ] && [ ! -f "$venv/pyvenv.cfg" ]; then
        stop "\"$venv\" finns redan men är ingen Pythonmiljö. Ta bort den eller välj annan VENV." \
            "\"$venv\" exists but is no Python environment. Remove it or choose another VENV."
    fi
}

check_python() {
    command -v "$python" >/dev/null 2>&1 ||
        stop "Hittar inte \"$python\". Installera Python 3.11 eller senare, eller ange PYTHON=..." \
            "Cannot find \"$python\". Install Python 3.11 or later, or give PYTHON=..."
    found=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])') ||
        stop "\"$python\" går inte att köra." "\"$python\" does not run."
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "Python 3.11 eller senare behövs, men \"$python\" är $found. Ange PYTHON=python3.11" \
            "Python 3.11 or later is needed, but \"$python\" is $found. Give PYTHON=python3.11"
}

make_venv() {
    rm -rf "$venv"
    "$python" -m venv "$venv" >/dev/null 2>&1 && return
    # Debian's Python without the package python3-venv: no pip inside, but the system's will do.
    rm -rf "$venv"
    "$python" -m venv --without-pip "$venv" >/dev/null 2>&1 ||
        stop "\"$python -m venv\" fungerar inte. Debian/Ubuntu: sudo apt install python3-venv" \
            "\"$python -m venv\" does not work. Debian/Ubuntu: sudo apt install python3-venv"
}

run_pip() {
    if "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$venv/bin/python" -m pip "$@"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip --python "$venv/bin/python" "$@"
    elif command -v pip3 >/dev/null 2>&1; then
        pip3 --python "$venv/bin/python" "$@"
    else
        stop "pip saknas. Debian/Ubuntu: sudo apt install python3-venv (eller python3-pip)" \
            "pip is missing. Debian/Ubuntu: sudo apt install python3-venv (or python3-pip)"
    fi
}

link_checkout() {
    "$venv/bin/python" - <<'END'
import os
import sysconfig

packages = sysconfig.get_path("purelib")
with open(os.path.join(packages, "partitur.pth"), "w", encoding="utf-8") as pth:
    pth.write(os.path.relpath(".", packages) + "\n")
END
    cat >"$venv/bin/partitur" <<'END'
#!/bin/sh
# -P: a file in the folder where one stands must not be taken for one of the program's modules.
exec "${0%/*}/python" -P -c 'import sys
sys.argv[0] = "partitur"
from cli.main import main
sys.exit(main())' "$@"
END
    chmod +x "$venv/bin/partitur"
}

trap clean_up EXIT
trap 'exit 130' HUP INT TERM
# Before the trap may remove anything, be sure that it is ours.
finished=nothing-begun
check_name
check_python
finished=

rm -f "$venv/.$step"
printf '== environment: %s into %s (Python %s)\n' "$requirements" "$venv" "$found"
[ -z "$is_new" ] || make_venv
run_pip -qq --disable-pip-version-check --no-input \
    install --require-hashes --requirement "$requirements" ||
    stop "Installationen misslyckades, se ovan. Inget halvfärdigt är kvar; försök igen med make." \
        "The installation failed, see above. Nothing half done is left; try again with make."
[ "$step" != run ] || link_checkout
: >"$venv/.$step"
finished=yes
