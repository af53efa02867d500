/** What the backend says when it could not do something. The interface switches on `code` alone; `message` is for people. */
export class WicketError extends Error {
  override readonly name = "WicketError";
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Keeps `{code, message}` as it came; anything else gets the code `unknown` and what words it had. */
export function wicketErrorFrom(thrown: unknown): WicketError {
  if (thrown instanceof WicketError) {
    return thrown;
  }
  if (typeof thrown === "object" && thrown !== null) {
    const { code, message } = thrown as { code?: unknown; message?: unknown };
    const known = typeof code === "string" && code !== "" && !(thrown instanceof Error);
    return new WicketError(known ? code : "unknown", text(message), thrown);
  }
  return new WicketError("unknown", text(thrown), thrown);
}
