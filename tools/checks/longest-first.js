'use strict';

const { join, relative, sep } = require('node:path');

const workspace = join(__dirname, '../..');

/**
 * The specs that take long, in seconds on two idle cores. One of them that begins last keeps a whole run waiting with
 * one core, and a fresh clone has no record of how long a spec took. What is missing here counts as short.
 *
 * @type {Readonly<Record<string, number>>}
 */
const SECONDS = {
  'e2e/test/npm-start.spec.ts': 76,
  'apps/gateway/test/protocol/slow-peers.spec.ts': 68,
  'e2e/test/liveness.spec.ts': 57,
  'e2e/test/tls.spec.ts': 22,
  'e2e/test/process-life.spec.ts': 54,
  'e2e/test/unread-answers.spec.ts': 50,
  'e2e/test/console-pages.spec.ts': 40,
  'e2e/test/late-word.spec.ts': 36,
  'e2e/test/under-load/http2-departure.spec.ts': 35,
  'e2e/test/rollcall-run.spec.ts': 33,
  'e2e/test/client-tarball.spec.ts': 33,
  'e2e/test/console.spec.ts': 30,
  'e2e/test/leases.spec.ts': 32,
  'libs/registry-client/test/registrar-processes.spec.ts': 31,
  'libs/registry-client/src/registrar/registrar.spec.ts': 26,
  'apps/registry/test/etcd-group.spec.ts': 30,
  'libs/etcd-client/test/member-faults.spec.ts': 28,
  'apps/registry/test/kills.spec.ts': 24,
  'apps/registry/test/etcd-store.spec.ts': 22,
  'libs/etcd-client/test/watch-history.spec.ts': 20,
  'apps/gateway/test/protocol/aborts.spec.ts': 20,
  'e2e/test/under-load/rollcall-run.spec.ts': 20,
  'libs/etcd-client/test/refusals.spec.ts': 18,
  'apps/product/test/many-products.spec.ts': 17,
  'apps/registry/test/etcd-members.spec.ts': 17,
  'apps/registry/test/etcd-history.spec.ts': 15,
  'apps/registry/test/etcd-no-space.spec.ts': 14,
  'libs/registry-client/test/tls.spec.ts': 17,
  'e2e/test/gateway-workers.spec.ts': 15,
  'e2e/test/young-garbage.spec.ts': 15,
  'e2e/test/collector-away.spec.ts': 14,
  'apps/gateway/test/protocol/half-closed.spec.ts': 14,
  'apps/product/test/product-http.spec.ts': 13,
  'e2e/test/vanished-host.spec.ts': 12,
  'e2e/test/gateway-tokens.spec.ts': 12,
  'e2e/test/log-fields.spec.ts': 12,
  'apps/order/test/order-http.spec.ts': 12,
  'apps/gateway/test/protocol/long-answers.spec.ts': 12,
  'apps/gateway/test/hardening/slow-callers.spec.ts': 12,
  'apps/gateway/test/hardening/path-spellings.spec.ts': 12,
  'apps/registry/test/unread.spec.ts': 12,
  'tools/test/affected.spec.ts': 12,
  'e2e/test/route-theft.spec.ts': 11,
  'apps/registry/test/scrape-targets.spec.ts': 11,
  'tools/test/arrows.spec.ts': 10,
};

/** @typedef {{ path: string, context: { hasteFS: { getSize(path: string): number | null } } }} Test */

/** The order in which Jest runs its specs: the long ones first, then the big files, which most often take longer. */
class LongestFirst {
  /** @param {Test[]} tests */
  sort(tests) {
    return tests
      .map((test) => ({
        test,
        seconds: secondsOf(test.path),
        size: test.context.hasteFS.getSize(test.path) ?? 0,
      }))
      .sort((a, b) => b.seconds - a.seconds || b.size - a.size)
      .map(({ test }) => test);
  }

  cacheResults() {}
}

/** @param {string} path */
function secondsOf(path) {
  return SECONDS[relative(workspace, path).replaceAll(sep, '/')] ?? 0;
}

module.exports = LongestFirst;
module.exports.SECONDS = SECONDS;
