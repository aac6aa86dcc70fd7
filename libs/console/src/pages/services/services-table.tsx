import { GROUPS, readGrouping, readSort, type Sort } from '../../state/ordering';
import { choices, choose } from '../../shell/navigation';
import { allCount, isPointedAt, shownCount, shownGroups } from './rows';
import { ServiceGroups } from './service-groups';

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
        {shownCount.value === allCount.value ? null : (
          <span class="faint note" role="status">
            {shownCount.value} of {allCount.value}
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
          <ServiceGroups groups={shownGroups.value} columns={COLUMNS.length} />
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
