import type { ComponentChildren } from 'preact';
import { figure } from '../state/figures';
import { CALLERS, type GraphNode } from './graph';
import { sparkPath } from './spark-path';

interface PanelProps {
  readonly title: string;
  readonly pill: ComponentChildren;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}

export function Panel({ title, pill, children, onClose }: PanelProps) {
  return (
    <section class="panel tpanel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {pill}
        <div class="right">
          <button class="btn small" title="esc" aria-label="Close the panel" onClick={onClose}>
            ✕
          </button>
        </div>
      </header>
      <div class="body">{children}</div>
    </section>
  );
}

export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <div class="faint note">{name}</div>
      <b class="n big">{value}</b>
    </div>
  );
}

interface SparkProps {
  readonly values: readonly number[];
  readonly kind: 'accent' | 'gone';
  readonly height: number;
  readonly name: string;
}

export function Spark({ values, kind, height, name }: SparkProps) {
  const path = sparkPath(values, 266, height);
  if (path === '') return null;
  return (
    <svg
      class={`spark wide ${kind}`}
      viewBox={`0 0 266 ${height}`}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${name} lately, ${figure(values.at(-1))} in the last step`}
    >
      <path class="area" d={`${path}L266 ${height}L0 ${height}Z`} />
      <path class="line" d={path} />
    </svg>
  );
}

export function nameOf(id: GraphNode['id']): string {
  return id === CALLERS ? 'callers' : id.length > 24 ? `${id.slice(0, 8)}…` : id;
}
