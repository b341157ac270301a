#!/usr/bin/env bash
# Updates one comment on the pull request at every push; its first line identifies it.
set -euo pipefail

marker='<!-- threadmill -->'
body=$(printf '%s\n%s' "$marker" "$(cat "$1")")
comments="repos/$REPOSITORY/issues/$PULL_REQUEST/comments"
id=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1)
if [ -n "$id" ]; then
  gh api --method PATCH "repos/$REPOSITORY/issues/comments/$id" -f body="$body" >/dev/null
else
  gh api --method POST "$comments" -f body="$body" >/dev/null
fi
