#!/usr/bin/env bash
# Usage: backup.sh [FOLDER]. Writes a backup named for the moment, and removes all but the last fourteen.
# A backup is written beside its place and moved there whole, so what is named so is complete.
set -euo pipefail
folder=${1:-${HUOYUE_BACKUP_FOLDER:-/var/lib/huoyue-backup}}
huoyue=${HUOYUE_COMMAND:-/usr/local/lib/huoyue/.venv/bin/huoyue}
umask 077
"$huoyue" backup --out "$folder/huoyue-$(date +%Y-%m-%dT%H%M%S).tar"
find "$folder" -maxdepth 1 -name 'huoyue-*.tar' -type f | sort -r | tail -n +15 | while IFS= read -r old; do
  rm -- "$old"
done
