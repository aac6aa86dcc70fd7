import type { Catalog } from '../catalog/catalog';
import type { InstanceRecord } from '../catalog/instance/instance-record';
import { inPieces, joined } from '../watch/text-pieces';

/**
 * Everything that is listed, whatever its status, by service.
 *
 * @returns a `ServicesResponse` as JSON, in pieces: the whole of it may be long, and as many hold one as there are
 *   callers who read slowly. What they hold instead is the catalog's own records, as they were at this revision.
 */
export function listServices({
  catalog,
  textOf,
}: {
  readonly catalog: Catalog;
  readonly textOf: (record: InstanceRecord) => string;
}): Iterable<string> {
  const { catalogId, revision } = catalog;
  const occupied = catalog.services().filter(({ records }) => records.length > 0);

  return inPieces(parts());

  function* parts(): Generator<string, void> {
    const beginning = JSON.stringify({ catalog_id: catalogId, revision });
    yield `${beginning.slice(0, -1)},"services":{`;
    let separator = '';
    for (const { serviceName, records } of occupied) {
      yield `${separator}${JSON.stringify(serviceName)}:[`;
      yield* joined(records, textOf);
      yield ']';
      separator = ',';
    }
    yield '}}';
  }
}
