/** A request as it comes in, whatever brought it. */
export interface Asked {
  readonly method: string;
  /** As it was sent: percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What goes back to the caller. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers one request; undefined: the connection breaks. */
export type Endpoint = (asked: Asked) => Promise<Answered | undefined>;
