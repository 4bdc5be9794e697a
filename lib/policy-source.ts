/**
 * Where policies come from: a folder of `NAME.json` files, or the policies themselves by name. Each has the content of DLM's
 * `PolicyDetails`; the name is the policy id, 1 to 40 letters, digits, `_` and `-`.
 */
export type PolicySource = string | Readonly<Record<string, object>>;
