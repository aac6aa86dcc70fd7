import type { Change, KeyValue, Watch } from '@rollcall/etcd-client';
import type { StoredCatalog } from '../../catalog/stored-catalog';
import type { CommittedChange } from '../../catalog/changes/change';
import type { Clock } from '../../ports/clock';
import { identifyCatalog, LONG_AGO, type CatalogIdentity, type IdentityOptions } from './catalog-identity';
import { createCatalogView, type CatalogView } from './catalog-view';
import { etcdUnusable } from './etcd-errors';
import type { EtcdEvent } from './etcd-event';
import type { EtcdLink } from './etcd-link';
import { listAll, loadCatalog } from './load-catalog';
import { createProgress, type Progress } from './progress';
import type { SeenFile } from './seen-file';
import { differingKeys } from './view-comparison';

/** Who is told what happens in etcd, in the order of the revisions. It must not throw. */
export interface FeedListener {
  changed(change: CommittedChange): void;
  replaced(stored: StoredCatalog): void;
  /** Keys of the group, of one revision. */
  groupChanged(change: Change): void;
  /** All keys of the group as they are. @param hasGap what came before is not known, as far as it is not there any more */
  groupListed(keyValues: readonly KeyValue[], hasGap: boolean): void;
}

/** Everything under our prefix, as one watch tells it: the catalog and the group in one order. */
export interface EtcdFeed {
  /** @throws AppError */
  open(): Promise<StoredCatalog>;
  /** Called once, in the turn in which `open` was answered. */
  follow(listener: FeedListener): void;
  /** From now on a key changes every two seconds: a watch that tells nothing for longer does not work. */
  expectReports(): void;
  /** Looks whether it is as the watch has told, and lists everything again where it is not. */
  compare(): Promise<void>;
  readonly view: CatalogView;
  readonly progress: Progress;
  close(): Promise<void>;
}

export interface FeedOptions extends Pick<IdentityOptions, 'keys' | 'newId' | 'warmSeconds'> {
  readonly link: EtcdLink;
  readonly clock: Clock;
  /** Absent where nothing is kept on this host. */
  readonly seen?: SeenFile;
  readonly onEvent: (event: EtcdEvent) => void;
}

/** Longest silence of a watch in which a key changes every two seconds. */
const SILENCE_MS = 6000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2000;

export function createEtcdFeed(options: FeedOptions): EtcdFeed {
  const { link, keys, clock, seen, onEvent } = options;
  const progress = createProgress((delayMs, task) => clock.after(delayMs, task));
  let view = createCatalogView(keys, []);
  let catalogId = '';
  let groupKeys: readonly KeyValue[] = [];
  let listener: FeedListener | undefined;
  let watch: Watch | undefined;
  let silence: { readonly silenceMs?: number } = {};
  let isClosed = false;
  let catchingUp: Promise<void> | undefined;
  /** What etcd has is not what comes after what we know. */
  let isOver = false;

  link.onReplaced(() => {
    if (watch !== undefined) void catchUp('etcd is another cluster', true);
  });

  function identify(isAnother: (id: string, revision: number) => boolean): Promise<CatalogIdentity> {
    return identifyCatalog({ ...options, client: link.client, epochMs: clock.moment().epochMs }, isAnother);
  }

  async function load(): Promise<StoredCatalog> {
    const startedAt = clock.moment().now;
    await link.client.connect();
    const before = await seen?.read();
    const identity = await identify((id, now) => id === before?.catalogId && now < before.revision);
    const loaded = await loadCatalog(link.client, keys);
    groupKeys = (await link.client.list({ prefix: keys.group })).keyValues;
    ({ view } = loaded);
    ({ catalogId } = identity);
    progress.restart(loaded.position);
    onEvent({ type: 'restored', catalogId, revision: view.revision, tookMs: clock.moment().now - startedAt });
    noteUnreadable();
    const { services, revision, recent } = loaded;
    return { catalogId, begunAt: identity.begunAt, revision, services, recent };
  }

  function noteUnreadable(): void {
    if (view.unreadable.size > 0) onEvent({ type: 'unreadable', keys: [...view.unreadable] });
  }

  function startWatch(): void {
    watch?.close();
    watch = link.client.watch(
      { range: { prefix: keys.all }, from: progress.position + 1, ...silence },
      {
        changed,
        interrupted: (fault) => onEvent({ type: 'watch_interrupted', fault }),
        lost(loss) {
          onEvent({ type: 'history_lost', loss });
          void catchUp(`the history of etcd is ${loss.kind}`, loss.kind === 'rewound');
        },
      },
    );
  }

  function changed(change: Change): void {
    const applied = view.apply(change);
    const names = change.events.map((event) => (event.kind === 'put' ? event.keyValue.key : event.key));
    if (applied === 'irregular') replace('keys of the catalog were changed by hand', LONG_AGO);
    else if (applied !== undefined) listener?.changed(applied);
    if (names.some((name) => name.startsWith(keys.group))) listener?.groupChanged(change);
    progress.advance(change.revision);
    seen?.note({ catalogId, revision: change.revision });
    if (names.includes(keys.meta)) void catchUp('the catalog has another identity', false);
  }

  function replace(why: string, since: number): void {
    const services = view.services();
    listener?.replaced({ catalogId, begunAt: since, revision: view.revision, services, recent: [] });
    onEvent({ type: 'replaced', catalogId, why });
  }

  /** Lists everything again, for as long as it takes. */
  function catchUp(why: string, isAnotherHistory: boolean): Promise<void> {
    watch?.close();
    isOver ||= isAnotherHistory;
    return (catchingUp ??= untilListed(why).finally(() => (catchingUp = undefined)));
  }

  async function untilListed(why: string): Promise<void> {
    for (let retryMs = FIRST_RETRY_MS; !isClosed; retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS))
      try {
        return await list(why);
      } catch (error) {
        if (!isClosed) onEvent({ type: 'catch_up_failed', error });
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
  }

  async function list(why: string): Promise<void> {
    const { position } = progress;
    const identity = await identify((id, now) => id === catalogId && (isOver || now < position));
    const { revision, inCatalog, inGroup } = await listAll(link.client, keys, identity);
    if (isClosed) return;
    const changes = identity.catalogId === catalogId ? view.become(inCatalog) : 'irregular';
    if (changes === 'irregular') {
      view = createCatalogView(keys, inCatalog);
      ({ catalogId } = identity);
      replace(why, identity.begunAt);
    } else for (const change of changes) listener?.changed(change);
    listener?.groupListed(inGroup, true);
    isOver = false;
    progress.restart(revision);
    onEvent({ type: 'caught_up', revision, why });
    noteUnreadable();
    startWatch();
  }

  return {
    async open() {
      try {
        return await load();
      } catch (error) {
        throw etcdUnusable(error);
      }
    },
    follow(whoIsTold) {
      listener = whoIsTold;
      listener.groupListed(groupKeys, false);
      startWatch();
    },
    expectReports() {
      silence = { silenceMs: SILENCE_MS };
      if (catchingUp === undefined) startWatch();
    },
    async compare() {
      const keyRevisions = (): ReadonlyMap<string, number> => view.keyRevisions;
      const differing = await differingKeys({ client: link.client, keys, keyRevisions, progress });
      if (differing.length === 0) return;
      onEvent({ type: 'view_differs', keys: differing });
      await catchUp('the watch of etcd has left out changes', false);
    },
    get view() {
      return view;
    },
    progress,
    async close() {
      isClosed = true;
      watch?.close();
      await seen?.close();
    },
  };
}
