/** A database for one spec: new, empty and used by no other spec. */
export interface TestDatabase {
  /** What a service takes as `DATABASE_URL`. */
  readonly url: string;
  /** Takes it away with everything in it. */
  drop(): Promise<void>;
}
