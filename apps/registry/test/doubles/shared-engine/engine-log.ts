import { createCatalog, type Catalog } from '../../../src/catalog/catalog';
import { committed, type CommittedChange, type ProposedChange } from '../../../src/catalog/changes/change';
import type { StoredCatalog } from '../../../src/catalog/stored-catalog';
import type { CommitResult, Fence } from '../../../src/ports/catalog-store';
import type { DrainReference, DrainSubscriberState, HeardReport } from '../../../src/ports/replica-group';
import { RecordRevisions } from './record-revisions';

/** What has happened. */
export type EngineEvent =
  | { readonly type: 'changed'; readonly change: CommittedChange }
  | { readonly type: 'joined'; readonly replica: string }
  | { readonly type: 'left'; readonly replica: string; readonly orderly: boolean }
  | { readonly type: 'heard'; readonly replica: string; readonly report: HeardReport }
  | { readonly type: 'leads'; readonly leader: string | undefined; readonly fence: Fence | undefined }
  | {
      readonly type: 'acknowledged';
      readonly replica: string;
      readonly drain: DrainReference;
      readonly subscribers: readonly DrainSubscriberState[];
    };

const BEGINNING = { now: 0, epochMs: 0 };
const IDS = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;

/** Everything that happens, in the one order that there is, and the catalog that it comes to. */
export class EngineLog {
  revision = 0;
  records = RecordRevisions.none();
  leader: { readonly replica: string; readonly fence: Fence } | undefined;
  private catalog = emptyCatalog(IDS[0]);
  private readonly listeners = new Set<(event: EngineEvent, revision: number) => void>();
  private terms = 0;

  onEvent(listener: (event: EngineEvent, revision: number) => void): void {
    this.listeners.add(listener);
  }

  append(event: EngineEvent): number {
    this.revision += 1;
    for (const listener of [...this.listeners]) listener(event, this.revision);
    return this.revision;
  }

  elect(replica: string): Fence {
    const fence = { token: (this.terms += 1) };
    this.leader = { replica, fence };
    this.append({ type: 'leads', leader: replica, fence });
    return fence;
  }

  resign(replica: string): void {
    if (this.leader?.replica !== replica) return;
    this.leader = undefined;
    this.append({ type: 'leads', leader: undefined, fence: undefined });
  }

  /** @param known the revisions that its proposer knew of when it was decided */
  commit(
    proposed: ProposedChange,
    known: ReadonlyMap<string, number>,
    under: Fence | undefined,
    replica: string,
  ): CommitResult {
    if (under !== undefined && under.token !== this.leader?.fence.token) return { kind: 'fenced' };
    for (const [key, revision] of known) if (this.records.at(key) !== revision) return { kind: 'conflict' };
    const change = committed(proposed, this.revision + 1, replica);
    this.records.apply(change);
    this.catalog.apply(change, BEGINNING);
    this.append({ type: 'changed', change });
    return { kind: 'committed', change };
  }

  /** What a store that opens now, or that has lost changes, is told. */
  stored(): StoredCatalog {
    const services = this.catalog.services().map(({ serviceName, revision, records, claims }) => ({
      ...{ serviceName, revision, records, claims },
      overrides: this.catalog.overrides.of(serviceName),
    }));
    return { catalogId: this.catalog.catalogId, begunAt: 1, revision: this.revision, services, recent: [] };
  }

  /** The backup of an empty catalog has been restored: the revisions start anew. */
  rewind(): void {
    this.catalog = emptyCatalog(IDS[1]);
    this.records = RecordRevisions.none();
    this.revision = 0;
  }
}

function emptyCatalog(catalogId: string): Catalog {
  const nothing = { catalogId, begunAt: 0, revision: 0, services: [], recent: [] };
  return createCatalog(nothing, BEGINNING, { maxVacantServices: 100_000 });
}
