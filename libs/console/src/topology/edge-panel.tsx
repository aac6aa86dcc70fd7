import { Cell } from '../parts/cell';
import { hrefTo } from '../shell/navigation';
import { figure, percent, shortId } from '../state/figures';
import { EdgeOutcomes } from './edge-outcomes';
import { CALLERS, FAILING, type GraphEdge, type InstanceShare } from './graph';
import { Fact, nameOf, Panel, Spark } from './panel';

/** What becomes of the requests from one to another, and which instance and version it is that fails. */
export function EdgePanel({ edge, onClose }: { readonly edge: GraphEdge; readonly onClose: () => void }) {
  const { figures, heat } = edge;
  return (
    <Panel
      title={`${nameOf(edge.from)} → ${nameOf(edge.to)}`}
      pill={
        heat === 'failing' || heat === 'warning' ? (
          <span class={`pill ${heat === 'failing' ? 'gone' : 'suspect'}`}>
            {figures.failed > 0 ? `${percent(figures.failed)} % fail` : 'retried'}
          </span>
        ) : null
      }
      onClose={onClose}
    >
      <div class="trio">
        <Fact name="calls" value={`${figure(figures.perSecond)}/s`} />
        <Fact name="p50 / p99 ms" value={`${figure(figures.p50)} / ${figure(figures.p99)}`} />
        <Fact name="in flight" value={figure(figures.inFlight)} />
      </div>
      <EdgeOutcomes edge={edge} />
      <Spark values={edge.requestSeries} kind="accent" height={34} name="requests" />
      {edge.failedSeries.some((failed) => failed > 0) ? (
        <Spark values={edge.failedSeries} kind="gone" height={26} name="failed" />
      ) : null}
      {edge.byInstance.length === 0 ? null : <Shares shares={edge.byInstance} />}
      <Verdict edge={edge} />
      {edge.to === CALLERS ? null : (
        <div class="row">
          <a class="btn small" href={hrefTo({ page: 'service', name: edge.to })}>
            Open {edge.to}
          </a>
          <a class="btn small" href={hrefTo({ page: 'events' }, { service: edge.to })}>
            Its events
          </a>
        </div>
      )}
    </Panel>
  );
}

function Shares({ shares }: { readonly shares: readonly InstanceShare[] }) {
  return (
    <table class="tight">
      <caption class="hidden">Attempts by instance</caption>
      <thead>
        <tr>
          <th>by instance</th>
          <th class="r">/s</th>
          <th class="r">fail %</th>
          <th class="r">p99</th>
        </tr>
      </thead>
      <tbody>
        {shares.slice(0, 10).map(({ instanceId, instance, figures }) => (
          <tr key={instanceId}>
            <td>
              <span class="st">
                <Cell kind={instance?.status ?? 'gone'} />
                <span class="mono">{shortId(instanceId)}</span>{' '}
                <span class="dim">{instance?.version ?? ''}</span>
              </span>
            </td>
            <td class="r n">{figure(figures.perSecond)}</td>
            <td class={`r n ${figures.failed >= FAILING ? 'gone' : 'dim'}`}>{percent(figures.failed)}</td>
            <td class="r n">{figure(figures.p99)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where the failures come from, when they come from one place. */
function Verdict({ edge }: { readonly edge: GraphEdge }) {
  const failing = edge.byInstance.filter(({ figures }) => figures.failed >= FAILING);
  const [first] = failing;
  if (first === undefined || edge.byInstance.length < 2) return null;
  const versions = new Set(failing.map(({ instance }) => instance?.version ?? null));
  const others = edge.byInstance.filter((share) => !failing.includes(share));
  const [version] = versions;
  const isVersion =
    versions.size === 1 &&
    typeof version === 'string' &&
    !others.some(({ instance }) => instance?.version === version);
  if (!isVersion && failing.length > 1) return null;
  return (
    <div class="mend flat">
      {isVersion && others.length > 0 ? (
        <>
          All failures come from version <b>{version}</b>.
        </>
      ) : (
        <>
          All failures come from <b class="mono">{shortId(first.instanceId)}</b>.
        </>
      )}{' '}
      <a class="link" href={hrefTo({ page: 'service', name: edge.to }, { i: first.instanceId })}>
        Take {shortId(first.instanceId)} out of service
      </a>{' '}
      to stop them everywhere.
    </div>
  );
}
