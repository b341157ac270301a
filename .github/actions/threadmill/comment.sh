#!/usr/bin/env bash
# One comment on the pull request that is written again at every push: found by its first line.
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
