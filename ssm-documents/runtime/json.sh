# shellcheck shell=bash
# JSON without a tool: a host may have neither jq nor python.

# Sets JSON to $1 as a JSON string.
json_string() {
  local text=$1 code char
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  if [[ $text == *[[:cntrl:]]* ]]; then
    for code in {1..31} 127; do
      printf -v JSON '\\x%x' "$code"
      printf -v char '%b' "$JSON"
      printf -v JSON '\\u%04x' "$code"
      text=${text//"$char"/$JSON}
    done
  fi
  JSON="\"$text\""
}

# Sets JSON to an array of strings, of the words of $1 (separated by commas).
json_list() {
  local rest=${1:+$1,} list=''
  while [[ -n $rest ]]; do
    json_string "${rest%%,*}"
    list+="${list:+,}$JSON"
    rest=${rest#*,}
  done
  JSON="[$list]"
}

# Adds a member to the object that is being written in OBJECT: json_add NAME JSON-VALUE
json_add() { OBJECT+="${OBJECT:+,}\"$1\":$2"; }

# The same with a text; an empty one is left out.
json_add_text() {
  [[ -n $2 ]] || return 0
  json_string "$2"
  json_add "$1" "$JSON"
}
