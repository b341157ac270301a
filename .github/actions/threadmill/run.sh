#!/usr/bin/env bash
# Runs Threadmill on two versions; writes the summary and the outputs of the action. Any other CI can call it as well:
# without GITHUB_OUTPUT and GITHUB_STEP_SUMMARY it prints both. It ends with 0; `job-code` says how the job should end.
set -uo pipefail

output=${GITHUB_OUTPUT:-/dev/stdout}
summary=${GITHUB_STEP_SUMMARY:-/dev/stdout}
report=${TM_OUT:-${RUNNER_TEMP:-${TMPDIR:-/tmp}}/threadmill-report}
mkdir -p "$report"

against=${TM_AGAINST:-}
if [ -z "$against" ]; then
  if [ -z "${TM_BASE_SHA:-}" ]; then
    echo "::error::Not a pull request: say what to compare with (against: git:main)." >&2
    printf 'outcome=error\nexit-code=1\njob-code=1\n' >>"$output"
    exit 0
  fi
  against=git:$TM_BASE_SHA
fi
# actions/checkout fetches one commit only.
case $against in
  git:*)
    ref=${against#git:}
    if ! git rev-parse --verify --quiet --end-of-options "$ref^{commit}" >/dev/null; then
      git fetch --quiet --depth=1 origin -- "$ref" && against=git:$(git rev-parse FETCH_HEAD)
    fi
    ;;
esac

args=(bench --workload "${TM_WORKLOAD:?}" --against "$against" --variants "${TM_VARIANTS:-event-loop}")
args+=(--gate "${TM_GATE:-5%}" --max-time "${TM_MAX_TIME:-60s}" --out "$report" --quiet --markdown)
[ "${TM_PROFILE:-false}" != true ] || args+=(--profile)
# Split at spaces, as the action documents.
# shellcheck disable=SC2206
args+=(${TM_ARGS:-})

# shellcheck disable=SC2086
${TM_COMMAND:-npx threadmill} "${args[@]}" >"$report/summary.md"
code=$?

case $code in
  0) outcome=passed job=0 ;;
  99) outcome=failed job=1 ;;
  4) outcome=inconclusive job=0 ;;
  *) outcome=error job=1 ;;
esac
if [ "$outcome" = inconclusive ]; then
  echo "::warning::The benchmark is inconclusive; the summary says what would decide it."
  [ "${TM_FAIL_ON_INCONCLUSIVE:-false}" != true ] || job=1
fi
cat "$report/summary.md" >>"$summary"
printf 'outcome=%s\nexit-code=%s\njob-code=%s\nreport=%s\n' "$outcome" "$code" "$job" "$report" >>"$output"
