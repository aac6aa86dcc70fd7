import type { DiscoverQuery } from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import type { Catalog } from '../catalog/catalog';
import { selectRecords } from '../catalog/discovery';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import { inPieces, joined } from '../watch/text-pieces';

export interface DiscoverDeps {
  readonly catalog: Catalog;
  /** An instance as JSON. */
  readonly textOf: (record: InstanceRecord) => string;
  /** Since when this replica has lost its store, epoch milliseconds; `undefined` while it has not. */
  readonly staleSince: () => number | undefined;
}

/** So many instances are about as much as one piece. */
const MOST_AT_ONCE = 64;

/**
 * Who is to be found under a name now. An unknown name is an empty list.
 *
 * @returns a `DiscoverResponse` as JSON: thousands ask for what changes seldom
 */
export function discover(
  { catalog, textOf, staleSince }: DiscoverDeps,
  serviceName: string,
  query: DiscoverQuery,
): Reply {
  const { revision, records } = catalog.service(serviceName);
  const selected = selectRecords(records, query);
  const whole = JSON.stringify({
    service_name: serviceName,
    catalog_id: catalog.catalogId,
    revision,
    stale_since: staleSince(),
  });
  const beginning = `${whole.slice(0, -1)},"instances":[`;
  return selected.length <= MOST_AT_ONCE
    ? { status: 200, json: `${beginning}${selected.map(textOf).join(',')}]}` }
    : { status: 200, pieces: inPieces(long()) };

  function* long(): Generator<string, void> {
    yield beginning;
    yield* joined(selected, textOf);
    yield ']}';
  }
}
