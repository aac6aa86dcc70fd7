import type { CommittedChange, ProposedChange } from '../../../src/catalog/changes/change';

/** The revisions of records, addresses and lists of overrides: those of the engine, or those that a replica knows of. */
export class RecordRevisions {
  private constructor(
    private readonly revisions = new Map<string, number>(),
    private readonly urls = new Map<string, string>(),
  ) {}

  static none(): RecordRevisions {
    return new RecordRevisions();
  }

  copy(): RecordRevisions {
    return new RecordRevisions(new Map(this.revisions), new Map(this.urls));
  }

  /** What a change is about, and the revision of each. */
  of(change: ProposedChange): ReadonlyMap<string, number> {
    return new Map(this.keysOf(change).map((key) => [key, this.at(key)]));
  }

  at(key: string): number {
    return this.revisions.get(key) ?? 0;
  }

  apply(change: CommittedChange): void {
    for (const key of this.keysOf(change)) this.revisions.set(key, change.revision);
    for (const id of change.remove) this.urls.delete(`${change.serviceName} ${id}`);
    for (const { instanceId, registration } of change.put)
      this.urls.set(`${change.serviceName} ${instanceId}`, registration.url);
  }

  /** A record that goes takes its address with it. */
  private keysOf({ serviceName, put, remove, overrides }: ProposedChange | CommittedChange): string[] {
    const idKeys = [...remove, ...put.map(({ instanceId }) => instanceId)].map(
      (id) => `${serviceName} ${id}`,
    );
    const addresses = idKeys.flatMap((key) => this.urls.get(key) ?? []);
    const newAddresses = put.map(({ registration }) => registration.url);
    return [
      ...(overrides === undefined ? [] : [`overrides of ${serviceName}`]),
      ...idKeys,
      ...[...addresses, ...newAddresses].map((url) => `${serviceName} at ${url}`),
    ];
  }
}
