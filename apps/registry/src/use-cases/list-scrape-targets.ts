import type { Catalog } from '../catalog/catalog';
import { scrapeTargetOf } from '../catalog/instance/scrape-target';
import { inPieces, joined } from '../watch/text-pieces';

/**
 * Every instance that is listed, whatever its status, as Prometheus's HTTP service discovery takes it.
 *
 * @returns a list of `ScrapeTarget` as JSON, in pieces, for the same reason as `listServices`
 */
export function listScrapeTargets({ catalog }: { readonly catalog: Catalog }): Iterable<string> {
  const records = catalog.services().flatMap((service) => service.records);

  return inPieces(parts());

  function* parts(): Generator<string, void> {
    yield '[';
    yield* joined(targets(), (target) => JSON.stringify(target));
    yield ']';
  }

  function* targets() {
    for (const record of records) {
      const target = scrapeTargetOf(record);
      if (target !== undefined) yield target;
    }
  }
}
