import { Counter, type Registry } from 'prom-client';
import { BoundedSubjects } from '@rollcall/service-kit';

export interface SubjectCounterOptions {
  readonly name: string;
  readonly help: string;
  /** Of the subject, whose name others choose; then of the kind, of which there are few. */
  readonly labelNames: readonly [subject: string, kind?: string];
  readonly registers: Registry[];
  readonly beforeCollect?: () => void;
}

/** A counter by routes or services. A count costs two look-ups; labels are formatted at each scrape. */
export class SubjectCounter extends Counter {
  readonly subjects = new BoundedSubjects(() => new Map<string, number>());

  constructor({ name, help, labelNames, registers, beforeCollect }: SubjectCounterOptions) {
    const [subjectLabel, kindLabel] = labelNames;
    super({
      name,
      help,
      labelNames: labelNames.filter((label) => label !== undefined),
      registers,
      collect: () => {
        beforeCollect?.();
        this.reset();
        for (const [subject, kinds] of this.subjects)
          for (const [kind, count] of kinds)
            this.inc(
              { [subjectLabel]: subject, ...(kindLabel === undefined ? {} : { [kindLabel]: kind }) },
              count,
            );
      },
    });
  }

  count(subject: string, kind = ''): void {
    const kinds = this.subjects.of(subject);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
}
