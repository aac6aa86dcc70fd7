/** A database for one spec: new, empty and used by no other spec. */
export interface TestDatabase {
  /** What a service takes as `DATABASE_URL`. */
  readonly url: string;
  /** All that a service needs to be told of it. Its requests wait as long as a busy machine takes. */
  readonly settings: Readonly<Record<string, string>>;
  /** Takes it away with everything in it. */
  drop(): Promise<void>;
}
