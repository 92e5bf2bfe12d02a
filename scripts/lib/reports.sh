# Options for Maven's test runs, and what their reports say. Sourced, not run.
# shellcheck shell=bash

# random_order SEED: options that make Maven run test classes, and the methods of each, in the order of this seed.
random_order() {
  printf '%s\n' -Dsurefire.runOrder=random "-Dsurefire.runOrder.random.seed=$1" \
    '-Djunit.jupiter.testmethod.order.default=org.junit.jupiter.api.MethodOrderer$Random' \
    "-Djunit.jupiter.execution.order.random.seed=$1"
}

# test_counts: a line for each module.
test_counts() {
  local report
  for report in */target/surefire-reports; do
    [[ -d $report ]] || continue
    cat "$report"/*.txt 2>/dev/null | awk -v module="${report%%/*}" '
      /^Tests run:/ { gsub(",", ""); run += $3; failures += $5; errors += $7; skipped += $9 }
      END { printf "%-12s Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n", module, run, failures, errors, skipped }'
  done
}

# flaky_tests: "FLAKY class.method" for each test that failed and passed when it was run once more.
flaky_tests() {
  awk '
    /<testcase / { name = class = $0; sub(/.* name="/, "", name); sub(/".*/, "", name); sub(/.* classname="/, "", class); sub(/".*/, "", class) }
    /<flaky(Failure|Error)/ { print "FLAKY " class "." name }' */target/surefire-reports/TEST-*.xml 2>/dev/null | sort -u
}
