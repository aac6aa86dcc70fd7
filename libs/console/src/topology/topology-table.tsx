import { choose } from '../shell/navigation';
import { figure, percent } from '../state/figures';
import { nameOf } from './panel';
import type { GraphEdge } from './graph';

/** The same picture for who reads rather than looks. */
export function TopologyTable({ edges }: { readonly edges: readonly GraphEdge[] }) {
  const busiest = [...edges].sort((one, other) => other.requests - one.requests);
  return (
    <div class="scroll">
      <table>
        <caption class="hidden">Who calls whom</caption>
        <thead>
          <tr>
            <th>From</th>
            <th>To</th>
            <th class="r">req/s</th>
            <th class="r">failed %</th>
            <th class="r">retried/s</th>
            <th class="r">p50 ms</th>
            <th class="r">p99</th>
            <th class="r">in flight</th>
          </tr>
        </thead>
        <tbody>
          {busiest.map(({ id, from, to, figures, heat }) => (
            <tr key={id}>
              <td class="name">{nameOf(from)}</td>
              <td>
                <button
                  class="link name"
                  onClick={() => choose({ edge: id, node: undefined, table: undefined })}
                >
                  {nameOf(to)}
                </button>
              </td>
              <td class="r n">{figure(figures.perSecond)}</td>
              <td class={`r n ${heat === 'failing' ? 'gone' : heat === 'warning' ? 'suspect' : 'dim'}`}>
                {percent(figures.perSecond === 0 ? null : figures.failed)}
              </td>
              <td class="r n dim">{figure(figures.retriedPerSecond)}</td>
              <td class="r n dim">{figure(figures.p50)}</td>
              <td class="r n">{figure(figures.p99)}</td>
              <td class="r n dim">{figure(figures.inFlight)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
