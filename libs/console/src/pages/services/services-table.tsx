import { useEffect, useRef, useState } from 'preact/hooks';
import { GROUPS, readGrouping, readSort, type Sort } from '../../state/ordering';
import type { ServiceRow } from '../../state/service-row';
import { choices, choose, windowMs } from '../../shell/navigation';
import { allRows, isPointedAt, shownCount, shownGroups } from './rows';
import { ServiceLine } from './service-line';

const COLUMNS: readonly (readonly [title: string, className: string, sort?: Sort])[] = [
  ['Service', '', 'name'],
  ['Roll', ''],
  ['Needs attention', '', 'attention'],
  ['Versions', 'o'],
  ['req/s', 'r', 'traffic'],
  ['Trend', 'o trend'],
  ['failed', 'r', 'failed'],
  ['p50 ms', 'r o p50', 'p50'],
  ['p99', 'r', 'p99'],
  ['in flight', 'r o', 'in_flight'],
  ['Last change', 'o', 'change'],
];

const QUICK: readonly (readonly [sort: Sort, title: string])[] = [
  ['attention', 'Attention first'],
  ['name', 'Name'],
  ['traffic', 'Traffic'],
];

const sortBy = (sort: Sort) => choose({ sort: sort === 'attention' ? undefined : sort });

export function ServicesTable() {
  const sort = readSort(choices.value['sort']);
  return (
    <section class="panel" aria-labelledby="services">
      <header>
        <h2 id="services">Services</h2>
        <div class="seg" role="group" aria-label="Order">
          {QUICK.map(([quick, title]) => (
            <button key={quick} type="button" aria-pressed={quick === sort} onClick={() => sortBy(quick)}>
              {title}
            </button>
          ))}
        </div>
        {shownCount.value === allRows.value.length ? null : (
          <span class="faint note" role="status">
            {shownCount.value} of {allRows.value.length}
          </span>
        )}
        <div class="right">
          <GroupBy />
        </div>
      </header>
      <div
        class="scroll"
        onPointerEnter={() => (isPointedAt.value = true)}
        onPointerLeave={() => (isPointedAt.value = false)}
      >
        <table class="services">
          <thead>
            <tr>
              {COLUMNS.map(([title, className, by]) => (
                <th
                  key={title}
                  class={className}
                  scope="col"
                  aria-sort={by === sort ? 'descending' : undefined}
                >
                  {by === undefined ? title : <SortButton title={title} by={by} isOn={by === sort} />}
                </th>
              ))}
            </tr>
          </thead>
          {shownGroups.value.map(({ label, rows }) => (
            <Group key={label ?? ''} label={label} rows={rows} />
          ))}
        </table>
        {shownCount.value === 0 ? <div class="empty">No service matches the filter.</div> : null}
      </div>
    </section>
  );
}

function SortButton({
  title,
  by,
  isOn,
}: {
  readonly title: string;
  readonly by: Sort;
  readonly isOn: boolean;
}) {
  return (
    <button type="button" onClick={() => sortBy(by)}>
      {title}
      {isOn ? ' ▾' : ''}
    </button>
  );
}

function GroupBy() {
  return (
    <label class="chip small">
      group by
      <select
        value={readGrouping(choices.value['group'])}
        onChange={({ currentTarget: { value } }) => choose({ group: value === 'none' ? undefined : value })}
      >
        {GROUPS.map((grouping) => (
          <option key={grouping} value={grouping}>
            {grouping}
          </option>
        ))}
      </select>
    </label>
  );
}

const CHUNK = 40;

function Group({
  label,
  rows,
}: {
  readonly label: string | undefined;
  readonly rows: readonly ServiceRow[];
}) {
  const chunks = Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, index) =>
    rows.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  return (
    <>
      {label === undefined ? null : (
        <tbody>
          <tr class="group">
            <td colSpan={COLUMNS.length}>
              {label} <span class="faint n">{rows.length}</span>
            </td>
          </tr>
        </tbody>
      )}
      {chunks.map((chunk, index) => (
        <Chunk key={index} rows={chunk} isFirst={index === 0} />
      ))}
    </>
  );
}

const ROW_HEIGHT = 38;

/** Rows that are far from what is seen are an empty space of their height: `content-visibility` does not reach into tables. */
function Chunk({ rows, isFirst }: { readonly rows: readonly ServiceRow[]; readonly isFirst: boolean }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [isNear, setIsNear] = useState(isFirst);
  useEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => setIsNear(entry?.isIntersecting ?? true), {
      rootMargin: '800px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <tbody ref={body}>
      {isNear ? (
        rows.map((row) => <ServiceLine key={row.name} row={row} windowMs={windowMs.value} />)
      ) : (
        <tr>
          <td colSpan={COLUMNS.length} style={{ height: `${rows.length * ROW_HEIGHT}px` }} />
        </tr>
      )}
    </tbody>
  );
}
