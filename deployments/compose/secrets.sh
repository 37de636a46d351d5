#!/bin/sh
# Makes the secrets that the containers read, in deployments/compose/secrets. What is there already stays.
#
# Passwords and the token are random. Those that come from elsewhere are placeholders to be replaced: slack-url, pagerduty-key and
# smtp-password for Alertmanager, llm-key for the sentiment agent. Containers read them as users of their own, so files are
# readable for all; the folder is not.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets

keep() { # NAME, the secret on standard input
    [ -e "secrets/$1" ] || { umask 022; cat > "secrets/$1"; echo "made deployments/compose/secrets/$1" >&2; }
}
random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

random | keep api-token
{ printf 'nats://cryptofunk:'; random; printf '@nats:4222'; } | keep nats-url
password=$(sed 's/.*cryptofunk:\(.*\)@.*/\1/' secrets/nats-url)
printf 'authorization { user: cryptofunk, password: "%s" }' "$password" | keep nats-conf
random | keep grafana-password
random | keep postgres-password
printf 'postgres://cryptofunk:%s@postgres/cryptofunk' "$(cat secrets/postgres-password)" | keep database-url
printf 'https://slack.invalid/replace-me' | keep slack-url
printf 'replace-me' | keep pagerduty-key
printf 'replace-me' | keep smtp-password
printf 'replace-me' | keep llm-key
