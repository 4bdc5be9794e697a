/**
 * A document as a user might write it, without anything of ours: it freezes two filesystems that it knows by name and holds a lock
 * (flock on /run/app.lock, which stands for an application's) in a process of its own.
 */
const PLAIN = `#!/bin/bash
id='{{ executionId }}' command='{{ command }}' limit='{{ autoThawSeconds }}'
state=/run/plain

mounts() { echo /log /data; }

thaw() {
  local mount
  for mount in $(cat "$state/frozen"); do fsfreeze -u "$mount"; done
}

guardian() {
  exec 8>/run/app.lock 7<> <(:)
  flock 8
  : >"$state/locked"
  read -r -t "$limit" -u 7
  : >"$state/fired"
  thaw
}

arm() {
  setsid bash "$0" guardian </dev/null >/dev/null 2>&1 &
  echo "$!" >"$state/guardian"
}

end() {
  local guardian
  guardian=$(cat "$state/guardian")
  kill -9 "$guardian" 2>/dev/null
  while kill -0 "$guardian" 2>/dev/null; do sleep 0.02; done
  rm -rf "$state"
}

undo() {
  sed -i '$d' "$state/frozen" # the last one is somebody else's
  thaw
  end
  exit 201
}

pre() {
  local mount
  [[ ! -e $state/id ]] || exit 204
  mkdir "$state"
  echo "$id" >"$state/id"
  : >"$state/frozen"
  arm
  until [[ -e $state/locked ]]; do sleep 0.02; done
  for mount in $(mounts); do
    echo "$mount" >>"$state/frozen"
    fsfreeze -f "$mount" || undo
  done
  exit 0
}

post() {
  [[ -e $state/id ]] || exit 205
  [[ $(cat "$state/id") == "$id" ]] || exit 205
  [[ ! -e $state/fired ]] || { end; exit 203; }
  thaw
  end
  exit 0
}

[[ $1 != guardian ]] || command=guardian
case $command in
  guardian) guardian ;;
  pre-script) pre ;;
  post-script) post ;;
  dry-run) exit 0 ;;
esac
`;

/** A script with texts of it replaced. Throws when one is not there: a test would then break nothing. */
export const changed = (script: string, changes: Readonly<Record<string, string>>): string => {
  for (const from of Object.keys(changes)) if (!script.includes(from)) throw new Error(`the script has no ${from}`);
  return Object.entries(changes).reduce((text, [from, to]) => text.replace(from, () => to), script);
};

/** The document, with texts of its script replaced. */
export const plainDocument = (changes: Readonly<Record<string, string>> = {}): string => {
  const script = changed(PLAIN, changes);
  return JSON.stringify({
    schemaVersion: '2.2',
    description: 'A plain document',
    parameters: {
      executionId: { type: 'String', default: 'None', allowedPattern: '^(None|[a-fA-F0-9-]{36})$' },
      command: { type: 'String', default: 'dry-run', allowedValues: ['pre-script', 'post-script', 'dry-run'] },
      autoThawSeconds: { type: 'String', default: '30', allowedPattern: '^[0-9]{1,3}$' },
    },
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: 'run',
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: { timeoutSeconds: '120', runCommand: script.split('\n') },
      },
    ],
  });
};
