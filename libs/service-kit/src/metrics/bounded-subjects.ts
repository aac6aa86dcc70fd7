/** The label of what has no label of its own. */
export const OTHER = '_OTHER';

/** As many as the SDKs of OpenTelemetry keep of one metric before they do the same. */
export const MAX_SUBJECTS = 2000;

interface Kept<T> {
  readonly value: T;
  /** It is no business of `retain`. */
  lasting: boolean;
  /** It was not there any more at the last look. */
  missed: boolean;
}

/**
 * What is counted apart for names that others choose (routes, services): a number of them that is bounded, and none that
 * has been gone for long. Whatever is beyond that is counted together, as `_OTHER`.
 */
export class BoundedSubjects<T> implements Iterable<readonly [name: string, value: T]> {
  readonly #kept = new Map<string, Kept<T>>();

  constructor(
    readonly begin: (name: string) => T,
    readonly max = MAX_SUBJECTS,
  ) {}

  /** @param lasting the name is one of the program's own, and stays */
  of(name: string, lasting = false): T {
    const kept = this.#kept.get(name);
    if (kept === undefined) return this.#begin(name, lasting);
    if (lasting) kept.lasting = true;
    return kept.value;
  }

  /**
   * Forgets what is not there any more, and was not at the call before either: a service that is restarted goes on
   * counting, and whoever scrapes has seen the last of one that is gone.
   */
  retain(isThere: (name: string) => boolean): void {
    for (const [name, kept] of this.#kept) {
      const gone = !kept.lasting && name !== OTHER && !isThere(name);
      if (gone && kept.missed) this.#kept.delete(name);
      kept.missed = gone;
    }
  }

  /** Those that are never forgotten. */
  lasting(): ReadonlySet<string> {
    return new Set([...this.#kept].filter(([, { lasting }]) => lasting).map(([name]) => name));
  }

  *[Symbol.iterator](): Generator<readonly [name: string, value: T]> {
    for (const [name, { value }] of this.#kept) yield [name, value];
  }

  #begin(name: string, lasting: boolean): T {
    if (this.#kept.size >= this.max && name !== OTHER && !lasting) return this.of(OTHER);
    const value = this.begin(name);
    this.#kept.set(name, { value, lasting, missed: false });
    return value;
  }
}
