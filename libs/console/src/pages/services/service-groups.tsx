import { Component, createRef } from 'preact';
import type { RowGroup } from '../../state/ordering';
import type { ServiceRow } from '../../state/service-row';
import { windowMs } from '../../shell/navigation';
import { ServiceLine } from './service-line';

/** Of about one screen of rows: of a row that is painted all of its chunk is. */
const CHUNK = 20;

interface ServiceGroupsProps {
  readonly groups: readonly RowGroup[];
  readonly columns: number;
}

/** Given its rows by the table: what draws itself anew stays, as it was at first, among the children of who draws it. */
export function ServiceGroups({ groups, columns }: ServiceGroupsProps) {
  return (
    <>
      {groups.map(({ label, rows }) => (
        <Group key={label ?? ''} label={label} rows={rows} columns={columns} />
      ))}
    </>
  );
}

function Group({ label, rows, columns }: RowGroup & { readonly columns: number }) {
  const chunks = Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, index) =>
    rows.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  return (
    <>
      {label === undefined ? null : (
        <tbody>
          <tr class="group">
            <td colSpan={columns}>
              {label} <span class="faint n">{rows.length}</span>
            </td>
          </tr>
        </tbody>
      )}
      {chunks.map((chunk, index) => (
        <Chunk key={index} rows={chunk} columns={columns} isFirst={index === 0} windowMs={windowMs.value} />
      ))}
    </>
  );
}

const ROW_HEIGHT = 38;
/** How far out of sight rows are drawn: so far may be scrolled at once before there is an empty space to be seen. */
const NEAR = '600px';

interface ChunkProps {
  readonly rows: readonly ServiceRow[];
  readonly columns: number;
  readonly isFirst: boolean;
  readonly windowMs: number;
}

/**
 * Rows that are far from what is seen are an empty space of their height: `content-visibility` does not reach into tables.
 * It is drawn again only when one of its rows is, and out of sight only when it is of another height.
 */
class Chunk extends Component<ChunkProps, { readonly isNear: boolean }> {
  override state = { isNear: this.props.isFirst };
  private readonly body = createRef<HTMLTableSectionElement>();
  private readonly observer = new IntersectionObserver(
    ([entry]) => this.setState({ isNear: entry?.isIntersecting ?? true }),
    { rootMargin: NEAR },
  );

  override componentDidMount() {
    if (this.body.current !== null) this.observer.observe(this.body.current);
  }

  override componentWillUnmount() {
    this.observer.disconnect();
  }

  override shouldComponentUpdate({ rows, windowMs }: ChunkProps, { isNear }: { readonly isNear: boolean }) {
    const { props, state } = this;
    if (isNear !== state.isNear || rows.length !== props.rows.length) return true;
    return isNear && (windowMs !== props.windowMs || rows.some((row, index) => row !== props.rows[index]));
  }

  override render() {
    const { rows, columns, windowMs } = this.props;
    return (
      <tbody ref={this.body}>
        {this.state.isNear ? (
          rows.map((row) => <ServiceLine key={row.name} row={row} windowMs={windowMs} />)
        ) : (
          <tr>
            <td colSpan={columns} style={{ height: `${rows.length * ROW_HEIGHT}px` }} />
          </tr>
        )}
      </tbody>
    );
  }
}
