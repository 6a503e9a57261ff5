#!/usr/bin/env bash
# Installs the programs that the tests use beyond Python, where it may, and says what it could not.
set -uo pipefail
declare -A package=(
  [soffice]="libreoffice-writer-nogui libreoffice-calc-nogui"
  [pdftoppm]="poppler-utils"
  [chromium]="chromium"
  [java]="default-jre-headless"
  [initdb]="postgresql"
)
declare -A use=(
  [soffice]="opening the Word and Excel files" [pdftoppm]="looking at PDF pages"
  [chromium]="opening the HTML report" [java]="scoring on PySpark" [initdb]="the web application on PostgreSQL"
)
# Debian keeps PostgreSQL's programs out of the way of the path. The tests start a private server of their own.
have() { command -v "$1" >/dev/null || { [ "$1" = initdb ] && tools/postgres.sh have 2>/dev/null; }; }

wanted=()
for program in "${!package[@]}"; do
  have "$program" || wanted+=("${package[$program]}")
done
if [ ${#wanted[@]} -gt 0 ]; then
  apt=(apt-get)
  [ "$(id -u)" = 0 ] || apt=(sudo -n apt-get)
  echo "Installing ${wanted[*]} ..."
  # shellcheck disable=SC2048,SC2086
  { "${apt[@]}" update -qq && DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y -qq --no-install-recommends ${wanted[*]}; } \
    >build-system.log 2>&1 && rm -f build-system.log
fi
for program in "${!package[@]}"; do
  have "$program" ||
    echo "Not installed: $program (${package[$program]}). Tests of ${use[$program]} will be skipped and say so."
done
exit 0
