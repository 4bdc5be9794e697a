# shellcheck shell=bash
# Durations come from the kernel's uptime (hundredths of a second, and bash 4.2 can read it without a fork), times from date.

# Sets NOW to the milliseconds since boot.
uptime_ms() {
  local seconds rest
  read -r seconds rest </proc/uptime
  NOW=$((10#${seconds%.*} * 1000 + 10#${seconds#*.} * 10))
}

iso_now() { date -u +%Y-%m-%dT%H:%M:%S.%3NZ; }

# The time that lies $1 seconds ahead.
iso_in() { date -u -d "+$1 seconds" +%Y-%m-%dT%H:%M:%S.%3NZ; }
